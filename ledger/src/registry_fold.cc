#include <algorithm>

#include "facts.h"
#include "folding.h"
#include "try.h"

namespace nianlun {
namespace {

/// The next number of a sequence that the state keeps under `key`, from 1 on: 0 means nobody.
Result<std::uint64_t> next_number(StateOverlay& state, Bytes key) {
  TRY_ASSIGN(const auto last, state.get(key));
  const std::uint64_t number = last ? read_be64(*last) + 1 : 1;
  state.put(key, be64(number));
  return number;
}

std::vector<std::string> roles_of(const Json& event) {
  std::vector<std::string> roles;
  const Json* list = event.find("nianlun:roles");
  if (list == nullptr || !list->is_array()) return roles;
  for (const Json& role : list->array()) {
    if (role.is_string()) roles.push_back(role.string());
  }
  return roles;
}

Result<std::uint64_t> party_number(StateOverlay& state, std::string_view uri, const Json* name) {
  TRY_ASSIGN(auto party, find_party(state, uri));
  if (!party) {
    party = Party{.number = 0, .uri = std::string(uri), .name = Json::Object{}};
    TRY_ASSIGN(party->number, next_number(state, kLastPartyKey));
    state.put(party_number_key(party->number), Buffer(uri));
  }
  if (name != nullptr) {
    TRY_ASSIGN(const std::string text, canonical(*name));
    TRY_ASSIGN(party->name, Json::parse(text));
  }
  state.put(party_key(uri), encode(*party));
  return party->number;
}

Result<void> enrol(StateOverlay& state, const Json& event, std::uint64_t index) {
  const std::string_view did = event.text("nianlun:key");
  Actor actor;
  TRY_ASSIGN(const auto known, find_actor(state, did));
  if (known) {
    actor.number = known->number;
  } else {
    TRY_ASSIGN(actor.number, next_number(state, kLastActorKey));
    state.put(actor_number_key(actor.number), Buffer(did));
  }
  actor.party = event.text("nianlun:party");
  TRY_ASSIGN(actor.party_number, party_number(state, actor.party, nullptr));
  actor.roles = roles_of(event);
  actor.enrolled = index;
  state.put(actor_key(did), encode(actor));
  return {};
}

template <class Change>
Result<void> change_actor(StateOverlay& state, std::string_view did, const Change& change) {
  TRY_ASSIGN(auto actor, find_actor(state, did));
  if (!actor) return {};
  change(*actor);
  state.put(actor_key(did), encode(*actor));
  return {};
}

// Members stand in the order of the sender when an event is admitted, and in that of the canonical
// form when its record is read back; the state is the same, so it holds the canonical form.
Result<void> adopt(StateOverlay& state, const Json& profile, std::uint64_t index) {
  const auto version = profile.integer("version");
  Json entry;
  entry.set("index", index).set("profile", profile);
  TRY_ASSIGN(Buffer text, canonical(entry));
  state.put(profile_key(profile.text("id"),
                        version && *version > 0 ? static_cast<std::uint64_t>(*version) : 0),
            std::move(text));
  return {};
}

}  // namespace

Result<void> fold_registry(std::uint64_t index, const Record& record, StateOverlay& state) {
  const Json& event = record.event;
  const std::string_view type = record.verdict.step;
  if (type == "nianlun:Genesis") {
    TRY_ASSIGN(Buffer genesis, canonical(event));
    state.put(kGenesisKey, std::move(genesis));
    if (const Json* profiles = event.find("nianlun:profiles")) {
      for (const Json& profile : profiles->array()) TRY(adopt(state, profile, index));
    }
    return {};
  }
  if (type == "nianlun:PartyEnrolled") {
    TRY(party_number(state, event.text("nianlun:party"), event.find("nianlun:name")));
    return {};
  }
  if (type == "nianlun:KeyEnrolled") return enrol(state, event, index);
  if (type == "nianlun:RolesChanged") {
    return change_actor(state, event.text("nianlun:key"),
                        [&](Actor& actor) { actor.roles = roles_of(event); });
  }
  if (type == "nianlun:KeyRevoked") {
    return change_actor(state, event.text("nianlun:key"),
                        [&](Actor& actor) { actor.revoked = index; });
  }
  if (type == "nianlun:ProfileAdopted") {
    const Json* profile = event.find("nianlun:profile");
    return profile == nullptr ? Result<void>() : adopt(state, *profile, index);
  }
  if (type == "nianlun:ExceptionAnswered") {
    return close_exception(state, event.text("nianlun:exception"), index,
                           event.text("nianlun:outcome"));
  }
  if (type == "nianlun:Endorsement") {
    const auto endorsed = event.integer("nianlun:endorses");
    if (!endorsed) return {};
    for (const char* guard : {"role", "revoked"}) {
      TRY(close_exception(state, std::to_string(*endorsed) + "/" + guard, index, "upheld"));
    }
  }
  return {};
}

}  // namespace nianlun
