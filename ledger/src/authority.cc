#include "authority.h"

#include <algorithm>
#include <set>

#include "exceptions_fold.h"
#include "ledger/data_integrity.h"
#include "ledger/profile.h"
#include "ledger/time.h"
#include "log_key_state.h"
#include "roles.h"
#include "text.h"
#include "timeline.h"
#include "try.h"

namespace nianlun {
namespace {

/// What is wrong with a registry event: the id of an implicit guard, or nothing.
using Wrong = std::optional<std::string>;

using Roles = std::vector<std::string>;

/// The roles that a registry event gives, or nothing if they are none.
std::optional<Roles> roles_of(const Json& event) {
  const Json* array = event.find("nianlun:roles");
  if (array == nullptr || !array->is_array()) return std::nullopt;
  Roles roles;
  for (const Json& role : array->array()) {
    if (!role.is_string() || !is_role(role.string())) return std::nullopt;
    roles.push_back(role.string());
  }
  return roles;
}

/// What stands in one of them only.
Roles difference(const Roles& one, const Roles& other) {
  Roles changed;
  for (const auto& [from, without] : {std::pair(&one, &other), std::pair(&other, &one)}) {
    std::ranges::copy_if(*from, std::back_inserter(changed), [&](const std::string& role) {
      return std::ranges::find(*without, role) == without->end();
    });
  }
  return changed;
}

bool is_authority(const Seal& seal, const GenesisSettings& genesis) {
  if (!seal.on_behalf_of.empty()) return false;  // a token speaks for no key
  const auto signed_by = [&](const std::string& key) {
    return std::ranges::find(seal.signers, key) != seal.signers.end();
  };
  return static_cast<std::size_t>(std::ranges::count_if(genesis.authority_keys, signed_by)) >=
         genesis.authority_threshold;
}

/// Whether a key is a registrar's of that party who may give and take all these roles.
bool is_registrar(const std::optional<Actor>& key, std::string_view party, const Roles& roles) {
  if (!key || key->revoked != kNoRecord || party.empty() || key->party != party) return false;
  return std::ranges::any_of(key->roles, is_registrar_role) &&
         std::ranges::all_of(roles, [&](const auto& role) { return may_grant(key->roles, role); });
}

/// Whether the submitter is one.
bool is_registrar(const RegistryCase& judged, std::string_view party, const Roles& roles) {
  return judged.seal.on_behalf_of.empty() && is_registrar(judged.submitter, party, roles);
}

/// A key that the genesis names is changed by nobody but the authority.
bool is_registrar_of(const RegistryCase& judged, const Actor& actor, const Roles& roles) {
  return actor.enrolled != 0 && is_registrar(judged, actor.party, roles);
}

/// What a revocation claims of the time before it: nothing is known of the time behind it.
bool is_claim_possible(const Json& event) {
  const auto since_ms = compromised_since(event);
  if (!since_ms || !*since_ms) return since_ms.has_value();
  const auto time_ms = parse_date_time(event.text("eventTime"));
  return time_ms && **since_ms <= *time_ms;
}

/// Whether a revocation of a key that was revoked before says that it was unsafe still earlier.
bool claims_more(const Actor& actor, const Json& event) {
  const auto since_ms = compromised_since(event);
  if (!since_ms || !*since_ms) return false;
  return !actor.compromised_since_ms || **since_ms < *actor.compromised_since_ms;
}

/// How many of the signers could each change a key of that party with these roles.
Result<std::size_t> officials_among(const RegistryCase& judged, std::string_view party,
                                    const Roles& roles) {
  if (!judged.seal.on_behalf_of.empty()) return std::size_t{0};
  const Roles& authority = judged.book.genesis().authority_keys;
  std::set<std::string_view> officials;
  for (const std::string& did : judged.seal.signers) {
    TRY_ASSIGN(const auto signer, find_actor(judged.state, did));
    const bool in_genesis = std::ranges::find(authority, did) != authority.end();
    if (in_genesis || is_registrar(signer, party, roles)) officials.insert(did);
  }
  return officials.size();
}

/// Of an enrolment that is in order otherwise: it may put the new key in the place of another.
Result<Wrong> judge_replacement(const RegistryCase& judged, const Json& event, const Roles& roles) {
  if (event.find("nianlun:replaces") == nullptr) return Wrong();
  const std::string_view party = event.text("nianlun:party");
  TRY_ASSIGN(const auto lost, find_actor(judged.state, event.text("nianlun:replaces")));
  if (!lost || lost->revoked != kNoRecord || lost->enrolled == 0) return Wrong("key");
  if (lost->party != party) return Wrong("key");
  if (!is_claim_possible(event)) return Wrong("time");
  const auto had = [&](const std::string& role) { return lost->has_role(role); };
  if (!std::ranges::all_of(roles, had)) return Wrong("role");
  TRY_ASSIGN(const std::size_t officials, officials_among(judged, party, lost->roles));
  return officials >= 2 ? Wrong() : Wrong("authority");
}

Result<Wrong> judge_enrolment(const RegistryCase& judged, const Json& event) {
  const std::string_view party = event.text("nianlun:party");
  const auto roles = roles_of(event);
  if (!is_authority(judged.seal, judged.book.genesis()) &&
      !is_registrar(judged, party, roles.value_or(Roles()))) {
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
  const auto key =
      verify_proof(digest(judged.seal.suite, text), nullptr, *possession, judged.seal.suite);
  if (!key || key->did() != event.text("nianlun:key")) return Wrong("possession");
  TRY_ASSIGN(const auto actor, find_actor(judged.state, key->did()));
  // A key is enrolled once: again would lift its revocation.
  if (actor || key->did() == judged.book.genesis().gateway) return Wrong("key");
  return roles ? judge_replacement(judged, event, *roles) : Result<Wrong>(Wrong("role"));
}

/// The roles of whoever comes with a token of a party: a token is no key, so it never makes a
/// registrar, and none gives it roles.
Result<Wrong> judge_party_roles(const RegistryCase& judged, const Json& event) {
  TRY_ASSIGN(const auto party, find_party(judged.state, event.text("nianlun:party")));
  if (!party) return Wrong("party");
  const auto roles = roles_of(event);
  if (!roles || std::ranges::any_of(*roles, is_registrar_role)) return Wrong("role");
  return is_authority(judged.seal, judged.book.genesis()) ? Wrong() : Wrong("authority");
}

/// A registrar is made by its enrolment and by nothing else, so that the enrolment proves it.
Result<Wrong> judge_roles(const RegistryCase& judged, const Json& event) {
  if (event.find("nianlun:party") != nullptr) {
    return event.find("nianlun:key") == nullptr ? judge_party_roles(judged, event)
                                                : Result<Wrong>(Wrong("key"));
  }
  TRY_ASSIGN(const auto actor, find_actor(judged.state, event.text("nianlun:key")));
  if (!actor || actor->revoked != kNoRecord) return Wrong("key");
  const auto roles = roles_of(event);
  if (!roles) return Wrong("role");
  const bool makes_registrar = std::ranges::any_of(
      *roles, [&](const auto& role) { return is_registrar_role(role) && !actor->has_role(role); });
  if (makes_registrar) return Wrong("role");
  const bool entitled = is_authority(judged.seal, judged.book.genesis()) ||
                        is_registrar_of(judged, *actor, difference(actor->roles, *roles));
  return entitled ? Wrong() : Wrong("authority");
}

/// Revoking a key takes all its roles.
Result<Wrong> judge_revocation(const RegistryCase& judged, const Json& event) {
  TRY_ASSIGN(const auto actor, find_actor(judged.state, event.text("nianlun:key")));
  if (!actor) return Wrong("key");
  if (!is_claim_possible(event)) return Wrong("time");
  const bool before = actor->revoked != kNoRecord;
  if (before && !claims_more(*actor, event)) return Wrong("key");
  // Whoever has stolen a key may end it, and not cast doubt on what its owner did.
  const bool itself = event.find("nianlun:compromisedSince") == nullptr &&
                      judged.seal.submitter == actor->did && judged.seal.on_behalf_of.empty();
  const bool entitled = itself || is_authority(judged.seal, judged.book.genesis()) ||
                        is_registrar_of(judged, *actor, actor->roles);
  return entitled ? Wrong() : Wrong("authority");
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
  if (judged.seal.suite != genesis->suite) return Wrong("suite");
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
  if (!judged.seal.on_behalf_of.empty()) return false;
  return std::ranges::any_of(roles, [&](const std::string& role) {
    return judged.submitter->has_role(profile + "/" + role);
  });
}

/// An open exception: the profile and step of its record, and the hash of that.
struct OpenException {
  std::shared_ptr<const Profile> profile;
  const Profile::Step* step = nullptr;
  std::string record;
};

/// Its step is "library/lent" or "library@1/lent".
Result<std::optional<OpenException>> open_exception(const RegistryCase& judged, std::uint64_t index,
                                                    std::string_view guard) {
  const std::optional<OpenException> none;
  TRY_ASSIGN(const auto open, judged.state.get(open_exception_key(index, guard)));
  TRY_ASSIGN(const auto value, judged.state.get(exception_key(index, guard)));
  if (!open || !value) return none;
  TRY_ASSIGN(const Json exception, Json::parse(*value));
  const std::string_view label = exception.text("step");
  const auto profile = judged.book.newest(label.substr(0, label.find_first_of("@/")));
  if (profile == nullptr) return none;
  return std::optional(OpenException{profile, profile->step(label.substr(label.find('/') + 1)),
                                     std::string(exception.text("record"))});
}

Result<Wrong> judge_answer(const RegistryCase& judged, const Json& event) {
  const std::string_view name = event.text("nianlun:exception");
  const std::size_t slash = name.find('/');
  const auto index = parse_decimal(name.substr(0, slash));
  if (!index || slash == name.npos) return Wrong("exception");
  TRY_ASSIGN(const auto found, open_exception(judged, *index, name.substr(slash + 1)));
  if (!found) return Wrong("exception");
  return may(judged, found->profile->id, found->profile->answers) ? Wrong() : Wrong("role");
}

/// What a record did to one of its items, which the event names with the record's eventTime: the
/// state keeps no other way from a record to what it did.
Result<std::optional<TimelineEntry>> named_entry(const StateView& state, const Json& event,
                                                 std::uint64_t index) {
  const auto time_ms = parse_date_time(event.text("nianlun:at"));
  TRY_ASSIGN(const auto item, find_item(state, event.text("nianlun:item")));
  if (!item || !time_ms) return std::optional<TimelineEntry>();
  return entry_of(state, *item, {*time_ms, index});
}

/// Of a record that is in no dispute: its key was revoked behind it, and said to be compromised.
Result<Wrong> judge_marked(const RegistryCase& judged, const Json& event, std::uint64_t index) {
  TRY_ASSIGN(const auto entry, named_entry(judged.state, event, index));
  if (!entry) return Wrong("exception");
  TRY_ASSIGN(const auto did, actor_did(judged.state, entry->actor));
  TRY_ASSIGN(const auto sender, find_actor(judged.state, did.value_or("")));
  if (!sender || !sender->compromised_since_ms || index >= sender->revoked) {
    return Wrong("exception");
  }
  const std::string_view label = entry->step;
  const auto profile = judged.book.newest(label.substr(0, label.find_first_of("@/")));
  const auto* step =
      profile == nullptr ? nullptr : profile->step(label.substr(label.find('/') + 1));
  return step != nullptr && may(judged, profile->id, step->endorse) ? Wrong() : Wrong("role");
}

Result<Wrong> judge_endorsement(const RegistryCase& judged, const Json& event) {
  const auto index = event.integer("nianlun:endorses");
  if (!index || *index < 0) return Wrong("exception");
  for (const std::string_view guard : kEndorsedGuards) {
    TRY_ASSIGN(const auto found, open_exception(judged, static_cast<std::uint64_t>(*index), guard));
    if (!found) continue;
    // Who endorses says what was seen, not only which number it has.
    if (event.text("nianlun:recordHash") != found->record) return Wrong("record");
    const bool entitled =
        found->step != nullptr && may(judged, found->profile->id, found->step->endorse);
    return entitled ? Wrong() : Wrong("role");
  }
  return judge_marked(judged, event, static_cast<std::uint64_t>(*index));
}

/// It says how much was erased and why, and nothing that would tell what it was.
Result<Wrong> judge_erasure(const RegistryCase& judged, const Json& event) {
  if (!is_authority(judged.seal, judged.book.genesis())) return Wrong("authority");
  constexpr std::string_view kReasons[] = {"event", "retention", "subject"};
  const auto count = event.integer("nianlun:count");
  const bool whole =
      count && *count > 0 &&
      std::ranges::find(kReasons, event.text("nianlun:reason")) != std::end(kReasons);
  return whole ? Wrong() : Wrong("required");
}

}  // namespace

bool is_registry_type(std::string_view type) {
  constexpr std::string_view kTypes[] = {
      "nianlun:Genesis",       "nianlun:PartyEnrolled",     "nianlun:KeyEnrolled",
      "nianlun:RolesChanged",  "nianlun:KeyRevoked",        "nianlun:ProfileAdopted",
      "nianlun:Endorsement",   "nianlun:ExceptionAnswered", "nianlun:VaultLossAccepted",
      "nianlun:LogKeyAdopted", "nianlun:LogKeyRetired",     "nianlun:PrivateErased"};
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
  if (type == "nianlun:RolesChanged") return judge_roles(judged, event);
  if (type == "nianlun:KeyRevoked") return judge_revocation(judged, event);
  if (type == "nianlun:ProfileAdopted") return judge_profile(judged, event);
  if (type == "nianlun:VaultLossAccepted") {
    return is_authority(judged.seal, judged.book.genesis()) ? Wrong() : Wrong("authority");
  }
  if (type == "nianlun:PrivateErased") return judge_erasure(judged, event);
  if (is_log_key_event(type)) {
    if (!is_authority(judged.seal, judged.book.genesis())) return Wrong("authority");
    return judge_log_key(judged.state, judged.book.genesis(), event);
  }
  if (type == "nianlun:ExceptionAnswered") return judge_answer(judged, event);
  return judge_endorsement(judged, event);
}

}  // namespace nianlun
