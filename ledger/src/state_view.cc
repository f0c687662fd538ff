#include "ledger/state_view.h"

#include <algorithm>
#include <cassert>
#include <cstring>
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
    if (change->second && !each(change->first.octets, *change->second)) stopped = true;
    ++change;
  };
  TRY(base.scan(first, last, order, [&](Bytes key, Bytes value) {
    while (!stopped && change != changes.end() && before(Bytes(change->first), key)) visit_change();
    if (stopped) return false;
    if (change != changes.end() && change->first.octets == key) {
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

ChangedKeyLess::Probe::Probe(Bytes key) : first(0), octets(key) {
  unsigned char start[8] = {};
  std::memcpy(start, key.data(), std::min(key.size(), sizeof(start)));
  for (const unsigned char octet : start) first = first << 8 | octet;
}

std::uint64_t key_number(Bytes key) {
  std::uint64_t number = key.size();
  while (!key.empty()) {
    std::uint64_t octets = 0;
    const std::size_t size = std::min(key.size(), sizeof(octets));
    std::memcpy(&octets, key.data(), size);
    number = (number ^ octets) * 0x9e37'79b9'7f4a'7c15;
    number ^= number >> 32;
    key.remove_prefix(size);
  }
  return number;
}

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
  if (marks_.empty()) return base_->get(key);
  const std::uint64_t number = key_number(key);
  const std::uint64_t mark = marks_[number / 64 % marks_.size()];
  if ((mark >> number % 64 & 1) == 0) return base_->get(key);
  if (const auto found = changes_.find(ChangedKeyLess::Probe(key)); found != changes_.end())
    return found->second;
  return base_->get(key);
}

Result<void> StateOverlay::scan(Bytes first, Bytes last, Order order, const Each& each) const {
  const auto begin = changes_.lower_bound(ChangedKeyLess::Probe(first));
  const auto end = changes_.lower_bound(ChangedKeyLess::Probe(last));
  if (begin == end) return base_->scan(first, last, order, each);
  if (order == Order::kAscending) {
    return merge(*base_, std::ranges::subrange(begin, end), first, last, order, each,
                 std::less<Bytes>());
  }
  return merge(*base_, std::ranges::subrange(begin, end) | std::views::reverse, first, last, order,
               each, std::greater<Bytes>());
}

void StateOverlay::set(Bytes key, Value value) {
  const ChangedKeyLess::Probe probe(key);
  auto at = changes_.lower_bound(probe);
  if (at == changes_.end() || at->first.octets != key) {
    at = changes_.emplace_hint(at, ChangedKey{probe.first, Buffer(key)}, std::move(value));
    mark(key);
    if (trial_) undo_.push_back({at, std::nullopt});
    return;
  }
  if (trial_) undo_.push_back({at, std::move(at->second)});
  at->second = std::move(value);
}

void StateOverlay::put(Bytes key, Buffer value) { set(key, std::move(value)); }
void StateOverlay::erase(Bytes key) { set(key, std::nullopt); }

void StateOverlay::clear() {
  changes_.clear();
  undo_.clear();
  marks_.clear();
}

void StateOverlay::begin_trial() {
  assert(!trial_);
  trial_ = true;
}

void StateOverlay::roll_back() {
  assert(trial_);
  for (; !undo_.empty(); undo_.pop_back()) {
    Undo& last = undo_.back();
    if (last.before) {
      last.at->second = *std::move(last.before);
    } else {
      changes_.erase(last.at);  // its mark stays, and costs a look at most
    }
  }
}

void StateOverlay::end_trial() {
  trial_ = false;
  undo_.clear();
}

/// Marks a key that is among the changes already; at least 16 bits each keep chance hits rare.
void StateOverlay::mark(Bytes key) {
  const auto set = [this](Bytes each) {
    const std::uint64_t number = key_number(each);
    marks_[number / 64 % marks_.size()] |= std::uint64_t{1} << number % 64;
  };
  if (changes_.size() <= marks_.size() * 4) return set(key);
  marks_.assign(std::max<std::size_t>(4, marks_.size() * 4), 0);
  for (const auto& [each, value] : changes_) set(each.octets);
}

Result<std::optional<Buffer>> RecentReads::get(Bytes key) const {
  Slot& slot = slots_[key_number(key) % slots_.size()];
  if (slot.key == key) return slot.value;
  TRY_ASSIGN(auto value, base_.get(key));
  slot.key = key;
  slot.value = value;
  return value;
}

}  // namespace nianlun
