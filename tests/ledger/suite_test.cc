// Two suites, one ledger: what belongs to another suite than the ledger's is refused by name.

#include "ledger/suite.h"

#include "ledger/admission.h"
#include "ledger/disclosure.h"
#include "ledger/seal_samples.h"

namespace nianlun::testing {
namespace {

constexpr Suite kSuites[] = {Suite::kSha256, Suite::kSm2Sm3};

Suite other_than(Suite suite) { return suite == Suite::kSha256 ? Suite::kSm2Sm3 : Suite::kSha256; }

std::vector<CaptureEvent> events_of(Suite suite) { return captured({sample_event("1")}, suite); }

Json seal_of(Suite suite, const PrivateKey& key) {
  return sample_seal("l#1", events_of(suite), {&key});
}

/// Why a seal is refused in a ledger of the suite.
std::string verdict(const Json& seal, Suite suite) {
  const auto parsed = parse_seal(seal, suite);
  if (!parsed) return parsed.error().message;
  const auto holds = verify_seal(*parsed, leaves_of(events_of(suite)));
  return holds ? "holds" : holds.error().message;
}

}  // namespace

TEST_CASE("the suites have names, hashes and types of keys of their own") {
  for (const Suite suite : kSuites) {
    CHECK(suite_named(suite_name(suite)) == suite);
    CHECK(has_key_type(suite, usual_key(suite)));
    CHECK(!has_key_type(suite, usual_key(other_than(suite))));
    CHECK(digest(suite, "a", "b", "c") == digest(suite, "abc"));
    CHECK(digest(suite, "abc") != digest(other_than(suite), "abc"));
  }
  for (const char* name : {"", "sha512", "sm3", "SM2-SM3", "sm2-sm3 "}) {
    CHECK(!suite_named(name));
    CHECK(suite_by_name(name).error().message == "suite.unknown");
  }
  CHECK(has_key_type(Suite::kSha256, KeyType::kEd25519));
  CHECK(!has_key_type(Suite::kSm2Sm3, KeyType::kEd25519));
}

TEST_CASE("a key of another suite seals nothing") {
  for (const Suite suite : kSuites) {
    const PrivateKey key = sample_key(1, usual_key(other_than(suite)));
    const PrivateKey fitting = sample_key(2, usual_key(suite));
    const SealDraft draft = sample_draft("l#1", events_of(suite), suite);
    const PrivateKey* alone[] = {&key};
    const PrivateKey* second[] = {&fitting, &key};
    CHECK(make_seal(draft, alone).error().message == "suite.other-key");
    CHECK(make_seal(draft, second).error().message == "suite.other-key");
    CHECK(check_key_type(key.public_key(), suite).error().message == "suite.other-key");
    CHECK(check_key_type(fitting.public_key(), suite));
  }
}

TEST_CASE("a seal of one suite is refused in a ledger of the other") {
  for (const Suite suite : kSuites) {
    const Json seal = seal_of(suite, sample_key(1, usual_key(suite)));
    CHECK(verdict(seal, suite) == "holds");
    CHECK(verdict(seal, other_than(suite)) == "seal.other-suite");
  }
}

TEST_CASE("a seal that names one suite and is signed with the other is refused") {
  for (const Suite suite : kSuites) {
    const PrivateKey right = sample_key(1, usual_key(suite));
    const PrivateKey wrong = sample_key(1, usual_key(other_than(suite)));
    Json seal = seal_of(suite, right);
    seal.set("submitter", did(wrong)).set("signers", Json::Array{Json(did(wrong))});
    CHECK(verdict(signed_anew(seal, {&wrong}), suite) == "proof.unsupported-suite");
    // A proof that names a cryptosuite of the suite, by a key of the other.
    Json again = signed_anew(seal, {&wrong});
    Json proof = at(again, {"proof", "0"});
    proof.set("cryptosuite", suite == Suite::kSha256 ? "ecdsa-jcs-2019" : "nianlun-sm2-jcs-2026");
    seal.set("proof", Json::Array{proof});
    CHECK(verdict(seal, suite) == "proof.other-key-type");
    // And one that only calls itself of the other suite.
    Json renamed = seal_of(suite, right);
    renamed.set("suite", suite_name(other_than(suite)));
    renamed = signed_anew(renamed, {&right});
    CHECK(verdict(renamed, suite) == "seal.other-suite");
    CHECK(verdict(renamed, other_than(suite)) != "holds");
  }
}

TEST_CASE("the root of a seal is one of the suite, not of the other over the same events") {
  const PrivateKey key = sample_key(1, KeyType::kSm2);
  SealDraft draft = sample_draft("l#1", events_of(Suite::kSha256), Suite::kSm2Sm3);
  const PrivateKey* keys[] = {&key};
  CHECK(verdict(make_seal(draft, keys).value(), Suite::kSm2Sm3) == "seal.other-root");
}

TEST_CASE("one bit off in a seal of SM2, and a signature out of range, are refused") {
  Json seal = seal_of(Suite::kSm2Sm3, sample_key(1, KeyType::kSm2));
  for (const char* member : {"ledger", "root", "sealedAt"}) {
    Json changed = seal;
    changed.set(member, one_bit_off(std::string(seal.text(member))));
    CHECK(verdict(changed, Suite::kSm2Sm3) != "holds");
  }
  const Buffer signature = *from_base58(at(seal, {"proof", "0"}).text("proofValue").substr(1));
  const Buffer order =
      *from_hex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
  const Buffer r = signature.substr(0, 32);
  const Buffer s = signature.substr(32);
  for (const Buffer& other :
       {r + order, order + s, r + Buffer(32, '\0'), Buffer(32, '\0') + s, s + r, r + s + '\0', s}) {
    Json changed = seal;
    at(changed, {"proof", "0"}).set("proofValue", "z" + base58(other));
    CHECK(verdict(changed, Suite::kSm2Sm3) == "signature.wrong");
  }
}

TEST_CASE("a disclosure whose digest is of the other suite discloses nothing") {
  for (const Suite suite : kSuites) {
    const PrivateKey key = sample_key(1, usual_key(suite));
    const std::string price = make_disclosure("salt-of-it", "nianlun:price", "12").encoded;
    const auto verdict_by = [&](Suite of_digest) -> std::string {
      Json event = sample_event("1");
      event.set("nianlun:sd", Json::Array{Json(disclosure_digest(price, of_digest))});
      const auto events = captured({event}, suite);
      const Json seal = sample_seal("l#1", events, {&key});
      const Json document =
          capture_document(events, seal, std::vector<std::string>{price}, kSampleTime);
      const auto capture = parse_capture(document, PublicKey::from_did, suite);
      return capture ? "holds" : capture.error().message;
    };
    CHECK(verdict_by(suite) == "holds");
    CHECK(verdict_by(other_than(suite)) == "capture.disclosure-of-nothing");
  }
}

TEST_CASE("a capture and an admission are read for ledgers of their own suite only") {
  for (const Suite suite : kSuites) {
    const PrivateKey key = sample_key(1, usual_key(suite));
    const auto events = events_of(suite);
    const Json seal = sample_seal("l#1", events, {&key});
    const Json document = capture_document(events, seal, {}, kSampleTime);
    CHECK(parse_capture(document, PublicKey::from_did, suite));
    CHECK(parse_capture(document, PublicKey::from_did, other_than(suite)).error().message ==
          "seal.other-suite");
    Admission admission;
    admission.time_ms = kSampleTime;
    admission.seal = parse_seal(seal, suite).value();
    admission.events.push_back({events[0], base64url(std::string(16, 's')), {}});
    const Buffer encoded = encode_admission(admission);
    CHECK(decode_admission(encoded, suite));
    CHECK(decode_admission(encoded, other_than(suite)).error().code == ErrorCode::kCorrupted);
  }
}

TEST_CASE("a receipt whose genesis was given another suite is refused") {
  for (const Suite suite : kSuites) {
    const SampleLedger ledger(suite);
    for (const char* name : {"sha256", "sm2-sm3", "sm3"}) {
      if (name == suite_name(suite)) continue;
      CAPTURE(name);
      Json json = receipt_json(ledger.receipt(3, {1}));
      at(json, {"enrolments", "0", "record", "event"}).set("nianlun:suite", name);
      const auto parsed = parse_receipt(json);
      CHECK(!(parsed && ledger.verify(*parsed)));
    }
    // By a program that takes the suite from elsewhere.
    Receipt receipt = ledger.receipt(3, {1});
    receipt.suite = other_than(suite);
    CHECK(ledger.verify(receipt).error().message == "seal.other-suite");
  }
}

}  // namespace nianlun::testing
