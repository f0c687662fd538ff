#include "registry_fold.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "exceptions_fold.h"
#include "facts.h"
#include "log_key_state.h"
#include "try.h"

namespace nianlun {
namespace {

/// The next number of a sequence that the state keeps under `key`, from 1 on: 0 means nobody.
Result<std::uint64_t> next_number(Bytes key, StateOverlay& state) {
  TRY_ASSIGN(const auto last, state.get(key));
  const std::uint64_t number = last ? read_be64(*last) + 1 : 1;
  state.put(key, be64(number));
  return number;
}

std::vector<std::string> strings_at(const Json& event, std::string_view member) {
  std::vector<std::string> values;
  const Json* array = event.find(member);
  if (array == nullptr || !array->is_array()) return values;
  for (const Json& value : array->array()) {
    if (value.is_string()) values.push_back(value.string());
  }
  return values;
}

Result<Party> enrol_party(std::string_view uri, const Json* name, StateOverlay& state,
                          std::uint64_t index = kNoRecord) {
  TRY_ASSIGN(auto known, find_party(state, uri));
  Party party = known ? std::move(*known) : Party();
  if (!known) {
    party.uri = uri;
    TRY_ASSIGN(party.number, next_number(kLastPartyKey, state));
    state.put(party_number_key(party.number), party.uri);
  }
  if (name != nullptr) {
    TRY_ASSIGN(const std::string text, canonical(*name));
    TRY_ASSIGN(party.name, Json::parse(text));
    party.enrolled = index;
  }
  state.put(party_key(uri), encode(party));
  return party;
}

Result<void> enrol_key(std::string_view did, std::string_view party_uri,
                       std::vector<std::string> roles, std::uint64_t index, StateOverlay& state) {
  TRY_ASSIGN(const auto known_party, find_party(state, party_uri));
  TRY_ASSIGN(const Party party,
             known_party ? Result<Party>(*known_party) : enrol_party(party_uri, nullptr, state));
  TRY_ASSIGN(const auto known, find_actor(state, did));
  Actor actor;
  actor.did = did;
  if (known) {
    actor.number = known->number;
  } else {
    TRY_ASSIGN(actor.number, next_number(kLastActorKey, state));
    state.put(actor_number_key(actor.number), actor.did);
  }
  actor.party = party.uri;
  actor.party_number = party.number;
  actor.roles = std::move(roles);
  actor.enrolled = index;
  state.put(actor_key(did), encode(actor));
  return {};
}

// Members stand in the order of the sender when an event is admitted, and in that of the canonical
// form when its record is read back; the state is the same, so it holds the canonical form.
Result<void> adopt(const Json& profile, std::uint64_t index, StateOverlay& state) {
  const auto version = profile.integer("version");
  if (!version || *version < 1) return fail(ErrorCode::kCorrupted, "state.damaged");
  TRY_ASSIGN(Buffer text, canonical(Json().set("index", index).set("profile", profile)));
  state.put(profile_key(profile.text("id"), static_cast<std::uint64_t>(*version)), std::move(text));
  return {};
}

Result<void> fold_genesis(const FoldInput& input, StateOverlay& state) {
  const Json& event = input.event;
  TRY_ASSIGN(const GenesisSettings genesis, parse_genesis(event));
  TRY_ASSIGN(Buffer text, canonical(event));
  state.put(kGenesisKey, std::move(text));
  Json name{Json::Object()};
  for (const std::string& language : genesis.languages) name.set(language, genesis.origin);
  TRY(enrol_party(genesis.domain, &name, state));
  for (const std::string& key : genesis.authority_keys) {
    TRY(enrol_key(key, genesis.domain, {}, input.index, state));
  }
  TRY(enrol_key(genesis.gateway, genesis.domain, {}, input.index, state));
  if (const Json* profiles = event.find("nianlun:profiles"); profiles && profiles->is_array()) {
    for (const Json& profile : profiles->array()) TRY(adopt(profile, input.index, state));
  }
  return {};
}

Result<void> fold_party(const FoldInput& input, StateOverlay& state) {
  const Json& event = input.event;
  TRY(enrol_party(event.text("nianlun:party"), event.find("nianlun:name"), state, input.index));
  return {};
}

/// The place of a revocation stays when a later one adds what it claims.
Result<void> revoke(std::string_view did, const FoldInput& input, StateOverlay& state) {
  TRY_ASSIGN(auto actor, find_actor(state, did));
  if (!actor) return {};
  TRY_ASSIGN(const auto since_ms, compromised_since(input.event));
  if (actor->revoked == kNoRecord) actor->revoked = input.index;
  if (since_ms) {
    actor->compromised_since_ms =
        std::min(*since_ms, actor->compromised_since_ms.value_or(*since_ms));
  }
  state.put(actor_key(actor->did), encode(*actor));
  return {};
}

Result<void> fold_key(const FoldInput& input, StateOverlay& state) {
  const Json& event = input.event;
  TRY(enrol_key(event.text("nianlun:key"), event.text("nianlun:party"),
                strings_at(event, "nianlun:roles"), input.index, state));
  const std::string_view replaced = event.text("nianlun:replaces");
  return replaced.empty() ? Result<void>() : revoke(replaced, input, state);
}

Result<void> fold_roles(const FoldInput& input, StateOverlay& state) {
  const std::string_view uri = input.event.text("nianlun:party");
  if (!uri.empty()) {
    TRY_ASSIGN(auto party, find_party(state, uri));
    if (!party) return {};
    party->roles = strings_at(input.event, "nianlun:roles");
    state.put(party_key(uri), encode(*party));
    return {};
  }
  TRY_ASSIGN(auto actor, find_actor(state, input.event.text("nianlun:key")));
  if (!actor) return {};
  actor->roles = strings_at(input.event, "nianlun:roles");
  state.put(actor_key(actor->did), encode(*actor));
  return {};
}

Result<void> fold_revocation(const FoldInput& input, StateOverlay& state) {
  return revoke(input.event.text("nianlun:key"), input, state);
}

Result<void> fold_profile(const FoldInput& input, StateOverlay& state) {
  const Json* profile = input.event.find("nianlun:profile");
  if (profile == nullptr) return {};
  return adopt(*profile, input.index, state);
}

Result<void> fold_endorsement(const FoldInput& input, StateOverlay& state) {
  const auto index = input.event.integer("nianlun:endorses");
  if (!index || *index < 0) return {};
  const auto record = static_cast<std::uint64_t>(*index);
  bool open = false;
  for (const std::string_view guard : kEndorsedGuards) {
    TRY_ASSIGN(const auto found, state.get(open_exception_key(record, guard)));
    open = open || found.has_value();
    TRY(close_exception(record, guard, Json().set("endorsed", input.index), state));
  }
  if (open) return {};
  Json endorsed = Json().set("endorsed", input.index);
  endorsed.set("record", input.event.text("nianlun:recordHash"));
  state.put(endorsed_mark_key(record), endorsed.dump());
  return {};
}

Result<void> fold_answer(const FoldInput& input, StateOverlay& state) {
  const std::string_view id = input.event.text("nianlun:exception");
  const std::size_t slash = id.find('/');
  if (slash == id.npos) return {};
  std::uint64_t index = 0;
  const char* const end = id.data() + slash;
  const auto [stopped, error] = std::from_chars(id.data(), end, index);
  if (error != std::errc() || stopped != end) return {};
  return close_exception(
      index, id.substr(slash + 1),
      Json().set("answered", input.index).set("outcome", Json(input.event.text("nianlun:outcome"))),
      state);
}

/// What it tells of is in no state.
Result<void> fold_nothing(const FoldInput&, StateOverlay&) { return {}; }

struct Registry {
  std::string_view type;
  Result<void> (*fold)(const FoldInput&, StateOverlay&);
};
constexpr std::array<Registry, 12> kRegistry{{{"nianlun:Genesis", fold_genesis},
                                              {"nianlun:PartyEnrolled", fold_party},
                                              {"nianlun:KeyEnrolled", fold_key},
                                              {"nianlun:RolesChanged", fold_roles},
                                              {"nianlun:KeyRevoked", fold_revocation},
                                              {"nianlun:ProfileAdopted", fold_profile},
                                              {"nianlun:Endorsement", fold_endorsement},
                                              {"nianlun:ExceptionAnswered", fold_answer},
                                              {"nianlun:VaultLossAccepted", fold_nothing},
                                              {"nianlun:PrivateErased", fold_nothing},
                                              {"nianlun:LogKeyAdopted", fold_log_key},
                                              {"nianlun:LogKeyRetired", fold_log_key}}};

}  // namespace

bool is_registry_event(const Json& event) {
  const std::string_view type = event.text("type");
  for (const Registry& registry : kRegistry) {
    if (registry.type == type) return true;
  }
  return false;
}

Result<void> fold_registry(const FoldInput& input, StateOverlay& state) {
  const std::string_view type = input.event.text("type");
  for (const Registry& registry : kRegistry) {
    if (registry.type == type) return registry.fold(input, state);
  }
  return {};
}

}  // namespace nianlun
