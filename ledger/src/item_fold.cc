#include <algorithm>

#include "facts.h"
#include "folding.h"
#include "try.h"

namespace nianlun {
namespace {

using Participant = Profile::Participant;

bool is_child(std::string_view member) {
  return member == "childEPCs" || member == "childQuantityList";
}

/// What an event sets of an item's standing; nothing: it leaves that as it was.
struct Change {
  std::optional<std::string> container;
  std::optional<std::string> place;
  std::optional<std::uint64_t> holder;
};

std::string first_at(const Json& event, std::string_view path) {
  const std::vector<std::string> ids = identifiers_at(event, path);
  return ids.empty() ? std::string() : ids.front();
}

Change change_of(const StepFold& fold, const Participant& participant) {
  const Json& event = fold.record.event;
  Change change;
  switch (participant.parent) {
    case Profile::Parent::kInto:
      change.container = first_at(event, participant.parent_in);
      break;
    case Profile::Parent::kOut:
      change.container = std::string();
      break;
    case Profile::Parent::kByAction: {
      const std::string_view type = event.text("type");
      const bool holds = type == "AggregationEvent" || type == "AssociationEvent";
      if (!holds || !is_child(participant.in)) break;
      if (event.text("action") == "ADD") change.container = first_at(event, "parentID");
      if (event.text("action") == "DELETE") change.container = std::string();
      break;
    }
  }
  const std::string place = first_at(event, "bizLocation");
  if (!place.empty()) change.place = place;
  if (fold.step.holder_is_submitter) change.holder = fold.party;
  return change;
}

Result<void> set_attributes(const StepFold& fold, const Profile::Kind& kind, Item& item) {
  for (const auto& [name, attribute] : kind.attributes) {
    const Json* value = at_path(fold.record.event, attribute.from);
    if (value == nullptr) continue;
    auto found = std::ranges::find(item.attributes, name, &AttributeValue::name);
    if (found == item.attributes.end()) {
      found = item.attributes.insert(found, AttributeValue{.name = name, .value = {}});
    } else if (std::pair(fold.time_ms, fold.index) < std::pair(found->time_ms, found->index)) {
      continue;
    }
    TRY_ASSIGN(found->value, canonical(*value));
    found->time_ms = fold.time_ms;
    found->index = fold.index;
  }
  return {};
}

void set_origins(const StepFold& fold, const Participant& participant, Item& item,
                 StateOverlay& state) {
  std::vector<std::string> members = participant.origin;
  if (members.empty() && participant.in.starts_with("output")) {
    members = {"inputEPCList", "inputQuantityList"};
  }
  for (const std::string& member : members) {
    for (std::string& origin : identifiers_at(fold.record.event, member)) {
      if (origin == item.id || std::ranges::find(item.origins, origin) != item.origins.end()) {
        continue;
      }
      state.put(descendant_key(origin, item.id), encode(Indexed{fold.index, item.id}));
      item.origins.push_back(std::move(origin));
    }
  }
}

Result<void> move_balance(StateOverlay& state, const Involved& lot, bool in) {
  TRY_ASSIGN(const Decimal before, balance_of(state, lot.id, lot.unit));
  // A balance that no Decimal holds stays as it is; the guard has said so.
  const auto after = in ? add(before, lot.quantity) : subtract(before, lot.quantity);
  if (after) state.put(balance_key(lot.id, lot.unit), after->text());
  return {};
}

std::string unique_name(const StepFold& fold, const Profile::Guard& guard) {
  return fold.profile.id + "/" + guard.id;
}

Result<void> hold_unique(const StepFold& fold, const std::vector<Involved>& involved,
                         StateOverlay& state) {
  for (const Profile::Guard& guard : fold.step.guards) {
    if (guard.condition != Profile::Condition::kUnique) continue;
    const Json* value = at_path(fold.record.event, guard.value.text("value"));
    if (value == nullptr || involved.empty()) continue;
    if (std::ranges::find(fold.record.verdict.broken, guard.id) !=
        fold.record.verdict.broken.end()) {
      continue;
    }
    const std::string_view of = guard.of.empty() ? fold.step.items.front().in : guard.of;
    const auto holder = std::ranges::find_if(
        involved, [&](const Involved& each) { return fold.step.items[each.participant].in == of; });
    if (holder == involved.end()) continue;
    TRY_ASSIGN(const std::string text, canonical(*value));
    state.put(unique_key(unique_name(fold, guard), text), encode(Indexed{fold.index, holder->id}));
  }
  return {};
}

Result<Item> item_of(const StepFold& fold, const Involved& involved, const StateOverlay& state) {
  TRY_ASSIGN(auto item, find_item(state, involved.id));
  if (item) return *std::move(item);
  Item fresh;
  fresh.id = involved.id;
  fresh.profile = fold.profile.id;
  fresh.kind = involved.kind;
  fresh.first = fold.index;
  return fresh;
}

Result<void> fold_item(const StepFold& fold, const Involved& involved, const ProfileBook& book,
                       StateOverlay& state) {
  const Participant& participant = fold.step.items[involved.participant];
  const bool accepted = fold.record.verdict.outcome == Outcome::kAccepted;
  TRY_ASSIGN(Item item, item_of(fold, involved, state));
  item.last = fold.index;
  const Profile::Kind* kind = fold.profile.kind(involved.kind);
  if (accepted && kind != nullptr && participant.on_timeline()) {
    TRY(set_attributes(fold, *kind, item));
  }
  set_origins(fold, participant, item, state);
  if (participant.balance != 0) TRY(move_balance(state, involved, participant.balance > 0));
  if (participant.recall) item.recalled = *participant.recall;
  if (participant.on_timeline()) {
    const Change change = change_of(fold, participant);
    TimelineEntry entry;
    entry.disputed = !accepted;
    entry.step = fold.record.profile + "/" + fold.step.name;
    entry.participant = involved.participant;
    entry.actor = fold.actor;
    entry.party = fold.party;
    entry.sets = (change.container ? kSetsContainer : 0U) | (change.place ? kSetsPlace : 0U) |
                 (change.holder ? kSetsHolder : 0U);
    entry.after.container = change.container.value_or("");
    entry.after.place = change.place.value_or("");
    entry.after.holder = change.holder.value_or(0);
    state.put(timeline_key(item.id, fold.time_ms, fold.index), encode(entry));
    TRY(refold(item, fold.time_ms, fold.index, book, state));
  }
  state.put(item_key(item.id), encode(item));
  return {};
}

}  // namespace

Result<void> fold_items(const StepFold& fold, const ProfileBook& book, StateOverlay& state) {
  TRY_ASSIGN(const std::vector<Involved> involved,
             involved_in(fold.record.event, fold.profile, fold.step, fold.domain));
  for (const Involved& each : involved) TRY(fold_item(fold, each, book, state));
  TRY(hold_unique(fold, involved, state));
  if (fold.record.verdict.outcome != Outcome::kDisputed) return {};
  std::vector<std::string> items;
  for (const Involved& each : involved) {
    if (!fold.step.items[each.participant].on_timeline()) continue;
    if (std::ranges::find(items, each.id) == items.end()) items.push_back(each.id);
  }
  for (const std::string& guard : fold.record.verdict.broken) {
    TRY(open_exception(state, fold.index, guard, items, fold.record.verdict.step));
  }
  return {};
}

Result<void> fold_void(const StepFold& correction, std::uint64_t original, const ProfileBook& book,
                       StateOverlay& state) {
  TRY_ASSIGN(
      const std::vector<Involved> involved,
      involved_in(correction.record.event, correction.profile, correction.step, correction.domain));
  for (const Involved& each : involved) {
    const Participant& participant = correction.step.items[each.participant];
    TRY_ASSIGN(auto item, find_item(state, each.id));
    if (!item) continue;
    item->last = correction.index;
    if (participant.balance != 0) TRY(move_balance(state, each, participant.balance < 0));
    if (participant.recall) item->recalled = !*participant.recall;
    std::erase_if(item->attributes,
                  [&](const AttributeValue& value) { return value.index == original; });
    const Buffer key = timeline_key(item->id, correction.time_ms, original);
    TRY_ASSIGN(const auto value, state.get(key));
    if (value) {
      TRY_ASSIGN(TimelineEntry entry, decode_entry(*value));
      entry.voided = true;
      state.put(key, encode(entry));
      TRY(refold(*item, correction.time_ms, original, book, state));
    }
    state.put(item_key(item->id), encode(*item));
  }
  for (const Profile::Guard& guard : correction.step.guards) {
    if (guard.condition != Profile::Condition::kUnique) continue;
    const Json* value = at_path(correction.record.event, guard.value.text("value"));
    if (value == nullptr) continue;
    TRY_ASSIGN(const std::string text, canonical(*value));
    const Buffer key = unique_key(unique_name(correction, guard), text);
    TRY_ASSIGN(const auto held, state.get(key));
    if (!held) continue;
    TRY_ASSIGN(const Indexed holder, decode_indexed(*held));
    if (holder.index == original) state.erase(key);
  }
  return {};
}

}  // namespace nianlun
