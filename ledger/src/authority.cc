#include "authority.h"

#include <algorithm>
#include <set>

#include "ledger/data_integrity.h"
#include "ledger/profile.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

/// What is wrong with a registry event: the id of an implicit guard, or nothing.
using Wrong = std::optional<std::string>;

bool are_roles(const Json* roles) {
  return roles != nullptr && roles->is_array() &&
         std::ranges::all_of(roles->array(), [](const Json& role) {
           return role.is_string() && !role.string().empty();
         });
}

bool is_authority(const Seal& seal, const GenesisSettings& genesis) {
  const auto signed_by = [&](const std::string& key) {
    return std::ranges::find(seal.signers, key) != seal.signers.end();
  };
  return static_cast<std::size_t>(std::ranges::count_if(genesis.authority_keys, signed_by)) >=
         genesis.authority_threshold;
}

/// A key of that party with the role registrar.
bool is_registrar(const RegistryCase& judged, std::string_view party) {
  return judged.submitter && judged.submitter->revoked == kNoRecord && !party.empty() &&
         judged.submitter->party == party && judged.submitter->has_role("registrar");
}

Result<Wrong> judge_enrolment(const RegistryCase& judged, const Json& event) {
  const std::string_view party = event.text("nianlun:party");
  if (!is_authority(judged.seal, judged.book.genesis()) && !is_registrar(judged, party)) {
    return Wrong("authority");
  }
  TRY_ASSIGN(const auto known, find_party(judged.state, party));
  if (!known) return Wrong("party");
  Json statement;
  statement.set("type", "KeyEnrolment")
      .set("ledger", judged.seal.ledger)
      .set("party", party)
      .set("key", event.text("nianlun:key"));
  TRY_ASSIGN(const std::string text, canonical(statement));
  const Json* possession = event.find("nianlun:possession");
  if (possession == nullptr) return Wrong("possession");
  const auto key = verify_proof(sha256(text), nullptr, *possession);
  if (!key || key->did() != event.text("nianlun:key")) return Wrong("possession");
  TRY_ASSIGN(const auto actor, find_actor(judged.state, key->did()));
  // A key is enrolled once: again would lift its revocation.
  if (actor || key->did() == judged.book.genesis().gateway) return Wrong("key");
  if (!are_roles(event.find("nianlun:roles"))) return Wrong("role");
  return Wrong();
}

Result<Wrong> judge_key_change(const RegistryCase& judged, const Json& event, bool itself) {
  TRY_ASSIGN(const auto actor, find_actor(judged.state, event.text("nianlun:key")));
  if (!actor || actor->revoked != kNoRecord) return Wrong("key");
  if (!itself && !are_roles(event.find("nianlun:roles"))) return Wrong("role");
  if (itself && judged.seal.submitter == actor->did) return Wrong();
  if (is_authority(judged.seal, judged.book.genesis()) || is_registrar(judged, actor->party)) {
    return Wrong();
  }
  return Wrong("authority");
}

Result<Wrong> judge_profile(const RegistryCase& judged, const Json& event) {
  if (!is_authority(judged.seal, judged.book.genesis())) return Wrong("authority");
  const Json* json = event.find("nianlun:profile");
  if (json == nullptr) return Wrong("profile");
  const auto profile = parse_profile(*json);
  if (!profile) return Wrong("profile");
  const auto newest = judged.book.newest((*profile)->id);
  const std::uint32_t before = newest == nullptr ? 0 : newest->version;
  if ((*profile)->version <= before) return Wrong("profile");
  return Wrong();
}

Wrong judge_genesis(const RegistryCase& judged, const Json& event) {
  if (judged.size != 0) return Wrong("authority");
  const auto genesis = parse_genesis(event);
  if (!genesis || judged.seal.ledger != genesis->origin) return Wrong("authority");
  // A key that stands there twice would sign for two.
  const std::set<std::string_view> keys(genesis->authority_keys.begin(),
                                        genesis->authority_keys.end());
  if (keys.size() != genesis->authority_keys.size()) return Wrong("authority");
  if (!is_authority(judged.seal, *genesis)) return Wrong("authority");
  const Json* profiles = event.find("nianlun:profiles");
  if (profiles == nullptr || !profiles->is_array()) return Wrong("profile");
  // A profile that cannot be read would close the ledger for ever.
  const auto is_profile = [](const Json& json) { return parse_profile(json).has_value(); };
  if (!std::ranges::all_of(profiles->array(), is_profile)) return Wrong("profile");
  return Wrong();
}

/// Whether the submitter has one of these roles of the profile that a step belongs to.
bool may(const RegistryCase& judged, const std::string& profile,
         const std::vector<std::string>& roles) {
  if (!judged.submitter || judged.submitter->revoked != kNoRecord) return false;
  return std::ranges::any_of(roles, [&](const std::string& role) {
    return judged.submitter->has_role(profile + "/" + role);
  });
}

/// The profile and step of an exception: "library/lent" or "library@1/lent".
Result<std::optional<std::pair<std::shared_ptr<const Profile>, const Profile::Step*>>> step_of(
    const RegistryCase& judged, std::uint64_t index, std::string_view guard) {
  std::optional<std::pair<std::shared_ptr<const Profile>, const Profile::Step*>> none;
  TRY_ASSIGN(const auto open, judged.state.get(open_exception_key(index, guard)));
  TRY_ASSIGN(const auto value, judged.state.get(exception_key(index, guard)));
  if (!open || !value) return none;
  TRY_ASSIGN(const Json exception, Json::parse(*value));
  const std::string_view label = exception.text("step");
  const auto profile = judged.book.newest(label.substr(0, label.find_first_of("@/")));
  if (profile == nullptr) return none;
  return std::optional(std::pair(profile, profile->step(label.substr(label.find('/') + 1))));
}

Result<Wrong> judge_answer(const RegistryCase& judged, const Json& event) {
  const std::string_view name = event.text("nianlun:exception");
  const std::size_t slash = name.find('/');
  const auto index = parse_decimal(name.substr(0, slash));
  if (!index || slash == name.npos) return Wrong("exception");
  TRY_ASSIGN(const auto found, step_of(judged, *index, name.substr(slash + 1)));
  if (!found) return Wrong("exception");
  return may(judged, found->first->id, found->first->answers) ? Wrong() : Wrong("role");
}

Result<Wrong> judge_endorsement(const RegistryCase& judged, const Json& event) {
  const auto index = event.integer("nianlun:endorses");
  if (!index || *index < 0) return Wrong("exception");
  for (const char* guard : {"role", "revoked"}) {
    TRY_ASSIGN(const auto found, step_of(judged, static_cast<std::uint64_t>(*index), guard));
    if (!found) continue;
    const bool entitled =
        found->second != nullptr && may(judged, found->first->id, found->second->endorse);
    return entitled ? Wrong() : Wrong("role");
  }
  return Wrong("exception");
}

}  // namespace

bool is_registry_type(std::string_view type) {
  constexpr std::string_view kTypes[] = {"nianlun:Genesis",     "nianlun:PartyEnrolled",
                                         "nianlun:KeyEnrolled", "nianlun:RolesChanged",
                                         "nianlun:KeyRevoked",  "nianlun:ProfileAdopted",
                                         "nianlun:Endorsement", "nianlun:ExceptionAnswered"};
  return std::ranges::find(kTypes, type) != std::end(kTypes);
}

Result<std::optional<std::string>> judge_registry(const RegistryCase& judged, const Json& event) {
  const std::string_view type = event.text("type");
  if (type == "nianlun:Genesis") return judge_genesis(judged, event);
  if (judged.size == 0) return Wrong("authority");
  if (type == "nianlun:PartyEnrolled") {
    if (event.text("nianlun:party").empty()) return Wrong("party");
    return is_authority(judged.seal, judged.book.genesis()) ? Wrong() : Wrong("authority");
  }
  if (type == "nianlun:KeyEnrolled") return judge_enrolment(judged, event);
  if (type == "nianlun:RolesChanged") return judge_key_change(judged, event, false);
  if (type == "nianlun:KeyRevoked") return judge_key_change(judged, event, true);
  if (type == "nianlun:ProfileAdopted") return judge_profile(judged, event);
  if (type == "nianlun:ExceptionAnswered") return judge_answer(judged, event);
  return judge_endorsement(judged, event);
}

}  // namespace nianlun
