#include "trace_chain.h"

#include <algorithm>

#include "canonical_text.h"
#include "ledger/time.h"
#include "trace_words.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kChainMax = 100;
constexpr std::size_t kExceptionsMax = 100;  ///< of one record
constexpr std::size_t kToldBytes = 1500;     ///< that a record mostly takes

/// By record, those of a record in the order of their guards.
using Exceptions = std::map<std::uint64_t, std::vector<std::pair<std::string, Buffer>>>;

Result<Exceptions> exceptions_of(const Teller& teller, const TimelinePage& page) {
  std::vector<Buffer> prefixes;
  prefixes.reserve(page.entries.size());
  for (const Timed& timed : page.entries) prefixes.push_back(exception_key(timed.index, ""));
  std::ranges::sort(prefixes);
  Exceptions exceptions;
  TRY(teller.state().scan_prefixes(prefixes, [&](Bytes key, Bytes value) {
    constexpr std::size_t kPrefixBytes = 10;  // x be64 /
    auto& found = exceptions[read_be64(key.substr(1, 8))];
    if (found.size() < kExceptionsMax) found.emplace_back(key.substr(kPrefixBytes), value);
    return true;
  }));
  return exceptions;
}

/// Whether an exception concerns an item: it names its items, or is open on all of its record.
bool concerns(const Json& exception, std::string_view item) {
  const Json* items = exception.find("items");
  return items == nullptr || !items->is_array() || items->array().empty() ||
         std::ranges::find(items->array(), Json(item)) != items->array().end();
}

/// An exception that a record left open; null if it concerns other items.
Result<Json> exception_json(const Teller& teller, const Profile::Step* step, std::string_view item,
                            std::uint64_t index, const std::pair<std::string, Buffer>& found) {
  const auto& [guard, value] = found;
  TRY_ASSIGN(const Json exception, Json::parse(value));
  if (!concerns(exception, item)) return Json();
  TRY_ASSIGN(const auto open, teller.state().get(open_exception_key(index, guard)));
  Json json;
  json.set("id", std::to_string(index) + "/" + guard)
      .set("guard", guard)
      .set("text", guard_text(step, guard, teller.viewer().language))
      .set("open", open.has_value())
      .set("record", index);
  for (const char* member : {"by", "answered", "outcome", "endorsed", "settled"}) {
    if (const Json* why = exception.find(member)) json.set(member, *why);
  }
  return json;
}

/// Reads entries before `last` in an order until there are kChainMax; `next` is then the record
/// after.
Result<TimelinePage> read_entries(const Teller& teller, const Item& item, Moment last,
                                  StateView::Order order) {
  TimelinePage page;
  TRY(scan_timeline(teller.state(), item, kEarliest, last, order, [&](Timed timed) {
    if (page.entries.size() == kChainMax) {
      page.next = timed.index;
      return false;
    }
    page.entries.push_back(std::move(timed));
    return true;
  }));
  return page;
}

}  // namespace

// Reading forwards is much faster, and of most items there is but one page, which is then whole.
Result<TimelinePage> timeline_page(const Teller& teller, const Item& item, std::uint64_t from) {
  constexpr auto kNewestFirst = StateView::Order::kDescending;
  if (from != kNoRecord) {
    TRY_ASSIGN(const StoredRecord stored, teller.reading().record(from));
    TRY_ASSIGN(const std::int64_t time_ms, parse_date_time(stored.record.event.text("eventTime")));
    return read_entries(teller, item, next_moment({time_ms, from}), kNewestFirst);
  }
  TRY_ASSIGN(TimelinePage page, read_entries(teller, item, kLatest, StateView::Order::kAscending));
  page.whole = page.next == kNoRecord;
  if (!page.whole) return read_entries(teller, item, kLatest, kNewestFirst);
  std::ranges::reverse(page.entries);
  return page;
}

Result<Json> tell_chain(const Teller& teller, const Item& item, const TimelinePage& page,
                        std::string& out) {
  TRY_ASSIGN(const Exceptions exceptions, exceptions_of(teller, page));
  Json open{Json::Array()};
  out.reserve(out.size() + page.entries.size() * kToldBytes);
  out += '[';
  for (const Timed& timed : page.entries) {
    if (&timed != page.entries.data()) out += ',';
    TRY_ASSIGN(const KeptRecord kept, teller.reading().kept(timed.index));
    TRY_ASSIGN(const RecordText text, cut_record(kept.bytes));
    TRY(teller.tell(kept, text, &timed.entry, out));
    const auto left = exceptions.find(timed.index);
    if (left == exceptions.end()) continue;
    const Profile::Step* step = teller.phrase_of(text).step;
    for (const auto& found : left->second) {
      TRY_ASSIGN(Json json, exception_json(teller, step, item.id, timed.index, found));
      if (!json.is_null()) open.push(std::move(json));
    }
  }
  out += ']';
  return open;
}

}  // namespace nianlun
