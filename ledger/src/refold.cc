#include <algorithm>

#include "exceptions_fold.h"
#include "facts.h"
#include "item_fold.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kChunk = 32;

/// Entries of a timeline are read in pieces since they are changed on the way.
Result<std::deque<Timed>> read_entries(const StateView& state, const Item& item, Moment first) {
  std::deque<Timed> entries;
  TRY(scan_timeline(state, item, first, kLatest, StateView::Order::kAscending, [&](Timed timed) {
    entries.push_back(std::move(timed));
    return entries.size() < kChunk;
  }));
  return entries;
}

bool leaves(const Standing& from, const Standing& to) {
  return !from.container.empty() && from.container != to.container;
}

}  // namespace

/// A walk through one item's timeline, forward in time.
struct ItemFold::Walk {
  Slot& slot;
  Standing now = {};  ///< as it is folded now
  Standing old = {};  ///< as it was
  Moment last = {};
  bool any = false;  ///< there is an entry at `last`
  std::optional<Carrier> carrier = {};
  bool done = false;  ///< what follows is as it was
};

/// What stands after an entry, and whether it is in order.
Result<void> ItemFold::settle(TimelineEntry& entry, const Standing& before) {
  Standing after = before;
  if (entry.sets_state) after.state = entry.after.state;
  if (entry.sets_container) after.container = entry.after.container;
  if (entry.sets_place) after.place = entry.after.place;
  if (entry.sets_holder) after.holder = entry.after.holder;
  if (entry.sets_recalled) after.recalled = entry.after.recalled;
  entry.after = std::move(after);
  entry.fits = true;
  const std::size_t slash = entry.step.find('/');
  if (entry.carried || slash == std::string::npos) return {};
  const auto profile = book_.labelled(std::string_view(entry.step).substr(0, slash));
  const Profile::Step* step =
      profile == nullptr ? nullptr : profile->step(std::string_view(entry.step).substr(slash + 1));
  if (step == nullptr || entry.participant >= step->items.size()) {
    return fail(ErrorCode::kCorrupted, "state.damaged");
  }
  const std::string_view state = before.state.empty() ? "new" : std::string_view(before.state);
  entry.fits = step->items[entry.participant].accepts(state);
  return {};
}

/// The entry before a position, voided ones left out.
Result<std::optional<Timed>> ItemFold::before(const Slot& slot, Moment at) const {
  if (at.second > 0) return entry_at(state_, slot.item, {at.first, at.second - 1});
  return entry_at(state_, slot.item, {at.first - 1, kNoRecord});
}

void ItemFold::note_leaving(const Slot& slot, Moment at, const Standing& from, const Standing& to) {
  if (!leaves(from, to)) return;
  state_.put(left_key(from.container, at.first, at.second, slot.item.id), slot.item.id);
}

void ItemFold::forget_leaving(const Slot& slot, Moment at, const Standing& from,
                              const Standing& to) {
  if (!leaves(from, to)) return;
  state_.erase(left_key(from.container, at.first, at.second, slot.item.id));
}

void ItemFold::queue(Slot& slot, Moment at) {
  if (slot.from) {
    slot.from = std::min(*slot.from, at);
    slot.until = std::max(slot.until, at);
    return;
  }
  slot.from = at;
  slot.until = at;
  queue_.push_back(&slot);
}

/// What was inside at a position: what is inside now, and what left later. More is no harm.
Result<void> ItemFold::queue_contents(Slot& slot, Moment at) {
  const std::string& id = slot.item.id;
  std::vector<std::string> inside;
  const std::size_t most = kRefoldEntriesMax - std::min(touched_, kRefoldEntriesMax) + 1;
  const auto add = [&](Bytes, Bytes value) {
    inside.emplace_back(value);
    return inside.size() < most;
  };
  const Buffer contents = contents_prefix(id);
  TRY(state_.scan(contents, after_prefix(contents), StateView::Order::kAscending, add));
  TRY(state_.scan(left_from(id, at.first, at.second), after_prefix(left_prefix(id)),
                  StateView::Order::kAscending, add));
  for (const std::string& one : inside) {
    TRY_ASSIGN(Slot * content, this->slot(one));
    queue(*content, at);
  }
  return {};
}

/// The container's first entry from a position on in which its contents take part.
Result<std::optional<ItemFold::Carrier>> ItemFold::next_carrier(const std::string& container,
                                                                Moment first) {
  std::optional<Carrier> found;
  if (container.empty()) return found;
  std::optional<Item> stored;
  const auto known = slots_.find(container);
  const Item* item = known == slots_.end() ? nullptr : &known->second.item;
  if (item == nullptr) {
    TRY_ASSIGN(stored, find_item(state_, container));
    if (!stored) return found;
    item = &*stored;
  }
  if (!item->carries) return found;
  TRY(scan_timeline(state_, *item, first, kLatest, StateView::Order::kAscending, [&](Timed timed) {
    if (timed.entry.voided || (!timed.entry.spreads && !timed.entry.empties)) return true;
    found = Carrier{timed.at(), std::move(timed.entry)};
    return false;
  }));
  return found;
}

/// The part that an item inside takes in an entry of its container.
TimelineEntry ItemFold::carried(const Carrier& carrier, const Item& item) const {
  const TimelineEntry& of = carrier.entry;
  TimelineEntry entry;
  entry.carried = true;
  entry.disputed = of.disputed;
  entry.step = of.step;
  entry.participant = of.participant;
  entry.actor = of.actor;
  entry.party = of.party;
  entry.sets_container = of.empties;
  if (!of.spreads) return entry;
  entry.spreads = true;
  const auto profile = book_.labelled(std::string_view(of.step).substr(0, of.step.find('/')));
  const Profile::Kind* kind = profile == nullptr ? nullptr : profile->kind(item.kind);
  entry.sets_state = of.sets_state && kind != nullptr && kind->states.contains(of.after.state);
  entry.sets_place = of.sets_place;
  entry.sets_holder = of.sets_holder;
  if (entry.sets_state) entry.after.state = of.after.state;
  if (entry.sets_place) entry.after.place = of.after.place;
  if (entry.sets_holder) entry.after.holder = of.after.holder;
  return entry;
}

/// Whether there is room for one entry more; else the item's exception is open.
Result<bool> ItemFold::spend(Slot& slot) {
  if (touched_ < kRefoldEntriesMax) {
    ++touched_;
    return true;
  }
  TRY_ASSIGN(const bool opened, open_on_item(index_, kRefoldGuard, slot.item.id, index_, state_));
  if (opened) ++slot.item.open_exceptions;
  return false;
}

/// An entry came to contradict what stands before it, or does so no longer.
Result<void> ItemFold::contradict(Slot& slot, std::uint64_t index, bool fits) {
  if (!fits) {
    TRY_ASSIGN(const bool opened, open_on_item(index, kOrderGuard, slot.item.id, index_, state_));
    if (opened) ++slot.item.open_exceptions;
    return {};
  }
  TRY_ASSIGN(const bool was, settle_on_item(index, kOrderGuard, slot.item.id, index_, state_));
  if (was && slot.item.open_exceptions > 0) --slot.item.open_exceptions;
  return {};
}

/// What goes on after an entry that was written anew at a position.
Result<void> ItemFold::moved(Walk& walk, Moment at, const Standing& before) {
  const bool consumed = walk.carrier && walk.carrier->at == at;
  if (!consumed && before.container == walk.now.container) return {};
  TRY_ASSIGN(walk.carrier, next_carrier(walk.now.container, next_moment(at)));
  return {};
}

Result<void> ItemFold::visit_own(Walk& walk, Timed own) {
  Slot& slot = walk.slot;
  const Moment at = own.at();
  const Buffer key = timeline_key(slot.item, at);
  if (own.entry.voided) {
    if (slot.voided == at) walk.old = own.entry.after;
    if (slot.voided == at) slot.voided.reset();
    return {};
  }
  const bool fresh = slot.fresh == at;
  const bool same = walk.carrier && walk.carrier->at == at;
  const Standing was = fresh ? walk.old : own.entry.after;
  forget_leaving(slot, at, walk.old, was);
  walk.old = was;
  if (own.entry.carried && !same) {  // it was inside, and turns out not to have been
    state_.erase(key);
    return own.entry.spreads ? queue_contents(slot, at) : Result<void>();
  }
  TimelineEntry entry = own.entry.carried ? carried(*walk.carrier, slot.item) : own.entry;
  const Standing before = walk.now;
  TRY(settle(entry, before));
  const bool changed = fresh || encode(entry) != encode(own.entry);
  if (!fresh && entry.fits != own.entry.fits) TRY(contradict(slot, at.second, entry.fits));
  if (fresh) slot.fresh.reset();
  if (changed) state_.put(key, encode(entry));
  note_leaving(slot, at, before, entry.after);
  walk.now = entry.after;
  walk.last = at;
  walk.any = true;
  if (changed && (entry.spreads || entry.empties || own.entry.spreads)) {
    TRY(queue_contents(slot, at));
  }
  walk.done = !changed && at >= slot.until && walk.now == walk.old;
  return moved(walk, at, before);
}

Result<void> ItemFold::visit_carrier(Walk& walk) {
  Slot& slot = walk.slot;
  const Moment at = walk.carrier->at;
  TimelineEntry entry = carried(*walk.carrier, slot.item);
  const Standing before = walk.now;
  TRY(settle(entry, before));
  state_.put(timeline_key(slot.item, at), encode(entry));
  note_leaving(slot, at, before, entry.after);
  walk.now = entry.after;
  walk.last = at;
  walk.any = true;
  if (entry.spreads) {
    slot.item.carries = true;
    TRY(queue_contents(slot, at));
  }
  return moved(walk, at, before);
}

Result<void> ItemFold::refold(Slot& slot) {
  const Moment from = *slot.from;
  lay_out(slot);
  TRY_ASSIGN(const auto stood, before(slot, from));
  Walk walk{.slot = slot};
  if (stood) {
    walk.now = walk.old = stood->entry.after;
    walk.last = stood->at();
    walk.any = true;
  }
  slot.from.reset();
  TRY_ASSIGN(walk.carrier, next_carrier(walk.now.container, from));
  TRY_ASSIGN(std::deque<Timed> own, read_entries(state_, slot.item, from));
  while (!own.empty() || walk.carrier) {
    TRY_ASSIGN(const bool room, spend(slot));
    if (!room) return {};
    if (own.empty() || (walk.carrier && walk.carrier->at < own.front().at())) {
      TRY(visit_carrier(walk));
      continue;
    }
    Timed next = std::move(own.front());
    own.pop_front();
    const Moment read_on = next_moment(next.at());
    TRY(visit_own(walk, std::move(next)));
    if (walk.done) return {};
    if (own.empty()) {
      TRY_ASSIGN(own, read_entries(state_, slot.item, read_on));
    }
  }
  Item& item = slot.item;
  item.now = walk.now;
  item.time_ms = walk.any ? walk.last.first : 0;
  item.index = walk.any ? walk.last.second : kNoRecord;
  return {};
}

}  // namespace nianlun
