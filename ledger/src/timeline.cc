#include "timeline.h"

#include "try.h"

namespace nianlun {

Moment next_moment(Moment at) {
  return at.second == kNoRecord ? Moment{at.first + 1, 0} : Moment{at.first, at.second + 1};
}

Result<void> scan_timeline(const StateView& view, const Item& item, Moment first, Moment last,
                           StateView::Order order, const std::function<bool(Timed)>& each) {
  const Moment newest{item.time_ms, item.index};
  bool is_due = item.newest && newest >= first && newest < last;
  bool stopped = false;
  const auto visit_newest = [&] {
    is_due = false;
    stopped = !each(Timed{item.time_ms, item.index, *item.newest});
  };
  Result<void> read;
  const auto visit = [&](Bytes key, Bytes value) -> Result<bool> {
    TRY_ASSIGN(const Moment at, moment_of(key));
    if (is_due && (order == StateView::Order::kAscending) == (newest < at)) visit_newest();
    if (stopped) return false;
    TRY_ASSIGN(TimelineEntry entry, decode_entry(value));
    stopped = !each(Timed{at.first, at.second, std::move(entry)});
    return !stopped;
  };
  if (first >= last) return {};
  TRY(view.scan(timeline_key(item, first), timeline_key(item, last), order,
                [&](Bytes key, Bytes value) {
                  const Result<bool> goes_on = visit(key, value);
                  if (!goes_on) read = Unexpected{goes_on.error()};
                  return goes_on.value_or(false);
                }));
  TRY(std::move(read));
  if (is_due && !stopped) visit_newest();
  return {};
}

Result<std::optional<TimelineEntry>> entry_of(const StateView& view, const Item& item, Moment at) {
  if (item.newest && at == Moment(item.time_ms, item.index)) return item.newest;
  TRY_ASSIGN(const auto bytes, view.get(timeline_key(item, at)));
  if (!bytes) return std::optional<TimelineEntry>();
  TRY_ASSIGN(TimelineEntry entry, decode_entry(*bytes));
  return std::optional(std::move(entry));
}

Result<std::optional<Timed>> entry_at(const StateView& view, const Item& item, Moment at) {
  std::optional<Timed> found;
  TRY(scan_timeline(view, item, kEarliest, next_moment(at), StateView::Order::kDescending,
                    [&](Timed timed) {
                      if (timed.entry.voided) return true;
                      found = std::move(timed);
                      return false;
                    }));
  return found;
}

}  // namespace nianlun
