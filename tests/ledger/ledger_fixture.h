#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ledger/encoding.h"
#include "ledger/json.h"
#include "ledger/ledger.h"
#include "ledger/merkle.h"
#include "ledger/plain_machine.h"
#include "ledger/time.h"

namespace nianlun::testing {

inline constexpr std::int64_t kGenesisMs = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
inline const std::string kOrigin = "ledger.example.org/test";

inline PrivateKey log_key() {
  return PrivateKey::from_seed(KeyType::kEd25519, std::string(32, 'l')).value();
}
inline PrivateKey gateway_key() {
  return PrivateKey::from_seed(KeyType::kEd25519, std::string(32, 'g')).value();
}

inline LedgerOptions options_in(const std::filesystem::path& folder, leveldb::Env* env = nullptr) {
  return {.directory = folder,
          .checkpoint_interval = std::chrono::milliseconds(20),
          .cache_bytes = 4 << 20,
          .env = env,
          .machine = plain_machine,
          .engine = nullptr,
          .fatal = {}};
}

inline AdmissionEvent event_of(const Json& json, std::uint64_t salt) {
  AdmissionEvent made;
  made.event.bytes = canonical(json).value();
  made.event.hash = leaf_hash(made.event.bytes);
  made.event.id = json.text("eventID");
  made.event.event = Json::parse(made.event.bytes).value();  // in canonical order
  const Buffer octets = "test salt" + std::to_string(1'000'000 + salt);
  made.salt = base64url(Bytes(octets).substr(0, 16));
  return made;
}

/// A capture of these events, sealed by the gateway.
inline Admission admission_of(std::vector<AdmissionEvent> events, std::int64_t time_ms,
                              const std::string& ledger) {
  SealDraft draft;
  draft.ledger = ledger;
  for (const AdmissionEvent& event : events) draft.leaves.push_back(leaf_hash(event.event.bytes));
  draft.sealed_at_ms = time_ms;
  if (ledger == kOrigin) {  // the genesis, which the authority seals itself
    draft.sequence = 1;
    draft.boot = "boot";
  } else {
    draft.on_behalf_of = "https://id.example.org/party/1";
  }
  const PrivateKey key = gateway_key();
  const PrivateKey* keys[] = {&key};
  Admission admission;
  admission.time_ms = time_ms;
  admission.seal = parse_seal(make_seal(draft, keys).value()).value();
  admission.events = std::move(events);
  admission.rollback = false;  // the plain machine takes or refuses each by itself
  return admission;
}

inline Admission genesis() {
  Json authority;
  authority.set("keys", Json(Json::Array{gateway_key().public_key().did()})).set("threshold", 1);
  Json json;
  json.set("type", "nianlun:Genesis").set("nianlun:format", 1).set("nianlun:rules", 1);
  json.set("nianlun:suite", "sha256").set("nianlun:origin", kOrigin);
  json.set(
      "nianlun:logKey",
      NoteVerifier::create(kOrigin, NoteKeyType::kEd25519, log_key().public_key()).value().vkey());
  json.set("nianlun:gateway", gateway_key().public_key().did());
  json.set("nianlun:domain", "https://id.example.org").set("nianlun:timeZone", "Asia/Shanghai");
  json.set("nianlun:languages", Json(Json::Array{"zh", "en"})).set("nianlun:authority", authority);
  return admission_of({event_of(json, 0)}, kGenesisMs, kOrigin);
}

/// Event number `n` of a test; every 7th is one that the machine refuses.
inline Json event_json(std::uint64_t n) {
  Json json;
  json.set("type", "ObjectEvent").set("action", "OBSERVE");
  json.set("eventID", "urn:uuid:00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + n));
  json.set("eventTime", date_time(kGenesisMs + static_cast<std::int64_t>(n) * 1000));
  json.set("epcList", Json(Json::Array{"https://id.example.org/item/" + std::to_string(n)}));
  if (n % 7 == 6) json.set("test:refuse", true);
  return json;
}

/// The capture of the events first, first + 1, ... of a test.
inline Admission capture_of(std::uint64_t first, std::uint64_t count) {
  std::vector<AdmissionEvent> events;
  for (std::uint64_t n = first; n < first + count; ++n)
    events.push_back(event_of(event_json(n), n));
  return admission_of(std::move(events), kGenesisMs + static_cast<std::int64_t>(first) * 1000,
                      kOrigin + "#test");
}

inline void create_in(const LedgerOptions& options) {
  const auto created = Ledger::create(options, genesis(), log_key(), gateway_key());
  REQUIRE_MESSAGE(created, (created ? "" : created.error().message));
}

inline std::unique_ptr<Ledger> open_ledger(const LedgerOptions& options) {
  auto ledger = Ledger::open(options);
  REQUIRE_MESSAGE(ledger, (ledger ? "" : ledger.error().message));
  return *std::move(ledger);
}

/// Submits events first, first + 1, ... in captures of `per_capture`.
inline void submit_events(Ledger& ledger, std::uint64_t first, std::uint64_t count,
                          std::uint64_t per_capture) {
  for (std::uint64_t n = first; n < first + count; n += per_capture) {
    const auto answer =
        ledger.submit_and_wait(capture_of(n, std::min(per_capture, first + count - n)));
    REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
  }
}

inline void check_is_sound(const LedgerOptions& options) {
  const auto report = check_ledger(options, {});
  REQUIRE_MESSAGE(report, (report ? "" : report.error().message));
  for (const Error& problem : report->problems) {
    FAIL_CHECK(problem.message << (problem.arguments.empty()
                                       ? ""
                                       : ": " + problem.arguments.front().second));
  }
}

}  // namespace nianlun::testing
