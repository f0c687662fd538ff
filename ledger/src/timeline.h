#pragma once

// What happened to an item, in the order of (eventTime, index): its newest entry stands in the item
// itself, the others under `t`. Reads go through here and see one timeline.

#include <functional>
#include <optional>

#include "ledger/result.h"
#include "ledger/state_view.h"
#include "state_keys.h"

namespace nianlun {

struct Timed {
  std::int64_t time_ms = 0;
  std::uint64_t index = 0;
  TimelineEntry entry;
  Moment at() const { return {time_ms, index}; }
};

/// The least moment that is later.
Moment next_moment(Moment at);

/// Visits the entries with first <= moment < last, voided ones too; `each` returns false to stop.
Result<void> scan_timeline(const StateView& view, const Item& item, Moment first, Moment last,
                           StateView::Order order, const std::function<bool(Timed)>& each);
/// The entry of exactly that moment.
Result<std::optional<TimelineEntry>> entry_of(const StateView& view, const Item& item, Moment at);
/// The newest entry at or before a moment, voided ones left out.
Result<std::optional<Timed>> entry_at(const StateView& view, const Item& item, Moment at);

}  // namespace nianlun
