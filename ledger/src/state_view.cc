#include "ledger/state_view.h"

#include <ranges>

#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

/// Merges a view with changes given in the same order; `before` orders two keys.
template <class Range, class Before>
Result<void> merge(const StateView& base, const Range& changes, Bytes first, Bytes last,
                   StateView::Order order, const StateView::Each& each, Before before) {
  auto change = changes.begin();
  bool stopped = false;
  const auto visit_change = [&] {
    if (change->second && !each(change->first, *change->second)) stopped = true;
    ++change;
  };
  TRY(base.scan(first, last, order, [&](Bytes key, Bytes value) {
    while (!stopped && change != changes.end() && before(Bytes(change->first), key)) visit_change();
    if (stopped) return false;
    if (change != changes.end() && change->first == key) {
      visit_change();
      return !stopped;
    }
    if (!each(key, value)) stopped = true;
    return !stopped;
  }));
  while (!stopped && change != changes.end()) visit_change();
  return {};
}

}  // namespace

Result<void> StateView::scan_prefixes(std::span<const Buffer> prefixes, const Each& each) const {
  bool stopped = false;
  for (const Buffer& prefix : prefixes) {
    TRY(scan(prefix, after_prefix(prefix), Order::kAscending, [&](Bytes key, Bytes value) {
      stopped = !each(key, value);
      return !stopped;
    }));
    if (stopped) break;
  }
  return {};
}

Result<std::optional<Buffer>> StateOverlay::get(Bytes key) const {
  if (const auto found = changes_.find(key); found != changes_.end()) return found->second;
  return base_->get(key);
}

Result<void> StateOverlay::scan(Bytes first, Bytes last, Order order, const Each& each) const {
  const auto begin = changes_.lower_bound(first);
  const auto end = changes_.lower_bound(last);
  if (begin == end) return base_->scan(first, last, order, each);
  if (order == Order::kAscending) {
    return merge(*base_, std::ranges::subrange(begin, end), first, last, order, each,
                 std::less<Bytes>());
  }
  return merge(*base_, std::ranges::subrange(begin, end) | std::views::reverse, first, last, order,
               each, std::greater<Bytes>());
}

void StateOverlay::put(Bytes key, Buffer value) {
  const auto at = changes_.lower_bound(key);
  if (at != changes_.end() && at->first == key) {
    at->second = std::move(value);
  } else {
    changes_.emplace_hint(at, key, std::move(value));
  }
}

void StateOverlay::erase(Bytes key) { changes_.insert_or_assign(Buffer(key), std::nullopt); }

void StateOverlay::move_into(StateOverlay& below) {
  if (below.changes_.empty()) return changes_.swap(below.changes_);
  while (!changes_.empty()) {
    auto moved = below.changes_.insert(changes_.extract(changes_.begin()));
    if (!moved.inserted) moved.position->second = std::move(moved.node.mapped());
  }
}

}  // namespace nianlun
