#include <algorithm>

#include "exceptions_fold.h"
#include "facts.h"
#include "item_fold.h"
#include "try.h"

namespace nianlun {
namespace {

/// Takes back what a record did: balances, unique values, and its entries in every timeline.
Result<void> void_record(std::uint64_t index, RecordTraces traces, ItemFold& items,
                         StateOverlay& state) {
  if (traces.voided) return {};
  for (const RecordTraces::Change& change : traces.balances) {
    const auto amount = Decimal::parse(change.amount);
    if (!amount) return fail(ErrorCode::kCorrupted, "state.damaged");
    TRY(change_balance(change.lot, change.unit, -*amount, state));
  }
  for (const Buffer& claim : traces.claims) TRY(drop_claim(claim, index, state));
  for (const std::string& id : traces.items) {
    TRY_ASSIGN(ItemFold::Slot * slot, items.slot(id));
    TRY(items.void_entry(*slot, {traces.time_ms, index}));
  }
  traces.voided = true;
  state.put(traces_key(index), encode(traces));
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
  TRY_ASSIGN(const Indexed original, decode_indexed(*known));
  TRY_ASSIGN(const auto bytes, state.get(traces_key(original.index)));
  if (!bytes) return {};
  TRY_ASSIGN(RecordTraces traces, decode_traces(*bytes));
  const RecordTraces own{.items = traces.items, .time_ms = traces.time_ms};
  state.put(traces_key(input.index), encode(own));
  const bool voids = verdict.outcome == Outcome::kAccepted;
  if (voids) TRY(settle_record(original.index, input.index, state));
  ItemFold items(input.index, book, state);
  for (const std::string& id : traces.items) {
    TRY_ASSIGN(ItemFold::Slot * slot, items.slot(id));
    slot->item.last = input.index;
    slot->item.open_exceptions += exceptions_of(verdict);
  }
  if (voids) TRY(void_record(original.index, std::move(traces), items, state));
  return items.finish();
}

}  // namespace nianlun
