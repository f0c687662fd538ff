#include "facts.h"

#include <algorithm>
#include <array>

#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "state.damaged"); }

Result<std::optional<Json>> json_at(const StateView& view, Bytes key) {
  TRY_ASSIGN(const std::optional<Buffer> value, view.get(key));
  if (!value) return std::optional<Json>();
  auto json = Json::parse(*value);
  if (!json || !json->is_object()) return damaged();
  return std::optional<Json>(*std::move(json));
}

Result<std::uint64_t> number_at(const Json& json, std::string_view name) {
  const auto value = json.integer(name);
  if (!value || *value < 0) return damaged();
  return static_cast<std::uint64_t>(*value);
}

Result<void> each_indexed(const StateView& view, Bytes prefix,
                          const std::function<bool(std::string_view item)>& each) {
  Result<void> read;
  TRY(view.scan(prefix, after_prefix(prefix), StateView::Order::kAscending,
                [&](Bytes, Bytes value) {
                  const auto indexed = decode_indexed(value);
                  if (!indexed) {
                    read = Unexpected{indexed.error()};
                    return false;
                  }
                  return each(indexed->value);
                }));
  return read;
}

}  // namespace

bool Actor::has_role(std::string_view role) const {
  return std::ranges::find(roles, role) != roles.end();
}

bool Actor::is_doubtful(std::uint64_t index, std::int64_t record_time_ms) const {
  return compromised_since_ms && index < revoked && record_time_ms >= *compromised_since_ms;
}

Result<std::optional<std::int64_t>> compromised_since(const Json& event) {
  const Json* claim = event.find("nianlun:compromisedSince");
  if (claim == nullptr) return std::optional<std::int64_t>();
  TRY_ASSIGN(const std::int64_t since_ms,
             parse_date_time(claim->is_string() ? claim->string() : std::string_view()));
  return std::optional(since_ms);
}

bool Party::has_role(std::string_view role) const {
  return std::ranges::find(roles, role) != roles.end();
}

Buffer encode(const Actor& actor) {
  Json json;
  json.set("number", actor.number)
      .set("party", actor.party)
      .set("partyNumber", actor.party_number)
      .set("roles", Json::Array(actor.roles.begin(), actor.roles.end()));
  if (actor.enrolled != kNoRecord) json.set("enrolled", actor.enrolled);
  if (actor.revoked != kNoRecord) json.set("revoked", actor.revoked);
  if (actor.compromised_since_ms) json.set("compromised", *actor.compromised_since_ms);
  return json.dump();
}

namespace {

Result<std::vector<std::string>> roles_at(const Json& json) {
  const Json* array = json.find("roles");
  if (array == nullptr || !array->is_array()) return damaged();
  std::vector<std::string> roles;
  for (const Json& role : array->array()) {
    if (!role.is_string()) return damaged();
    roles.push_back(role.string());
  }
  return roles;
}

Result<Actor> decode_actor(std::string_view did, Bytes value) {
  const auto json = Json::parse(value);
  if (!json || !json->is_object()) return damaged();
  Actor actor;
  actor.did = did;
  TRY_ASSIGN(actor.number, number_at(*json, "number"));
  TRY_ASSIGN(actor.party_number, number_at(*json, "partyNumber"));
  actor.party = json->text("party");
  TRY_ASSIGN(actor.roles, roles_at(*json));
  if (json->find("enrolled") != nullptr) {
    TRY_ASSIGN(actor.enrolled, number_at(*json, "enrolled"));
  }
  if (json->find("revoked") != nullptr) {
    TRY_ASSIGN(actor.revoked, number_at(*json, "revoked"));
  }
  if (json->find("compromised") != nullptr) {
    const auto since_ms = json->integer("compromised");
    if (!since_ms) return damaged();
    actor.compromised_since_ms = *since_ms;
  }
  return actor;
}

/// An actor as it was decoded the last time.
struct DecodedActor {
  Buffer value;
  Actor actor;
};

}  // namespace

Result<std::optional<Actor>> find_actor(const StateView& view, std::string_view did) {
  TRY_ASSIGN(std::optional<Buffer> value, view.get(actor_key(did)));
  if (!value) return std::optional<Actor>();
  // Every event asks for its sender, and captures of one sender come together: to parse the same
  // value each time would be a good part of judging.
  thread_local std::array<DecodedActor, 8> decoded;
  DecodedActor& recent = decoded[did.empty() ? 0 : static_cast<unsigned char>(did.back()) % 8];
  if (recent.actor.did != did || recent.value != *value) {
    TRY_ASSIGN(Actor actor, decode_actor(did, *value));
    recent = {*std::move(value), std::move(actor)};
  }
  return std::optional<Actor>(recent.actor);
}

Result<std::optional<std::string>> actor_did(const StateView& view, std::uint64_t number) {
  return view.get(actor_number_key(number));
}

Buffer encode(const Party& party) {
  Json json;
  json.set("number", party.number)
      .set("name", party.name)
      .set("roles", Json::Array(party.roles.begin(), party.roles.end()));
  if (party.enrolled != kNoRecord) json.set("enrolled", party.enrolled);
  return json.dump();
}

Result<std::optional<Party>> find_party(const StateView& view, std::string_view uri) {
  TRY_ASSIGN(const std::optional<Json> json, json_at(view, party_key(uri)));
  if (!json) return std::optional<Party>();
  Party party;
  party.uri = uri;
  TRY_ASSIGN(party.number, number_at(*json, "number"));
  if (const Json* name = json->find("name")) party.name = *name;
  TRY_ASSIGN(party.roles, roles_at(*json));
  if (json->find("enrolled") != nullptr) {
    TRY_ASSIGN(party.enrolled, number_at(*json, "enrolled"));
  }
  return std::optional<Party>(std::move(party));
}

Result<std::optional<std::string>> party_uri(const StateView& view, std::uint64_t number) {
  return view.get(party_number_key(number));
}

Result<std::optional<Item>> find_item(const StateView& view, std::string_view id) {
  TRY_ASSIGN(const std::optional<Buffer> value, view.get(item_key(id)));
  if (!value) return std::optional<Item>();
  TRY_ASSIGN(Item item, decode_item(id, *value));
  return std::optional<Item>(std::move(item));
}

Result<std::optional<Timed>> entry_at(const StateView& view, std::string_view item,
                                      std::int64_t time_ms, std::uint64_t index) {
  TRY_ASSIGN(const auto known, find_item(view, item));
  if (!known) return std::optional<Timed>();
  return entry_at(view, *known, {time_ms, index});
}

Result<void> each_entry(const StateView& view, std::string_view item,
                        const std::function<bool(const Timed&)>& each) {
  TRY_ASSIGN(const auto known, find_item(view, item));
  if (!known) return {};
  return scan_timeline(view, *known, kEarliest, kLatest, StateView::Order::kAscending,
                       [&](Timed timed) { return each(timed); });
}

Result<Decimal> balance_of(const StateView& view, std::string_view lot, std::string_view unit) {
  TRY_ASSIGN(const std::optional<Buffer> value, view.get(balance_key(lot, unit)));
  if (!value) return Decimal(0);
  auto balance = Decimal::parse(*value);
  if (!balance) return damaged();
  return balance;
}

Result<void> each_content(const StateView& view, std::string_view container,
                          const std::function<bool(std::string_view item)>& each) {
  const Buffer prefix = contents_prefix(container);
  Result<void> done = view.scan(prefix, after_prefix(prefix), StateView::Order::kAscending,
                                [&](Bytes, Bytes value) { return each(value); });
  return done;
}

Result<void> each_descendant(const StateView& view, std::string_view origin,
                             const std::function<bool(std::string_view item)>& each) {
  return each_indexed(view, descendant_prefix(origin), each);
}

}  // namespace nianlun
