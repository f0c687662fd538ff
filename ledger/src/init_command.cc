#include "init_command.h"

#include <algorithm>
#include <iostream>

#include "ledger/capture.h"
#include "ledger/device.h"
#include "ledger/encoding.h"
#include "ledger/files.h"
#include "ledger/ledger.h"
#include "ledger/random.h"
#include "ledger/seal.h"
#include "ledger/time.h"
#include "offline_seal.h"
#include "profile_command.h"
#include "tool.h"
#include "tool_sender.h"
#include "try.h"

namespace nianlun {
namespace {

Result<Json> genesis_event(const InitArguments& arguments, const std::vector<PrivateKey>& keys,
                           const PublicKey& log_key, const PublicKey& gateway, Suite suite,
                           std::int64_t time_ms) {
  TRY_ASSIGN(const NoteVerifier verifier,
             NoteVerifier::create(arguments.origin, NoteKeyType::kEd25519, log_key));
  Json authority_keys = Json::Array{};
  for (const PrivateKey& key : keys) authority_keys.push(key.public_key().did());
  Json authority;
  authority.set("keys", std::move(authority_keys))
      .set("threshold", static_cast<std::int64_t>(arguments.threshold));
  Json event;
  event.set("@context", our_context())
      .set("type", "nianlun:Genesis")
      .set("eventTime", date_time(time_ms))
      .set("eventTimeZoneOffset", arguments.offset)
      .set("nianlun:format", 1)
      .set("nianlun:rules", 1)
      .set("nianlun:suite", suite_name(suite))
      .set("nianlun:origin", arguments.origin)
      .set("nianlun:logKey", verifier.vkey())
      .set("nianlun:gateway", gateway.did())
      .set("nianlun:domain", arguments.domain)
      .set("nianlun:timeZone", arguments.time_zone)
      .set("nianlun:languages", Json::Array(arguments.languages.begin(), arguments.languages.end()))
      .set("nianlun:authority", std::move(authority))
      .set("nianlun:profiles", Json(Json::Array{}));
  return event;
}

Result<std::vector<CaptureEvent>> adoptions(const InitArguments& arguments, Suite suite,
                                            std::int64_t time_ms) {
  std::vector<CaptureEvent> events;
  for (const std::string& file : arguments.profile_files) {
    TRY_ASSIGN(Json profile, load_profile(file, arguments.languages));
    Json event;
    event.set("@context", our_context())
        .set("type", "nianlun:ProfileAdopted")
        .set("eventID", random_uuid_urn())
        .set("eventTime", date_time(time_ms))
        .set("eventTimeZoneOffset", arguments.offset)
        .set("nianlun:profile", std::move(profile));
    TRY_ASSIGN(CaptureEvent captured, capture_event(event, nullptr, suite));
    events.push_back(std::move(captured));
  }
  return events;
}

/// Every receipt carries the genesis, so the profiles stand in records of their own behind it.
Result<void> adopt_profiles(Ledger& ledger, std::vector<CaptureEvent> events,
                            const std::vector<PrivateKey>& keys, const Seal& genesis,
                            std::int64_t time_ms) {
  if (events.empty()) return {};
  TRY_ASSIGN(
      Admission admission,
      sealed_offline(std::move(events), ledger.identity(), keys,
                     {.suite = genesis.suite, .sequence = 2, .previous = genesis.hash}, time_ms));
  TRY_ASSIGN(const CaptureResult result, ledger.submit_and_wait(std::move(admission)));
  for (const EventResult& event : result.events) {
    if (event.verdict.outcome == Outcome::kAccepted) continue;
    return fail(ErrorCode::kInvalidArgument, "tool.profile-refused",
                {{"index", std::to_string(event.index)}});
  }
  return {};
}

Result<PrivateKey> key_or_new(const std::string& named, KeyType type) {
  return named.empty() ? PrivateKey::generate(type) : PrivateKey::load(named);
}

Result<void> init(const InitArguments& arguments) {
  TRY_ASSIGN(const Suite suite, suite_by_name(arguments.suite));
  TRY_ASSIGN(const std::vector<PrivateKey> keys, load_keys(arguments.authority_files));
  TRY_ASSIGN(const PrivateKey log_key, key_or_new(arguments.log_key, KeyType::kEd25519));
  TRY_ASSIGN(const PrivateKey gateway_key, key_or_new(arguments.gateway_key, usual_key(suite)));
  TRY(check_key_type(gateway_key.public_key(), suite));
  const std::int64_t now = now_ms();
  TRY_ASSIGN(const Json event, genesis_event(arguments, keys, log_key.public_key(),
                                             gateway_key.public_key(), suite, now));
  TRY_ASSIGN(CaptureEvent captured, capture_event(event, nullptr, suite));

  // All profiles are read before anything is made.
  TRY_ASSIGN(std::vector<CaptureEvent> profiles, adoptions(arguments, suite, now));
  std::vector<CaptureEvent> first(1, std::move(captured));
  TRY_ASSIGN(const Admission genesis,
             sealed_offline(std::move(first), arguments.origin, keys, {.suite = suite}, now));
  LedgerOptions options;
  options.directory = arguments.directory;
  TRY(Ledger::create(options, genesis, log_key, gateway_key));

  TRY_ASSIGN(const auto ledger, Ledger::open(options));
  TRY(adopt_profiles(*ledger, std::move(profiles), keys, genesis.seal, now));
  Json summary;
  summary.set("identity", ledger->identity()).set("logKey", ledger->log_verifier().vkey());
  std::cout << summary.dump() << '\n';
  say(arguments.language, "tool.init-done", {{"path", arguments.directory}});
  return {};
}

Result<void> issue_token(const TokenArguments& arguments) {
  LedgerOptions options;
  options.directory = arguments.directory;
  options.hold_checkpoints = true;  // the server asks its witnesses before it signs
  TRY_ASSIGN(const auto ledger, Ledger::open(options));
  const std::string token = base64url(fresh_octets(32));
  Json grant;
  grant.set("party", arguments.party)
      .set("roles", Json::Array(arguments.roles.begin(), arguments.roles.end()));
  TRY(ledger->put_token(sha256(token), grant));
  std::cout << token << '\n';
  return {};
}

Result<void> keygen(const KeygenArguments& arguments) {
  KeyType type = KeyType::kP256;
  if (arguments.type == "ed25519") type = KeyType::kEd25519;
  if (arguments.type == "sm2") type = KeyType::kSm2;
  TRY_ASSIGN(const PrivateKey key, PrivateKey::generate(type));
  TRY(key.save(arguments.file));
  std::cout << key.public_key().did() << '\n';
  return {};
}

}  // namespace

int run_init(const InitArguments& arguments) { return finish(arguments.language, init(arguments)); }
int run_token(const TokenArguments& arguments) {
  return finish(arguments.language, issue_token(arguments));
}
int run_keygen(const KeygenArguments& arguments) {
  return finish(arguments.language, keygen(arguments));
}

}  // namespace nianlun
