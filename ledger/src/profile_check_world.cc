#include "profile_check_world.h"

#include <algorithm>

#include "evidence.h"
#include "ledger/admission.h"
#include "ledger/capture.h"
#include "ledger/data_integrity.h"
#include "ledger/encoding.h"
#include "ledger/messages.h"
#include "ledger/note.h"
#include "ledger/record.h"
#include "ledger/seal.h"
#include "ledger/time.h"
#include "participants.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kOrigin = "ledger.example.org/scenario";
constexpr std::string_view kAuthority = "authority";
constexpr std::string_view kOffset = "+08:00";

}  // namespace

Result<std::optional<Buffer>> EmptyState::get(Bytes) const { return std::optional<Buffer>(); }
Result<void> EmptyState::scan(Bytes, Bytes, Order, const Each&) const { return {}; }

ScenarioWorld::ScenarioWorld(const Profile& profile, std::string domain)
    : profile_(profile),
      domain_(std::move(domain)),
      identity_(kOrigin),
      state_(nothing_),
      machine_(make_machine()),
      now_ms_(profile.from_ms) {}

Result<std::unique_ptr<ScenarioWorld>> ScenarioWorld::make(const Profile& profile,
                                                           std::string domain) {
  std::unique_ptr<ScenarioWorld> world(new ScenarioWorld(profile, std::move(domain)));
  TRY_ASSIGN(const Json event, world->genesis());
  TRY_ASSIGN(const EventResult result,
             world->send(event, {std::string(kAuthority)}, profile.from_ms));
  if (result.verdict.outcome != Outcome::kAccepted) {
    return fail(ErrorCode::kInvalidArgument, "check.no-genesis");
  }
  world->identity_ = std::string(kOrigin) + "#" + hex(world->hashes_.front());
  return world;
}

Result<const PrivateKey*> ScenarioWorld::key(std::string_view actor) {
  if (const auto found = keys_.find(actor); found != keys_.end()) return &found->second;
  const Hash seed = sha256("scenario key ", actor);
  TRY_ASSIGN(PrivateKey key, PrivateKey::from_seed(KeyType::kEd25519, seed.view()));
  return &keys_.emplace(std::string(actor), std::move(key)).first->second;
}

Result<std::string> ScenarioWorld::did(std::string_view actor) {
  TRY_ASSIGN(const PrivateKey* found, key(actor));
  return found->public_key().did();
}

Buffer ScenarioWorld::salt() {
  const Hash hash = sha256("scenario salt ", std::to_string(++salts_));
  return Buffer(hash.view().substr(0, 16));
}

Json ScenarioWorld::registry_event(std::string_view type) const {
  return Json(Json::Object{
      {"type", type}, {"eventTime", date_time(now_ms_)}, {"eventTimeZoneOffset", kOffset}});
}

Result<Json> ScenarioWorld::genesis() {
  TRY_ASSIGN(const std::string authority, did(kAuthority));
  TRY_ASSIGN(const std::string gateway, did("gateway"));
  const Hash seed = sha256("scenario key log");
  TRY_ASSIGN(PrivateKey log_key, PrivateKey::from_seed(KeyType::kEd25519, seed.view()));
  TRY_ASSIGN(const NoteSigner signer, NoteSigner::create(std::string(kOrigin), std::move(log_key)));
  Json languages(Json::Array{});
  for (const std::string_view language : nianlun::languages()) languages.push(language);
  Json event = registry_event("nianlun:Genesis");
  event.set("nianlun:format", 1).set("nianlun:rules", 1).set("nianlun:suite", "sha256");
  event.set("nianlun:origin", kOrigin).set("nianlun:logKey", signer.verifier().vkey());
  event.set("nianlun:gateway", gateway).set("nianlun:domain", domain_);
  event.set("nianlun:timeZone", "Asia/Shanghai").set("nianlun:languages", std::move(languages));
  event.set("nianlun:authority",
            Json(Json::Object{{"threshold", 1}, {"keys", Json(Json::Array{Json(authority)})}}));
  event.set("nianlun:profiles", Json(Json::Array{profile_.source}));
  return event;
}

Result<void> ScenarioWorld::enrol(std::string_view actor, std::string_view party,
                                  const std::vector<std::string>& roles) {
  const std::vector<std::string> signers = {std::string(kAuthority)};
  const std::string uri = domain_ + "/party/" + std::string(party);
  if (parties_.emplace(party, true).second) {
    Json event = registry_event("nianlun:PartyEnrolled");
    Json name(Json::Object{});
    for (const std::string_view language : nianlun::languages()) name.set(language, party);
    event.set("nianlun:party", uri).set("nianlun:name", std::move(name));
    TRY_ASSIGN(const EventResult result, send(event, signers, now_ms_));
    if (result.verdict.outcome != Outcome::kAccepted) {
      return fail(ErrorCode::kInvalidArgument, "check.not-enrolled", {{"name", uri}});
    }
  }
  TRY_ASSIGN(const PrivateKey* own, key(actor));
  const Json consent(Json::Object{{"type", "KeyEnrolment"},
                                  {"ledger", identity_},
                                  {"party", uri},
                                  {"key", own->public_key().did()}});
  TRY_ASSIGN(Json possession, make_proof(consent, *own, date_time(now_ms_)));
  Json names(Json::Array{});
  for (const std::string& role : roles) names.push(profile_.id + "/" + role);
  Json event = registry_event("nianlun:KeyEnrolled");
  event.set("nianlun:party", uri).set("nianlun:key", own->public_key().did());
  event.set("nianlun:roles", std::move(names)).set("nianlun:possession", std::move(possession));
  TRY_ASSIGN(const EventResult result, send(event, signers, now_ms_));
  if (result.verdict.outcome != Outcome::kAccepted) {
    return fail(ErrorCode::kInvalidArgument, "check.not-enrolled", {{"name", std::string(actor)}});
  }
  return {};
}

Result<Json> ScenarioWorld::seal(const CaptureEvent& event, const std::vector<std::string>& signers,
                                 std::int64_t time_ms) {
  std::vector<const PrivateKey*> keys;
  for (const std::string& signer : signers) {
    TRY_ASSIGN(const PrivateKey* signing, key(signer));
    keys.push_back(signing);
  }
  const Sequence& before = sequences_[signers.front()];
  SealDraft draft;
  draft.ledger = identity_;
  draft.leaves = leaves_of({&event, 1});
  draft.sequence = before.last + 1;
  draft.previous = before.seal;
  draft.sealed_at_ms = time_ms;
  draft.boot = "scenario";
  draft.monotonic_ms = hashes_.size();
  return make_seal(draft, keys);
}

Result<bool> ScenarioWorld::asks_any(const Profile::Step& step, std::string_view item) const {
  for (const Profile::Evidence& evidence : step.evidence) {
    TRY_ASSIGN(const bool asked, is_asked(state_, profile_, step, evidence, item));
    if (asked) return true;
  }
  return false;
}

Result<void> ScenarioWorld::add_evidence(const Profile::Step& step, Json& event) const {
  constexpr std::string_view kPicture = "ni:///sha-256;cGljdHVyZQ";
  if (step.evidence.empty()) return {};
  TRY_ASSIGN(const auto involved, involved_in(event, profile_, step, domain_));
  for (const Profile::Evidence& evidence : step.evidence) {
    for (const Involved& one : involved) {
      if (at_path(event, evidence.member) != nullptr) break;
      TRY_ASSIGN(const bool asked, is_asked(state_, profile_, step, evidence, one.id));
      if (asked) event.set(evidence.member, kPicture);
    }
  }
  return {};
}

Result<EventResult> ScenarioWorld::send(const Json& event, const std::vector<std::string>& signers,
                                        std::int64_t received_ms,
                                        std::vector<std::string> outcomes) {
  now_ms_ = std::max(now_ms_, received_ms);
  const Json context = our_context();
  TRY_ASSIGN(const CaptureEvent sealed, capture_event(event, &context));
  TRY_ASSIGN(const Json with_proof, seal(sealed, signers, now_ms_));
  return admit(sealed, with_proof, now_ms_, std::move(outcomes));
}

Result<EventResult> ScenarioWorld::admit(const CaptureEvent& event, const Json& seal,
                                         std::int64_t time_ms, std::vector<std::string> outcomes) {
  Admission admission;
  admission.time_ms = time_ms;
  TRY_ASSIGN(admission.seal, parse_seal(seal));
  admission.rollback = false;
  admission.events.push_back({event, base64url(salt()), std::move(outcomes)});
  Sequence& sequence =
      sequences_[std::ranges::find_if(keys_, [&](const auto& entry) {
                   return entry.second.public_key().did() == admission.seal.submitter;
                 })->first];
  ++sequence.last;
  sequence.seal = admission.seal.hash;
  std::vector<NewRecord> records;
  TRY_ASSIGN(const CaptureResult result,
             machine_->admit(admission, hashes_.size(), state_, records));
  for (const NewRecord& record : records) hashes_.push_back(nianlun::record_hash(record.bytes));
  return result.events.front();
}

}  // namespace nianlun
