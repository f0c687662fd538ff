#include "guard_facts.h"

#include <algorithm>
#include <deque>
#include <set>

#include "ledger/time.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kAncestorsMax = 1000;

const Json* attribute_value(const Item& item, std::string_view name, Json& store) {
  const auto found = std::ranges::find(item.attributes, name, &AttributeValue::name);
  if (found == item.attributes.end()) return nullptr;
  auto parsed = Json::parse(found->value);
  if (!parsed) return nullptr;
  store = *std::move(parsed);
  return &store;
}

/// What a lot holds in the unit of the event's quantity of it, or else without one.
Result<Json> balance_fact(const Case& judged, std::string_view id) {
  std::string_view unit;
  for (const Involved& each : judged.involved) {
    if (each.id == id) unit = each.unit;
  }
  TRY_ASSIGN(const Decimal balance, balance_of(judged.state, id, unit));
  return Json::parse(balance.text());
}

/// item.id, item.state, item.container, item.place, item.balance, item.attributes.<name>; null for
/// what there is not.
Result<Json> item_fact(const Case& judged, std::string_view id, std::string_view path) {
  if (path == "id") return Json(id);
  TRY_ASSIGN(const auto item, find_item(judged.state, id));
  if (path == "state") {
    TRY_ASSIGN(const Standing standing, standing_before(judged, id));
    return Json(standing.state.empty() ? std::string("new") : standing.state);
  }
  if (path == "balance") return balance_fact(judged, id);
  if (path == "container" || path == "place") {
    TRY_ASSIGN(const Standing standing, standing_before(judged, id));
    const std::string& named = path == "place" ? standing.place : standing.container;
    return named.empty() ? Json() : Json(named);
  }
  constexpr std::string_view kAttributes = "attributes.";
  if (!item || !path.starts_with(kAttributes)) return Json();
  Json store;
  const Json* value = attribute_value(*item, path.substr(kAttributes.size()), store);
  return value == nullptr ? Json() : *value;
}

/// The first origin of an item that is a lot.
Result<std::string> lot_of(const Case& judged, std::string_view item) {
  TRY_ASSIGN(const std::vector<std::string> origins, origins_of(judged, item));
  for (const std::string& origin : origins) {
    const Profile::Kind* kind = judged.profile->kind_of(origin, judged.book.genesis().domain);
    if (kind != nullptr && kind->lot) return origin;
  }
  return std::string();
}

/// The names of the roles that the submitter has in the event's profile.
Json roles_fact(const Case& judged) {
  static const std::vector<std::string> kNone;
  const std::vector<std::string>& held = judged.by_gateway()
                                             ? judged.sealed_for ? judged.sealed_for->roles : kNone
                                         : judged.signers.front() ? judged.signers.front()->roles
                                                                  : kNone;
  const std::string prefix = judged.profile->id + "/";
  Json roles{Json::Array()};
  for (const std::string& role : held) {
    if (role.starts_with(prefix)) roles.push(role.substr(prefix.size()));
  }
  return roles;
}

Result<Json> fact(const Case& judged, const Json& event, std::string_view item,
                  std::string_view path) {
  const std::size_t dot = path.find('.');
  const std::string_view head = path.substr(0, dot);
  const std::string_view rest = dot == path.npos ? std::string_view() : path.substr(dot + 1);
  if (head == "event") {
    const Json* value = value_at(event, rest);
    return value == nullptr ? Json() : *value;
  }
  if (head == "item") return item_fact(judged, item, rest);
  if (head == "lot") {
    TRY_ASSIGN(const std::string lot, lot_of(judged, item));
    return lot.empty() ? Result<Json>(Json()) : item_fact(judged, lot, rest);
  }
  if (head == "by" && rest == "roles") return roles_fact(judged);
  if (head == "times") {
    TRY_ASSIGN(const auto taken, last_step(judged, item, rest));
    return taken ? Json(date_time(taken->time_ms)) : Json();
  }
  return Json();
}

}  // namespace

bool Case::has_role(std::string_view role) const {
  const std::string name = profile->id + "/" + std::string(role);
  if (by_gateway()) return sealed_for && sealed_for->has_role(name);
  return signers.front() && signers.front()->has_role(name);
}

Result<Standing> standing_before(const Case& judged, std::string_view item) {
  TRY_ASSIGN(const auto known, find_item(judged.state, item));
  if (!known || known->index == kNoRecord) return Standing{};
  // Most events are newer than all that is known of their items, which is cheaper to look up.
  if (std::pair(judged.event.time_ms, judged.index) > std::pair(known->time_ms, known->index)) {
    return known->now;
  }
  TRY_ASSIGN(const auto entry,
             entry_at(judged.state, *known, {judged.event.time_ms, judged.index}));
  if (entry) return entry->entry.after;
  return Standing{};
}

Result<std::vector<std::string>> origins_of(const Case& judged, std::string_view id) {
  std::vector<std::string> origins;
  TRY_ASSIGN(const auto item, find_item(judged.state, id));
  if (item) origins = item->origins;
  for (const Involved& involved : judged.involved) {
    if (involved.id != id) continue;
    const Profile::Participant& participant = judged.step->items[involved.participant];
    std::vector<std::string> members = participant.origin;
    if (members.empty() && participant.in.starts_with("output")) {
      members = {"inputEPCList", "inputQuantityList"};
    }
    for (const std::string& member : members) {
      for (std::string& origin : identifiers_at(judged.event.event, member)) {
        if (origin != id && std::ranges::find(origins, origin) == origins.end()) {
          origins.push_back(std::move(origin));
        }
      }
    }
  }
  return origins;
}

Result<std::vector<std::string>> asked_of(const Case& judged, std::string_view item, bool origin) {
  if (!origin) return std::vector<std::string>{std::string(item)};
  std::vector<std::string> found;
  std::set<std::string, std::less<>> seen;
  TRY_ASSIGN(const std::vector<std::string> first, origins_of(judged, item));
  std::deque<std::string> waiting(first.begin(), first.end());
  while (!waiting.empty() && found.size() < kAncestorsMax) {
    std::string id = std::move(waiting.front());
    waiting.pop_front();
    if (!seen.insert(id).second) continue;
    TRY_ASSIGN(const auto ancestor, find_item(judged.state, id));
    if (ancestor) {
      waiting.insert(waiting.end(), ancestor->origins.begin(), ancestor->origins.end());
    }
    found.push_back(std::move(id));
  }
  return found;
}

Result<std::optional<Timed>> last_step(const Case& judged, std::string_view item,
                                       std::string_view step) {
  return last_step(judged.state, judged.profile->id, item, step, judged.event.time_ms,
                   judged.index);
}

Result<std::optional<Timed>> last_step(const StateView& state, std::string_view profile,
                                       std::string_view item, std::string_view step,
                                       std::int64_t time_ms, std::uint64_t index) {
  std::optional<Timed> found;
  TRY_ASSIGN(const auto known, find_item(state, item));
  if (!known) return found;
  TRY(scan_timeline(state, *known, kEarliest, {time_ms, index}, StateView::Order::kDescending,
                    [&](Timed timed) {
                      const std::string_view label = timed.entry.step;
                      const std::size_t slash = label.find('/');
                      if (timed.entry.voided || label.substr(slash + 1) != step ||
                          label.substr(0, label.find('@')) != profile) {
                        return true;
                      }
                      found = std::move(timed);
                      return false;
                    }));
  return found;
}

Result<bool> stands(const StateView& state, const Timed& taken) {
  if (!taken.entry.disputed) return true;
  bool upheld = true;
  const Buffer prefix = exception_key(taken.index, "");
  TRY(state.scan(prefix, after_prefix(prefix), StateView::Order::kAscending,
                 [&](Bytes, Bytes value) {
                   const auto exception = Json::parse(value);
                   upheld = exception && exception->text("outcome") == "upheld";
                   return upheld;
                 }));
  return upheld;
}

Result<bool> is_recalled(const StateView& state, std::string_view id) {
  std::set<std::string, std::less<>> seen;
  std::deque<std::string> waiting{std::string(id)};
  while (!waiting.empty() && seen.size() < kAncestorsMax) {
    const std::string next = std::move(waiting.front());
    waiting.pop_front();
    if (next.empty() || !seen.insert(next).second) continue;
    TRY_ASSIGN(const auto item, find_item(state, next));
    if (!item) continue;
    if (item->recalled) return true;
    waiting.push_back(item->now.container);
    waiting.insert(waiting.end(), item->origins.begin(), item->origins.end());
  }
  return !waiting.empty();
}

Result<bool> logic_holds(const Case& judged, const Rule& rule, const Json& event,
                         std::string_view item) {
  const auto held =
      rule.holds([&](std::string_view path) { return fact(judged, event, item, path); });
  if (held) return held;
  // A rule without a result, over values of a kind that it does not expect, does not hold.
  const ErrorCode code = held.error().code;
  if (code == ErrorCode::kInvalidArgument || code == ErrorCode::kTooLarge) return false;
  return Unexpected{held.error()};
}

}  // namespace nianlun
