#include "facts.h"

#include <algorithm>
#include <set>

#include "ledger/event_hash.h"
#include "ledger/identifier.h"
#include "try.h"

namespace nianlun {

bool Actor::has_role(std::string_view role) const {
  return std::ranges::find(roles, role) != roles.end();
}

Result<std::optional<Actor>> find_actor(const StateView& view, std::string_view did) {
  TRY_ASSIGN(const auto bytes, view.get(actor_key(did)));
  if (!bytes) return std::optional<Actor>();
  TRY_ASSIGN(const Json json, Json::parse(*bytes));
  Actor actor;
  actor.did = did;
  actor.party = json.text("party");
  TRY_ASSIGN(const std::int64_t number, json.integer("number"));
  TRY_ASSIGN(const std::int64_t party_number, json.integer("partyNumber"));
  TRY_ASSIGN(const std::int64_t enrolled, json.integer("enrolled"));
  actor.number = static_cast<std::uint64_t>(number);
  actor.party_number = static_cast<std::uint64_t>(party_number);
  actor.enrolled = static_cast<std::uint64_t>(enrolled);
  actor.revoked = json.find("revoked") != nullptr;
  if (const Json* roles = json.find("roles")) {
    for (const Json& role : roles->array()) actor.roles.push_back(role.string());
  }
  return std::optional<Actor>(std::move(actor));
}

std::vector<std::string> Reading::items() const {
  std::vector<std::string> items;
  std::set<std::string_view> seen;
  for (const Part& part : parts) {
    if (seen.insert(part.id).second) items.push_back(part.id);
  }
  return items;
}

Result<std::string> event_id_of(const Json& event) {
  if (const std::string_view id = event.text("eventID"); !id.empty()) return std::string(id);
  return event_hash(event, nullptr);
}

bool is_correction(const Json& event) { return event.find("errorDeclaration") != nullptr; }

Result<std::vector<Part>> identifiers_at(const Json& event, std::string_view path) {
  std::vector<Part> parts;
  const auto add = [&parts](const Json& value) -> Result<void> {
    Part part;
    if (value.is_string()) {
      TRY_ASSIGN(Identifier identifier, identify(value.string()));
      part.id = std::move(identifier.canonical);
    } else if (value.is_object()) {
      // A quantity element, or an object that names its thing by "id" (bizLocation).
      const bool has_class = value.find("epcClass") != nullptr;
      TRY_ASSIGN(Identifier identifier, identify(value.text(has_class ? "epcClass" : "id")));
      part.id = std::move(identifier.canonical);
      if (const Json* quantity = value.find("quantity")) {
        TRY_ASSIGN(part.quantity, Decimal::parse(quantity->number_text()));
      } else {
        part.quantity = 0;
      }
      part.unit = value.text("uom");
    } else {
      return fail(ErrorCode::kInvalidArgument, "judge.no-identifier");
    }
    parts.push_back(std::move(part));
    return {};
  };
  const Json* found = at_path(event, path);
  if (found == nullptr) return parts;
  if (found->is_array()) {
    for (const Json& value : found->array()) TRY(add(value));
  } else {
    TRY(add(*found));
  }
  return parts;
}

Result<std::vector<Part>> parts_of(const Json& event, const Profile::Step& step) {
  std::vector<Part> all;
  for (std::size_t i = 0; i < step.items.size(); ++i) {
    const Profile::Participant& spec = step.items[i];
    TRY_ASSIGN(std::vector<Part> parts, identifiers_at(event, spec.in));
    if (parts.empty() && !spec.optional) {
      return fail(ErrorCode::kInvalidArgument, "judge.missing-items", {{"name", spec.in}});
    }
    for (Part& part : parts) {
      part.spec = &spec;
      part.spec_index = i;
      all.push_back(std::move(part));
    }
  }
  return all;
}

bool has_shape(const Json& event, const Profile::Step& step) {
  return std::ranges::all_of(step.event.object(), [&event](const Json::Member& member) {
    const Json* given = event.find(member.name);
    return given != nullptr && *given == member.value;
  });
}

const Profile::Kind* Facts::kind_of(const Item& item) const {
  const auto profile = book_->newest(item.profile);
  return profile == nullptr ? nullptr : profile->kind(item.kind);
}

Result<std::optional<Item>> Facts::item(std::string_view id) const {
  TRY_ASSIGN(const auto bytes, view_->get(item_key(id)));
  if (!bytes) return std::optional<Item>();
  TRY_ASSIGN(Item item, decode_item(*bytes));
  if (item.id != id) return fail(ErrorCode::kCorrupted, "state.damaged");
  return std::optional<Item>(std::move(item));
}

Result<std::optional<Timed>> Facts::entry_before(const Item& item, std::int64_t time_ms,
                                                 std::uint64_t index) const {
  std::optional<Timed> found;
  Result<void> decoded;
  std::size_t seen = 0;
  const auto each = [&](Bytes key, Bytes value) {
    auto entry = decode_entry(value);
    if (!entry) {
      decoded = Unexpected{entry.error()};
      return false;
    }
    if (entry->voided && ++seen < kTimelineScanMax) return true;
    const auto [time, record] = time_and_index(key);
    if (!entry->voided) found = Timed{time, record, *std::move(entry)};
    return false;
  };
  TRY(view_->scan(timeline_prefix(item.id), timeline_key(item.id, time_ms, index),
                  StateView::Order::kDescending, each));
  TRY(std::move(decoded));
  return found;
}

Result<Standing> Facts::inherit(const Item& item, Standing own, std::int64_t since,
                                std::int64_t time_ms, std::uint64_t index, std::size_t depth) const {
  if (own.container.empty() || depth >= kContainersMax) return own;
  TRY_ASSIGN(const auto container, this->item(own.container));
  if (!container) return own;
  const Profile::Kind* kind = kind_of(*container);
  if (kind == nullptr || !kind->contents) return own;
  Standing theirs;
  std::int64_t their_time = since;
  if (container->index != kNoRecord &&
      std::pair(container->time_ms, container->index) < std::pair(time_ms, index)) {
    theirs = container->now;
    their_time = container->time_ms;
  } else {
    TRY_ASSIGN(const auto entry, entry_before(*container, time_ms, index));
    if (!entry) return own;
    theirs = entry->entry.after;
    their_time = entry->time_ms;
  }
  TRY_ASSIGN(theirs, inherit(*container, theirs, their_time, time_ms, index, depth + 1));
  if (their_time < since) return own;
  const Profile::Kind* mine = kind_of(item);
  if (mine != nullptr && mine->states.contains(theirs.state)) own.state = theirs.state;
  if (!theirs.place.empty()) own.place = theirs.place;
  if (theirs.holder != 0) own.holder = theirs.holder;
  return own;
}

Result<Standing> Facts::standing_before(const Item& item, std::int64_t time_ms,
                                        std::uint64_t index) const {
  if (item.index == kNoRecord) return Standing();
  if (std::pair(item.time_ms, item.index) < std::pair(time_ms, index)) {
    return inherit(item, item.now, item.time_ms, time_ms, index, 0);
  }
  TRY_ASSIGN(const auto entry, entry_before(item, time_ms, index));
  if (!entry) return Standing();
  return inherit(item, entry->entry.after, entry->time_ms, time_ms, index, 0);
}

Result<Standing> Facts::standing_now(const Item& item) const {
  return inherit(item, item.now, item.time_ms, INT64_MAX, kNoRecord, 0);
}

Result<std::optional<Timed>> Facts::last_step(const Item& item, std::string_view step,
                                              std::int64_t time_ms) const {
  std::optional<Timed> found;
  Result<void> decoded;
  std::size_t seen = 0;
  const auto each = [&](Bytes key, Bytes value) {
    auto entry = decode_entry(value);
    if (!entry) {
      decoded = Unexpected{entry.error()};
      return false;
    }
    const std::string_view label = entry->step;
    if (!entry->voided && label.substr(label.rfind('/') + 1) == step) {
      const auto [time, index] = time_and_index(key);
      found = Timed{time, index, *std::move(entry)};
      return false;
    }
    return ++seen < kTimelineScanMax;
  };
  TRY(view_->scan(timeline_prefix(item.id), timeline_key(item.id, time_ms, kNoRecord),
                  StateView::Order::kDescending, each));
  TRY(std::move(decoded));
  return found;
}

Result<std::vector<Item>> Facts::ancestors(const Item& item) const {
  std::vector<Item> found;
  std::set<std::string> seen = {item.id};
  std::vector<std::string> waiting = item.origins;
  for (std::size_t i = 0; i < waiting.size() && found.size() < kAncestorsMax; ++i) {
    const std::string id = waiting[i];
    if (!seen.insert(id).second) continue;
    TRY_ASSIGN(auto origin, this->item(id));
    if (!origin) continue;
    waiting.insert(waiting.end(), origin->origins.begin(), origin->origins.end());
    found.push_back(*std::move(origin));
  }
  return found;
}

Result<std::vector<Item>> Facts::containers(const Item& item) const {
  std::vector<Item> found;
  std::string next = item.now.container;
  while (!next.empty() && found.size() < kContainersMax) {
    TRY_ASSIGN(auto container, this->item(next));
    if (!container) break;
    next = container->now.container;
    found.push_back(*std::move(container));
  }
  return found;
}

Result<bool> Facts::is_recalled(const Item& item) const {
  if (item.recalled) return true;
  TRY_ASSIGN(const std::vector<Item> origins, ancestors(item));
  TRY_ASSIGN(const std::vector<Item> outer, containers(item));
  return std::ranges::any_of(origins, &Item::recalled) || std::ranges::any_of(outer, &Item::recalled);
}

}  // namespace nianlun
