#include <algorithm>

#include "exceptions_fold.h"
#include "facts.h"
#include "item_fold.h"
#include "ledger/time.h"
#include "participants.h"
#include "try.h"

namespace nianlun {
namespace {

/// The items that the record of an event named, which a correction of it repeats.
Result<std::vector<std::string>> items_of(const Json& event, std::string_view step_label,
                                          const ProfileBook& book, const StateView& state) {
  std::vector<std::string> ids;
  const std::size_t slash = step_label.find('/');
  const auto profile = book.labelled(step_label.substr(0, slash));
  const Profile::Step* step = profile == nullptr || slash == step_label.npos
                                  ? nullptr
                                  : profile->step(step_label.substr(slash + 1));
  if (step == nullptr) return ids;
  TRY_ASSIGN(const auto involved, involved_in(event, *profile, *step, book.genesis().domain));
  for (const Involved& one : involved) {
    if (std::ranges::find(ids, one.id) != ids.end()) continue;
    TRY_ASSIGN(const auto item, find_item(state, one.id));
    if (item) ids.push_back(one.id);
  }
  return ids;
}

/// Takes back the balances and unique values of a record.
Result<void> void_traces(std::uint64_t index, StateOverlay& state) {
  const Buffer key = traces_key(index);
  TRY_ASSIGN(const auto bytes, state.get(key));
  if (!bytes) return {};
  TRY_ASSIGN(const RecordTraces traces, decode_traces(*bytes));
  for (const RecordTraces::Change& change : traces.balances) {
    const auto amount = Decimal::parse(change.amount);
    if (!amount) return fail(ErrorCode::kCorrupted, "state.damaged");
    TRY(change_balance(change.lot, change.unit, -*amount, state));
  }
  for (const Buffer& claim : traces.claims) TRY(drop_claim(claim, index, state));
  state.erase(key);
  return {};
}

}  // namespace

Result<void> drop_claim(Bytes unique_key, std::uint64_t index, StateOverlay& state) {
  state.erase(claim_key(unique_key, index));
  std::optional<Indexed> last;
  const Buffer prefix = claim_prefix(unique_key);
  TRY(state.scan(prefix, after_prefix(prefix), StateView::Order::kDescending,
                 [&](Bytes key, Bytes value) {
                   last = Indexed{read_be64(key.substr(key.size() - 8)), Buffer(value)};
                   return false;
                 }));
  if (last) {
    state.put(unique_key, encode(*last));
  } else {
    state.erase(unique_key);
  }
  return {};
}

Result<void> fold_correction(const FoldInput& input, std::string_view event_id,
                             const ProfileBook& book, StateOverlay& state) {
  const Verdict& verdict = input.record.verdict;
  TRY(open_exceptions(input, state));
  TRY_ASSIGN(const auto known, state.get(event_key(event_id, false)));
  if (!known) return {};
  TRY_ASSIGN(const KnownEvent original, decode_known_event(*known));
  TRY_ASSIGN(const auto ids, items_of(input.event, original.step, book, state));
  if (ids.empty()) return {};
  if (verdict.outcome == Outcome::kDisputed) {
    state.put(traces_key(input.index), encode(RecordTraces{.items = ids}));
  }
  const bool voids = verdict.outcome == Outcome::kAccepted;
  if (voids) TRY(settle_record(original.index, input.index, state));
  ItemFold items(input.index, book, state);
  TRY_ASSIGN(const std::int64_t time_ms, parse_date_time(input.event.text("eventTime")));
  for (const std::string& id : ids) {
    TRY_ASSIGN(ItemFold::Slot * slot, items.slot(id));
    slot->item.last = input.index;
    slot->item.open_exceptions += exceptions_of(verdict);
  }
  if (voids) TRY(void_traces(original.index, state));
  for (const std::string& id : ids) {
    if (!voids) break;
    TRY_ASSIGN(ItemFold::Slot * slot, items.slot(id));
    TRY(items.void_entry(*slot, {time_ms, original.index}));
  }
  return items.finish();
}

}  // namespace nianlun
