#pragma once

#include <doctest/doctest.h>

#include <span>
#include <string>
#include <string_view>

#include "ledger/capture.h"
#include "ledger/encoding.h"
#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/time.h"
#include "temporary_folder.h"

namespace nianlun::testing {

inline constexpr std::int64_t kNow = 1'780'000'000'000;
inline const std::string kOrigin = "ledger.example.org/api";

inline PrivateKey key_of(char seed) {
  return PrivateKey::from_seed(KeyType::kEd25519, std::string(32, seed)).value();
}

inline Json registry_event(std::string_view type) {
  Json event;
  event.set("@context", our_context()).set("type", type).set("eventTime", date_time(kNow));
  event.set("eventTimeZoneOffset", "+08:00");
  return event;
}

inline Json seal_of(std::span<const CaptureEvent> events, const std::string& ledger,
                    std::uint64_t sequence, const PrivateKey& key = key_of('a')) {
  SealDraft draft;
  draft.ledger = ledger;
  draft.leaves = leaves_of(events);
  draft.sequence = sequence;
  draft.sealed_at_ms = kNow;
  draft.boot = "test";
  const PrivateKey* keys[] = {&key};
  return make_seal(draft, keys).value();
}

/// A ledger whose genesis one authority has sealed.
inline void create_ledger(const LedgerOptions& options) {
  const NoteVerifier log =
      NoteVerifier::create(kOrigin, NoteKeyType::kEd25519, key_of('l').public_key()).value();
  Json authority;
  authority.set("threshold", 1)
      .set("keys", Json(Json::Array{Json(key_of('a').public_key().did())}));
  Json event = registry_event("nianlun:Genesis");
  event.set("nianlun:format", 1).set("nianlun:rules", 1).set("nianlun:suite", "sha256");
  event.set("nianlun:origin", kOrigin).set("nianlun:logKey", log.vkey());
  event.set("nianlun:gateway", key_of('g').public_key().did());
  event.set("nianlun:domain", "https://id.example.org").set("nianlun:timeZone", "Asia/Shanghai");
  event.set("nianlun:languages", Json(Json::Array{"en", "zh"}));
  event.set("nianlun:authority", std::move(authority));
  event.set("nianlun:profiles", Json(Json::Array{}));
  Admission admission;
  admission.time_ms = kNow;
  CaptureEvent sealed = capture_event(event, nullptr).value();
  admission.seal = parse_seal(seal_of({&sealed, 1}, kOrigin, 1)).value();
  admission.events.push_back({std::move(sealed), base64url(std::string(16, 's')), {}});
  const auto created = Ledger::create(options, admission, key_of('l'), key_of('g'));
  REQUIRE_MESSAGE(created, (created ? "" : created.error().message));
}

}  // namespace nianlun::testing
