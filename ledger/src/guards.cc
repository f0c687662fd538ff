#include <algorithm>
#include <map>

#include "evidence.h"
#include "guard_facts.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

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
  const Json* once = guard.value.find("once");
  if (once != nullptr && *once == Json(true)) return false;
  if (std::ranges::find(ids, holder.value) != ids.end()) return true;
  TRY_ASSIGN(const auto item, find_item(judged.state, holder.value));
  if (!item) return true;
  return gives_way(guard, *item);
}

Result<bool> within_time(const Case& judged, const Profile::Guard& guard) {
  TRY_ASSIGN(const std::int64_t most_ms, parse_duration(guard.value.text("duration")));
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const auto since, last_step(judged, id, guard.value.text("since")));
    if (since && judged.event.time_ms - since->time_ms > most_ms) return false;
  }
  return true;
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

/// Whether the item took one of the steps that the guard names, and that step is in force.
Result<bool> any_in_force(const Case& judged, const Profile::Guard& guard, std::string_view id) {
  for (const std::string& step : guard.steps) {
    TRY_ASSIGN(const auto taken, last_step(judged, id, step));
    if (!taken) continue;
    TRY_ASSIGN(const bool in_force, stands(judged.state, *taken));
    if (in_force) return true;
  }
  return false;
}

Result<bool> step_taken(const Case& judged, const Profile::Guard& guard, std::string_view id) {
  TRY_ASSIGN(const std::vector<std::string> asked, asked_of(judged, id, guard.on_origin));
  for (const std::string& each : asked) {
    TRY_ASSIGN(const bool in_force, any_in_force(judged, guard, each));
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

/// Whether every item that has such a date or time is not past it.
Result<bool> within_until(const Case& judged, const Profile::Guard& guard) {
  const std::string_view until = guard.value.text("until");
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const std::vector<std::string> asked, asked_of(judged, id, guard.on_origin));
    for (const std::string& each : asked) {
      TRY_ASSIGN(const auto item, find_item(judged.state, each));
      if (!item) continue;
      const auto found = std::ranges::find(item->attributes, until, &AttributeValue::name);
      if (found == item->attributes.end()) continue;
      const auto value = Json::parse(found->value);
      if (!value || !not_before(*value, judged.event)) return false;
    }
  }
  return true;
}

/// The readings cover the time since the items' last such step, if the guard says so.
Result<bool> sensor(const Case& judged, const Profile::Guard& guard) {
  SensorSpan span;
  if (const std::string_view step = guard.value.text("covers"); !step.empty()) {
    for (const std::string& id : subjects(judged, guard)) {
      TRY_ASSIGN(const auto taken, last_step(judged, id, step));
      if (!taken) continue;
      span.from_ms = std::min(span.from_ms.value_or(taken->time_ms), taken->time_ms);
    }
    span.to_ms = judged.event.time_ms;
  }
  return sensor_holds(judged.event.event, guard.value, span);
}

bool listed(const Case& judged, const Profile::Guard& guard) {
  const std::string_view path = guard.value.text("value");
  const Json* value = at_path(judged.event.event, path);
  return value == nullptr || judged.profile->value_text(path, *value) != nullptr;
}

Result<bool> has_evidence(const Case& judged, const Profile::Guard& guard) {
  for (const Profile::Evidence& evidence : judged.step->evidence) {
    if (at_path(judged.event.event, evidence.member) != nullptr) continue;
    for (const std::string& id : subjects(judged, guard)) {
      TRY_ASSIGN(const bool asked,
                 is_asked(judged.state, *judged.profile, *judged.step, evidence, id));
      if (asked) return false;
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

Result<bool> requires_step(const Case& judged, const Profile::Guard& guard) {
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const bool taken, step_taken(judged, guard, id));
    if (!taken) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> subjects(const Case& judged, const Profile::Guard& guard) {
  std::vector<std::string> ids;
  if (judged.step->items.empty()) return ids;
  const std::string_view of = guard.of.empty() ? judged.step->items.front().in : guard.of;
  for (const Involved& involved : judged.involved) {
    if (judged.step->items[involved.participant].in == of) ids.push_back(involved.id);
  }
  return ids;
}

Result<bool> guard_applies(const Case& judged, const Profile::Guard& guard, const Json& event) {
  if (!guard.when) return true;
  const std::vector<std::string> ids = subjects(judged, guard);
  return logic_holds(judged, *guard.when, event, ids.empty() ? "" : ids.front());
}

bool gives_way(const Profile::Guard& guard, const Item& item) {
  const Json* unless = guard.value.find("unless");
  if (unless == nullptr || !unless->is_array()) return false;
  return std::ranges::find(unless->array(), Json(item.now.state)) != unless->array().end();
}

Result<bool> guard_holds(const Case& judged, const Profile::Guard& guard) {
  using enum Profile::Condition;
  TRY_ASSIGN(const bool applies, guard_applies(judged, guard, judged.event.event));
  if (!applies) return true;
  switch (guard.condition) {
    case kLogic:
      return logic(judged, guard);
    case kBalance:
      return balance(judged);
    case kUnique:
      return unique(judged, guard);
    case kApart:
      return stands_apart(judged, guard);
    case kWithinTime:
      return within_time(judged, guard);
    case kWithinUntil:
      return within_until(judged, guard);
    case kWithinArea:
      return within_area(judged, guard);
    case kWithinDistance:
      return within_distance(judged, guard);
    case kDocument:
      return has_document(judged.event.event, guard.value.text("document"));
    case kStep:
      return requires_step(judged, guard);
    case kCosigned:
      return cosigned(judged, guard);
    case kSeparate:
      return separate(judged, guard);
    case kHolder:
      return held_by_submitter(judged, guard);
    case kAnswered:
      return answered_by_all(judged, guard);
    case kAddressed:
      return addresses_holders(judged, guard);
    case kSensor:
      return sensor(judged, guard);
    case kListed:
      return listed(judged, guard);
    case kEvidence:
      return has_evidence(judged, guard);
    case kNotRecalled:
      return not_recalled(judged);
  }
  return false;
}

}  // namespace nianlun
