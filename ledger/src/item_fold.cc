#include "item_fold.h"

#include <algorithm>

#include "facts.h"
#include "try.h"

namespace nianlun {
namespace {

/// A newer value takes an older one's place, whichever came first.
void set_attribute(Item& item, Moment at, const std::string& name, const std::string& value) {
  auto found = std::ranges::find(item.attributes, name, &AttributeValue::name);
  if (found == item.attributes.end()) {
    item.attributes.push_back({name, value, at.first, at.second});
    std::ranges::sort(item.attributes, {}, &AttributeValue::name);
  } else if (Moment(found->time_ms, found->index) <= at) {
    *found = {name, value, at.first, at.second};
  }
}

}  // namespace

Result<ItemFold::Slot*> ItemFold::slot(std::string_view id) {
  if (const auto known = slots_.find(id); known != slots_.end()) return &known->second;
  Slot slot;
  TRY_ASSIGN(auto item, find_item(state_, id));
  if (item) {
    slot.item = std::move(*item);
    slot.listed_in = slot.item.now.container;
  } else {
    slot.item.id = id;
    slot.item.first = index_;
    slot.item.nth = fresh_++;
  }
  return &slots_.emplace(std::string(id), std::move(slot)).first->second;
}

Result<void> ItemFold::place(Slot& slot, Moment at, TimelineEntry entry) {
  Item& item = slot.item;
  for (const auto& [name, value] : entry.attributes) set_attribute(item, at, name, value);
  if (entry.spreads || entry.empties) item.carries = true;
  const bool has_origins = !entry.origins.empty();
  if (item.index == kNoRecord || at > Moment(item.time_ms, item.index)) {
    return append(slot, at, std::move(entry));
  }
  state_.put(timeline_key(item, at), encode(entry));
  slot.fresh = at;
  queue(slot, at);
  return has_origins ? list_origins(slot) : Result<void>();
}

Result<void> ItemFold::append(Slot& slot, Moment at, TimelineEntry entry) {
  Item& item = slot.item;
  const Standing stood = item.now;
  TRY(settle(entry, stood));
  if (item.newest) state_.put(timeline_key(item, {item.time_ms, item.index}), encode(*item.newest));
  note_leaving(slot, at, stood, entry.after);
  for (const std::string& origin : entry.origins) {
    if (std::ranges::find(item.origins, origin) != item.origins.end()) continue;
    item.origins.push_back(origin);
    state_.put(descendant_key(origin, item.id), encode(Indexed{at.second, item.id}));
  }
  item.now = entry.after;
  std::tie(item.time_ms, item.index) = at;
  const bool moves = entry.sets_container;
  if (entry.spreads || entry.empties) TRY(queue_contents(slot, at));
  if (slot.laid_out) {
    state_.put(timeline_key(item, at), encode(entry));
  } else {
    item.newest = std::move(entry);
  }
  if (moves && !item.now.container.empty()) {
    TRY_ASSIGN(const auto carrier, next_carrier(item.now.container, at));
    if (carrier) {
      slot.fresh = at;
      queue(slot, at);
    }
  }
  return {};
}

Result<void> ItemFold::void_entry(Slot& slot, Moment at) {
  Item& item = slot.item;
  lay_out(slot);
  const Buffer key = timeline_key(item, at);
  TRY_ASSIGN(const auto bytes, state_.get(key));
  if (!bytes) return {};
  TRY_ASSIGN(TimelineEntry entry, decode_entry(*bytes));
  if (entry.voided) return {};
  TRY_ASSIGN(const auto stood, before(slot, at));
  forget_leaving(slot, at, stood ? stood->entry.after : Standing(), entry.after);
  entry.voided = true;
  slot.voided = at;
  state_.put(key, encode(entry));
  queue(slot, at);
  if (entry.spreads || entry.empties) TRY(queue_contents(slot, at));
  if (!entry.attributes.empty()) TRY(find_attributes(slot, at));
  if (!entry.origins.empty()) TRY(list_origins(slot));
  return {};
}

void ItemFold::lay_out(Slot& slot) {
  Item& item = slot.item;
  slot.laid_out = true;
  if (!item.newest) return;
  state_.put(timeline_key(item, {item.time_ms, item.index}), encode(*item.newest));
  item.newest.reset();
}

Result<void> ItemFold::take_in(Slot& slot) {
  Item& item = slot.item;
  if (!slot.laid_out || item.index == kNoRecord) return {};
  const Moment at{item.time_ms, item.index};
  TRY_ASSIGN(item.newest, entry_of(state_, item, at));
  if (item.newest) state_.erase(timeline_key(item, at));
  slot.laid_out = false;
  return {};
}

/// Finds the origins anew, in the order of the timeline.
Result<void> ItemFold::list_origins(Slot& slot) {
  Item& item = slot.item;
  for (const std::string& origin : item.origins) state_.erase(descendant_key(origin, item.id));
  item.origins.clear();
  std::vector<Indexed> found;
  TRY(scan_timeline(state_, item, kEarliest, kLatest, StateView::Order::kAscending,
                    [&](const Timed& timed) {
                      if (timed.entry.voided) return true;
                      for (const std::string& origin : timed.entry.origins) {
                        if (std::ranges::find(found, origin, &Indexed::value) != found.end())
                          continue;
                        found.push_back({timed.index, origin});
                      }
                      return true;
                    }));
  for (const Indexed& origin : found) {
    item.origins.push_back(origin.value);
    state_.put(descendant_key(origin.value, item.id), encode(Indexed{origin.index, item.id}));
  }
  return {};
}

/// Finds the values anew of the attributes that the entry at a position had set.
Result<void> ItemFold::find_attributes(Slot& slot, Moment at) {
  Item& item = slot.item;
  std::vector<std::string> lost;
  std::erase_if(item.attributes, [&](const AttributeValue& value) {
    if (Moment(value.time_ms, value.index) != at) return false;
    lost.push_back(value.name);
    return true;
  });
  if (lost.empty()) return {};
  return scan_timeline(state_, item, kEarliest, kLatest, StateView::Order::kAscending,
                       [&](const Timed& timed) {
                         if (timed.entry.voided) return true;
                         for (const auto& [name, value] : timed.entry.attributes) {
                           if (std::ranges::find(lost, name) == lost.end()) continue;
                           set_attribute(item, timed.at(), name, value);
                         }
                         return true;
                       });
}

Result<void> ItemFold::finish() {
  while (!queue_.empty()) {
    Slot& slot = *queue_.front();
    queue_.pop_front();
    TRY(refold(slot));
  }
  for (auto& [id, slot] : slots_) TRY(write(slot));
  return {};
}

Result<void> ItemFold::write(Slot& slot) {
  TRY(take_in(slot));
  Item& item = slot.item;
  if (slot.listed_in != item.now.container) {
    if (!slot.listed_in.empty()) state_.erase(contents_key(slot.listed_in, item.id));
    if (!item.now.container.empty()) {
      state_.put(contents_key(item.now.container, item.id), item.id);
    }
  }
  item.recalled = item.now.recalled;
  state_.put(item_key(item.id), encode(item));
  return {};
}

}  // namespace nianlun
