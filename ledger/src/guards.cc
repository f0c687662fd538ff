#include <algorithm>
#include <map>

#include "guard_facts.h"
#include "ledger/geo.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

/// The items that a guard is about: those of its participant, or of the first.
std::vector<std::string> subjects(const Case& judged, const Profile::Guard& guard) {
  std::vector<std::string> ids;
  if (judged.step->items.empty()) return ids;
  const std::string_view of = guard.of.empty() ? judged.step->items.front().in : guard.of;
  for (const Involved& involved : judged.involved) {
    if (judged.step->items[involved.participant].in == of) ids.push_back(involved.id);
  }
  return ids;
}

Result<bool> logic(const Case& judged, const Profile::Guard& guard) {
  const std::vector<std::string> ids = subjects(judged, guard);
  if (ids.empty()) return logic_holds(judged, *guard.rule, judged.event.event, "");
  for (const std::string& id : ids) {
    TRY_ASSIGN(const bool holds, logic_holds(judged, *guard.rule, judged.event.event, id));
    if (!holds) return false;
  }
  return true;
}

Result<bool> balance(const Case& judged) {
  std::map<std::pair<std::string, std::string>, Decimal> drawn;
  for (const Involved& involved : judged.involved) {
    const int direction = judged.step->items[involved.participant].balance;
    // Adding less than nothing would draw.
    if (direction != 0 && involved.quantity.is_negative()) return false;
    if (direction >= 0) continue;
    Decimal& sum = drawn[{involved.id, involved.unit}];
    const auto more = add(sum, involved.quantity);
    if (!more) return false;  // more than any lot can hold
    sum = *more;
  }
  for (const auto& [lot, quantity] : drawn) {
    TRY_ASSIGN(const Decimal before, balance_of(judged.state, lot.first, lot.second));
    if (before < quantity) return false;
  }
  return true;
}

Result<bool> unique(const Case& judged, const Profile::Guard& guard) {
  const Json* value = value_at(judged.event.event, guard.value.text("value"));
  if (value == nullptr) return true;
  const std::vector<std::string> ids = subjects(judged, guard);
  if (ids.size() > 1) return false;
  TRY_ASSIGN(const std::string text, canonical(*value));
  TRY_ASSIGN(const auto held,
             judged.state.get(unique_key(judged.profile->id + "/" + guard.id, text)));
  if (!held) return true;
  TRY_ASSIGN(const Indexed holder, decode_indexed(*held));
  if (std::ranges::find(ids, holder.value) != ids.end()) return true;
  TRY_ASSIGN(const auto item, find_item(judged.state, holder.value));
  if (!item) return true;
  const Json* unless = guard.value.find("unless");
  if (unless == nullptr || !unless->is_array()) return false;
  return std::ranges::find(unless->array(), Json(item->now.state)) != unless->array().end();
}

Result<bool> within_time(const Case& judged, const Profile::Guard& guard) {
  TRY_ASSIGN(const std::int64_t most_ms, parse_duration(guard.value.text("duration")));
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const auto since, last_step(judged, id, guard.value.text("since")));
    if (since && judged.event.time_ms - since->time_ms > most_ms) return false;
  }
  return true;
}

std::optional<std::vector<Position>> ring_of(const Item& item, std::string_view attribute) {
  const auto found = std::ranges::find(item.attributes, attribute, &AttributeValue::name);
  if (found == item.attributes.end()) return std::nullopt;
  const auto json = Json::parse(found->value);
  if (!json || !json->is_array()) return std::nullopt;
  std::vector<Position> ring;
  for (const Json& corner : json->array()) {
    const auto position = parse_geo_uri(corner.is_string() ? corner.string() : std::string());
    if (!position) return std::nullopt;
    ring.push_back(*position);
  }
  return ring;
}

Result<bool> within_area(const Case& judged, const Profile::Guard& guard) {
  const Json* point = value_at(judged.event.event, guard.value.text("point"));
  if (point == nullptr || !point->is_string()) return false;
  const auto position = parse_geo_uri(point->string());
  const std::vector<std::string> named = identifiers_at(judged.event.event, guard.value.text("of"));
  if (!position || named.empty()) return false;
  TRY_ASSIGN(const auto item, find_item(judged.state, named.front()));
  if (!item) return false;
  const auto ring = ring_of(*item, guard.value.text("area"));
  return ring && within(*position, *ring);
}

bool has_document(const Json& event, std::string_view type) {
  const Json* list = event.find("bizTransactionList");
  if (list == nullptr || !list->is_array()) return false;
  const std::string suffix = "BTT-" + std::string(type);
  const std::string urn = ":btt:" + std::string(type);
  return std::ranges::any_of(list->array(), [&](const Json& transaction) {
    const std::string_view named = transaction.text("type");
    return named == type || named.ends_with(suffix) || named.ends_with(urn);
  });
}

/// Whether a date ("2026-05-01") or time is not before the event; a date lasts to its end.
bool not_before(const Json& value, const CaptureEvent& event) {
  if (!value.is_string()) return false;
  const std::string& text = value.string();
  if (const auto time = parse_date_time(text)) return *time >= event.time_ms;
  const auto end =
      parse_date_time(text + "T24:00:00" + std::string(event.event.text("eventTimeZoneOffset")));
  return end && *end >= event.time_ms;
}

Result<bool> step_taken(const Case& judged, const Profile::Guard& guard, std::string_view id) {
  TRY_ASSIGN(const std::vector<std::string> asked, asked_of(judged, id, guard.on_origin));
  for (const std::string& each : asked) {
    TRY_ASSIGN(const auto taken, last_step(judged, each, guard.value.text("step")));
    if (!taken) continue;
    TRY_ASSIGN(const bool in_force, stands(judged, *taken));
    if (!in_force) continue;
    const std::string_view until = guard.value.text("until");
    if (until.empty()) return true;
    TRY_ASSIGN(const auto item, find_item(judged.state, each));
    if (!item) continue;
    const auto found = std::ranges::find(item->attributes, until, &AttributeValue::name);
    if (found == item->attributes.end()) continue;
    const auto value = Json::parse(found->value);
    if (value && not_before(*value, judged.event)) return true;
  }
  return false;
}

bool has_any_role(const Case& judged, const Actor& actor, const Json& roles) {
  return roles.is_array() && std::ranges::any_of(roles.array(), [&](const Json& role) {
           return role.is_string() && actor.has_role(judged.profile->id + "/" + role.string());
         });
}

bool cosigned(const Case& judged, const Json& roles) {
  if (judged.by_gateway()) return false;
  for (std::size_t i = 1; i < judged.signers.size(); ++i) {
    const std::optional<Actor>& signer = judged.signers[i];
    if (!signer || signer->revoked != kNoRecord) continue;
    if (has_any_role(judged, *signer, roles)) return true;
  }
  return false;
}

Result<bool> separate(const Case& judged, const Profile::Guard& guard) {
  if (judged.by_gateway() || !judged.signers.front()) return false;
  const Actor& submitter = *judged.signers.front();
  const bool by_party = guard.value.text("by") == "party";
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const std::vector<std::string> asked, asked_of(judged, id, guard.on_origin));
    for (const std::string& each : asked) {
      TRY_ASSIGN(const auto taken, last_step(judged, each, guard.value.text("step")));
      if (!taken) continue;
      const bool same = by_party ? taken->entry.party == submitter.party_number
                                 : taken->entry.actor == submitter.number;
      if (same) return false;
    }
  }
  return true;
}

Result<bool> not_recalled(const Case& judged) {
  for (const Involved& involved : judged.involved) {
    TRY_ASSIGN(const bool recalled, is_recalled(judged.state, involved.id));
    if (recalled) return false;
    TRY_ASSIGN(const std::vector<std::string> origins, origins_of(judged, involved.id));
    for (const std::string& origin : origins) {
      TRY_ASSIGN(const bool origin_recalled, is_recalled(judged.state, origin));
      if (origin_recalled) return false;
    }
  }
  return true;
}

}  // namespace

Result<bool> guard_holds(const Case& judged, const Profile::Guard& guard) {
  using enum Profile::Condition;
  switch (guard.condition) {
    case kLogic:
      return logic(judged, guard);
    case kBalance:
      return balance(judged);
    case kUnique:
      return unique(judged, guard);
    case kWithinTime:
      return within_time(judged, guard);
    case kWithinArea:
      return within_area(judged, guard);
    case kDocument:
      return has_document(judged.event.event, guard.value.text("document"));
    case kStep: {
      for (const std::string& id : subjects(judged, guard)) {
        TRY_ASSIGN(const bool taken, step_taken(judged, guard, id));
        if (!taken) return false;
      }
      return true;
    }
    case kCosigned:
      return cosigned(judged, *guard.value.find("roles"));
    case kSeparate:
      return separate(judged, guard);
    case kSensor:
      return sensor_holds(judged.event.event, guard.value);
    case kNotRecalled:
      return not_recalled(judged);
  }
  return false;
}

}  // namespace nianlun
