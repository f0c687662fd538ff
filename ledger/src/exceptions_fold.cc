#include "exceptions_fold.h"

#include <algorithm>

#include "facts.h"
#include "ledger/encoding.h"
#include "try.h"

namespace nianlun {
namespace {

Result<Json> exception_at(std::uint64_t index, std::string_view guard, const StateView& state) {
  TRY_ASSIGN(const auto bytes, state.get(exception_key(index, guard)));
  if (!bytes) return Json(Json::Object());
  auto json = Json::parse(*bytes);
  if (!json || !json->is_object()) return fail(ErrorCode::kCorrupted, "state.damaged");
  return json;
}

Result<bool> is_open(std::uint64_t index, std::string_view guard, const StateView& state) {
  TRY_ASSIGN(const auto open, state.get(open_exception_key(index, guard)));
  return open.has_value();
}

Json::Array items_of(const Json& exception) {
  const Json* items = exception.find("items");
  return items != nullptr && items->is_array() ? items->array() : Json::Array();
}

Result<void> count_down(std::string_view id, StateOverlay& state) {
  TRY_ASSIGN(auto item, find_item(state, id));
  if (!item || item->open_exceptions == 0) return {};
  --item->open_exceptions;
  state.put(item_key(id), encode(*item));
  return {};
}

/// The guards of a disputed record, each once; a record may break none by name.
std::vector<std::string_view> guards_of(const Verdict& verdict) {
  std::vector<std::string_view> guards;
  if (verdict.outcome != Outcome::kDisputed) return guards;
  for (const std::string& guard : verdict.broken) {
    if (std::ranges::find(guards, guard) == guards.end()) guards.push_back(guard);
  }
  return guards;
}

}  // namespace

Result<void> open_exceptions(const FoldInput& input, StateOverlay& state) {
  const Record& record = input.record;
  for (const std::string_view guard : guards_of(record.verdict)) {
    Json exception = Json().set("step", record.verdict.step);
    if (std::ranges::find(kEndorsedGuards, guard) != std::end(kEndorsedGuards)) {
      TRY_ASSIGN(const std::string event, canonical(input.event));
      exception.set("record", hex(record_hash(record_bytes(record, event), input.seal.suite)));
    }
    state.put(exception_key(input.index, guard), exception.dump());
    state.put(open_exception_key(input.index, guard), {});
  }
  return {};
}

std::uint64_t exceptions_of(const Verdict& verdict) { return guards_of(verdict).size(); }

Result<bool> open_on_item(std::uint64_t index, std::string_view guard, std::string_view item,
                          std::uint64_t by, StateOverlay& state) {
  TRY_ASSIGN(const bool open, is_open(index, guard, state));
  TRY_ASSIGN(Json exception, exception_at(index, guard, state));
  Json::Array items = open ? items_of(exception) : Json::Array();
  if (std::ranges::find(items, Json(item)) != items.end()) return false;
  items.emplace_back(item);
  exception = Json().set("by", by).set("items", std::move(items));
  state.put(exception_key(index, guard), exception.dump());
  state.put(open_exception_key(index, guard), {});
  return true;
}

Result<bool> settle_on_item(std::uint64_t index, std::string_view guard, std::string_view item,
                            std::uint64_t by, StateOverlay& state) {
  TRY_ASSIGN(const bool open, is_open(index, guard, state));
  if (!open) return false;
  TRY_ASSIGN(Json exception, exception_at(index, guard, state));
  Json::Array items = items_of(exception);
  const auto found = std::ranges::find(items, Json(item));
  if (found == items.end()) return false;
  items.erase(found);
  if (items.empty()) {
    exception.set("settled", by);
    state.erase(open_exception_key(index, guard));
  }
  exception.set("items", std::move(items));
  state.put(exception_key(index, guard), exception.dump());
  return true;
}

Result<void> close_exception(std::uint64_t index, std::string_view guard, const Json& why,
                             StateOverlay& state) {
  TRY_ASSIGN(const bool open, is_open(index, guard, state));
  if (!open) return {};
  TRY_ASSIGN(Json exception, exception_at(index, guard, state));
  if (exception.find("items") != nullptr) {
    for (const Json& item : items_of(exception)) TRY(count_down(item.string(), state));
  } else {
    TRY_ASSIGN(const auto bytes, state.get(traces_key(index)));
    if (bytes) {
      TRY_ASSIGN(const RecordTraces traces, decode_traces(*bytes));
      for (const std::string& item : traces.items) TRY(count_down(item, state));
    }
  }
  for (const Json::Member& member : why.object()) exception.set(member.name, member.value);
  state.put(exception_key(index, guard), exception.dump());
  state.erase(open_exception_key(index, guard));
  return {};
}

Result<void> settle_record(std::uint64_t index, std::uint64_t by, StateOverlay& state) {
  const Buffer prefix = open_exception_key(index, "");
  std::vector<std::string> guards;
  TRY(state.scan(prefix, after_prefix(prefix), StateView::Order::kAscending, [&](Bytes key, Bytes) {
    guards.emplace_back(key.substr(prefix.size()));
    return true;
  }));
  for (const std::string& guard : guards) {
    TRY(close_exception(index, guard, Json().set("settled", by), state));
  }
  return {};
}

}  // namespace nianlun
