#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/capture.h"
#include "ledger/checkpoint.h"
#include "ledger/encoding.h"
#include "ledger/merkle.h"
#include "ledger/receipt.h"
#include "ledger/record.h"
#include "ledger/seal.h"

namespace nianlun::testing {

// A small ledger with keys from fixed seeds: a genesis, the enrolment of a device, and a capture.

inline constexpr std::string_view kOrigin = "ledger.example.org/forest";
inline constexpr std::int64_t kSampleTime = 1'777'622'400'000;  // 2026-05-01T08:00:00.000Z

/// For TEST_CASE_TEMPLATE: a test of everything that a suite decides.
struct OfSha256 {
  static constexpr Suite kSuite = Suite::kSha256;
};
struct OfSm2Sm3 {
  static constexpr Suite kSuite = Suite::kSm2Sm3;
};

inline PrivateKey sample_key(char seed, KeyType type = KeyType::kEd25519) {
  return PrivateKey::from_seed(type, std::string(32, seed)).value();
}
inline std::string did(const PrivateKey& key) { return key.public_key().did(); }

/// The value below `path`, in which digits are positions in arrays.
inline Json& at(Json& json, std::initializer_list<std::string_view> path) {
  Json* value = &json;
  for (const std::string_view step : path) {
    value =
        value->is_array() ? &value->array().at(std::stoul(std::string(step))) : value->find(step);
    REQUIRE(value != nullptr);
  }
  return *value;
}

/// The same text with one bit of its middle character flipped; still hexadecimal for digits.
inline std::string one_bit_off(std::string text) {
  char& middle = text.at(text.size() / 2);
  middle = static_cast<char>(middle ^ 1);
  return text;
}

inline Json sample_event(std::string_view serial) {
  Json event;
  event.set("@context", our_context())
      .set("type", "ObjectEvent")
      .set("eventTime", "2026-05-01T08:00:00.000Z")
      .set("eventTimeZoneOffset", "+08:00")
      .set("action", "OBSERVE")
      .set("bizStep", "inspecting")
      .set("epcList", Json::Array{Json("https://id.example.org/tree/" + std::string(serial))});
  return event;
}

inline std::vector<CaptureEvent> captured(std::initializer_list<Json> events,
                                          Suite suite = Suite::kSha256) {
  std::vector<CaptureEvent> captured;
  for (const Json& event : events) captured.push_back(capture_event(event, nullptr, suite).value());
  return captured;
}

inline SealDraft sample_draft(std::string ledger, std::span<const CaptureEvent> events,
                              Suite suite = Suite::kSha256) {
  SealDraft draft;
  draft.suite = suite;
  draft.ledger = std::move(ledger);
  draft.leaves = leaves_of(events);
  draft.sequence = 1;
  draft.sealed_at_ms = kSampleTime;
  draft.boot = "boot-1";
  draft.monotonic_ms = 1000;
  return draft;
}

inline Json sample_seal(std::string ledger, std::span<const CaptureEvent> events,
                        std::vector<const PrivateKey*> keys) {
  const Suite suite = suite_of(keys.front()->public_key().type());
  return make_seal(sample_draft(std::move(ledger), events, suite), keys).value();
}

/// Proofs signed anew after the seal was changed, so that only the change can be what is refused.
inline Json signed_anew(Json seal, std::vector<const PrivateKey*> keys) {
  seal.erase("proof");
  Json proofs = Json::Array{};
  for (const PrivateKey* key : keys) {
    proofs.push(make_proof(seal, *key, "2026-05-01T08:00:00.000Z").value());
  }
  seal.set("proof", std::move(proofs));
  return seal;
}

/// The other signature of P-256 with the same r, whose s is the order minus s.
inline std::string other_s(std::string_view proof_value) {
  const Buffer order =
      from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").value();
  Buffer signature = from_base58(proof_value.substr(1)).value();
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const auto octet = [](char c) { return static_cast<int>(static_cast<unsigned char>(c)); };
    const int difference = octet(order[i]) - octet(signature[32 + i]) - borrow;
    borrow = difference < 0 ? 1 : 0;
    signature[32 + i] = static_cast<char>(difference + 256 * borrow);
  }
  return "z" + base58(signature);
}

struct SampleLedger {
  Suite suite;
  KeyType type = suite == Suite::kSha256 ? KeyType::kEd25519 : usual_key(suite);
  PrivateKey authority = sample_key(1, type);
  PrivateKey device = sample_key(2, type);
  PrivateKey second = sample_key(3, type);
  NoteSigner log = NoteSigner::create(std::string(kOrigin), sample_key(4)).value();
  Hash genesis;
  std::vector<ProvenRecord> records;  // without paths
  std::vector<Hash> leaves;
  Outcome last = Outcome::kAccepted;  // verdict of the last record

  explicit SampleLedger(Outcome last_outcome = Outcome::kAccepted, bool enrol = true,
                        Suite of = Suite::kSha256)
      : suite(of), last(last_outcome) {
    add({genesis_event()}, {&authority}, std::string(kOrigin));
    genesis = record_hash(canonical(records[0].record).value(), suite);
    add({enrolment(enrol ? device : second)}, {&authority}, identity());
    add({sample_event("1"), sample_event("2"), sample_event("3")}, {&device}, identity());
    add({sample_event("4")}, {&device, &authority}, identity());
  }
  explicit SampleLedger(Suite of) : SampleLedger(Outcome::kAccepted, true, of) {}
  std::string identity() const { return std::string(kOrigin) + "#" + hex(genesis); }

  Json genesis_event() const {
    Json keys;
    keys.set("threshold", 1).set("keys", Json::Array{Json(did(authority)), Json(did(second))});
    Json event;
    event.set("@context", our_context())
        .set("type", "nianlun:Genesis")
        .set("eventTime", "2026-05-01T08:00:00.000Z")
        .set("eventTimeZoneOffset", "+08:00")
        .set("nianlun:format", 1)
        .set("nianlun:origin", kOrigin)
        .set("nianlun:authority", keys);
    if (suite != Suite::kSha256) event.set("nianlun:suite", suite_name(suite));
    return event;
  }
  Json enrolment(const PrivateKey& key, const std::vector<std::string>& roles = {},
                 std::string_view party = "https://id.example.org/party/nursery") const {
    Json event;
    event.set("@context", our_context())
        .set("type", "nianlun:KeyEnrolled")
        .set("eventTime", "2026-05-01T08:00:00.000Z")
        .set("eventTimeZoneOffset", "+08:00")
        .set("nianlun:party", party)
        .set("nianlun:key", did(key));
    if (!roles.empty()) event.set("nianlun:roles", Json::Array(roles.begin(), roles.end()));
    return event;
  }
  void add(std::initializer_list<Json> list, std::vector<const PrivateKey*> keys,
           std::string ledger) {
    add(captured(list, suite), std::move(keys), std::move(ledger));
  }
  void add(const std::vector<CaptureEvent>& events, std::vector<const PrivateKey*> keys,
           std::string ledger) {
    const Seal seal = parse_seal(sample_seal(std::move(ledger), events, keys), suite).value();
    for (std::size_t i = 0; i < events.size(); ++i) {
      Record record;
      record.event = events[i].event;
      record.event_hash = events[i].hash;
      record.seal = seal.hash;
      record.proofs = seal.proofs_hash;
      record.position = i;
      record.time_ms = kSampleTime + 1000;
      record.salt = base64url(std::string(16, static_cast<char>('a' + records.size())));
      if (records.size() == 5) record.verdict.outcome = last;
      const Buffer bytes = record_bytes(record, events[i].bytes);
      ProvenRecord proven;
      proven.index = records.size();
      proven.record = Json::parse(bytes).value();
      proven.seal = seal;
      proven.seal_path = inclusion_path(leaves_of(events), i, suite);
      records.push_back(std::move(proven));
      leaves.push_back(record_leaf(bytes, suite));
    }
  }
  ProvenRecord proven(std::uint64_t index) const {
    ProvenRecord record = records.at(index);
    record.path = inclusion_path(leaves, index);
    return record;
  }
  std::string checkpoint() const {
    const Checkpoint head{std::string(kOrigin), leaves.size(), root_of(leaves), {}};
    return sign_note(checkpoint_text(head), std::span(&log, 1)).value();
  }
  Receipt receipt(std::uint64_t index, std::initializer_list<std::uint64_t> enrolments) const {
    Receipt receipt;
    receipt.suite = suite;
    receipt.origin = kOrigin;
    receipt.genesis = genesis;
    receipt.size = leaves.size();
    receipt.of = proven(index);
    receipt.checkpoint = checkpoint();
    for (const std::uint64_t enrolment : enrolments) receipt.signers.push_back(proven(enrolment));
    const bool has_genesis = std::ranges::find(enrolments, 0U) != enrolments.end();
    if (enrolments.size() > 0 && !has_genesis) receipt.enrolments.push_back(proven(0));
    return receipt;
  }
  Result<ReceiptFacts> verify(const Receipt& receipt) const {
    return verify_receipt(receipt, std::span(&log.verifier(), 1));
  }
};

}  // namespace nianlun::testing
