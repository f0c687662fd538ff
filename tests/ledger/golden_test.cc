// The worked example of docs/formats.md: bytes that must never change while the formats are version
// 1. After a change of format, NIANLUN_GOLDEN=write makes the files anew.

#include <cstdlib>
#include <fstream>

#include "ledger/admission.h"
#include "ledger/entry_proof.h"
#include "ledger/seal_samples.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

constexpr const char* kFolder = NIANLUN_SOURCE_DIR "/tests/golden/";

void check_golden(const std::string& name, const std::string& text) {
  const char* mode = std::getenv("NIANLUN_GOLDEN");
  if (mode != nullptr && std::string_view(mode) == "write") {
    std::ofstream(kFolder + name, std::ios::binary) << text;
  }
  CAPTURE(name);
  CHECK(read_file(kFolder + name) == text);
}

std::string canonical_text(const Json& json) { return canonical(json).value(); }

}  // namespace

TEST_CASE("a capture, its seal, record, admission and receipt have the bytes that are published") {
  const SampleLedger ledger;
  const auto events = captured({sample_event("1"), sample_event("2"), sample_event("3")});
  const Json seal = sample_seal(ledger.identity(), events, {&ledger.device});
  check_golden("seal.json", canonical_text(seal));
  check_golden("capture.json", canonical_text(capture_document(events, seal, {}, kSampleTime)));
  check_golden("record.json", canonical_text(ledger.records[3].record));
  check_golden("receipt.json", canonical_text(receipt_json(ledger.receipt(3, {1}))));
  check_golden("checkpoint.txt", ledger.checkpoint());
  const ProofFile proof{"", 3, ledger.proven(3).path, ledger.checkpoint()};
  check_golden("receipt.tlog-proof", proof_file_text(proof));
  const SignOctets sign = [&](Bytes octets) { return ledger.log.sign_octets(octets); };
  check_golden("receipt.cose",
               make_cose_receipt(proof, ledger.genesis, ledger.log.verifier().key(), sign).value());
  Admission admission;
  admission.time_ms = kSampleTime + 1000;
  admission.seal = parse_seal(seal).value();
  for (const CaptureEvent& event : events) {
    admission.events.push_back({event, base64url(std::string(16, 's')), {}});
  }
  check_golden("admission.json", encode_admission(admission));
}

TEST_CASE("the published files hold, read as a stranger reads them") {
  const auto document = Json::parse(read_file(std::string(kFolder) + "capture.json")).value();
  CHECK(parse_capture(document, PublicKey::from_did).has_value());
  const auto receipt =
      parse_receipt(Json::parse(read_file(std::string(kFolder) + "receipt.json")).value());
  REQUIRE(receipt);
  const NoteVerifier log =
      NoteVerifier::parse(read_file(std::string(kFolder) + "log.vkey")).value();
  CHECK(verify_receipt(*receipt, std::span(&log, 1)).has_value());
  const std::string record = read_file(std::string(kFolder) + "record.json");
  const auto proof = parse_proof_file(read_file(std::string(kFolder) + "receipt.tlog-proof"));
  REQUIRE(proof);
  CHECK(verify_proof_file(*proof, record, std::span(&log, 1)).has_value());
  const auto cose = parse_cose_receipt(read_file(std::string(kFolder) + "receipt.cose"));
  REQUIRE(cose);
  CHECK(verify_cose_receipt(*cose, record, std::span(&log, 1)).has_value());
}

TEST_CASE("a receipt of a ledger of SM2 and SM3 that was made once holds") {
  // SM2 signs differently each time, so it is not made anew: only what it says is.
  const SampleLedger ledger(Suite::kSm2Sm3);
  const char* mode = std::getenv("NIANLUN_GOLDEN");
  if (mode != nullptr && std::string_view(mode) == "write") {
    check_golden("sm2-sm3.receipt.json", canonical_text(receipt_json(ledger.receipt(3, {1}))));
  }
  const std::string text = read_file(std::string(kFolder) + "sm2-sm3.receipt.json");
  const auto receipt = parse_receipt(Json::parse(text).value());
  REQUIRE(receipt);
  CHECK(receipt->suite == Suite::kSm2Sm3);
  CHECK(canonical_text(receipt_json(*receipt)) == text);
  const auto facts = ledger.verify(*receipt);
  REQUIRE(facts);
  CHECK(canonical_text(facts->event) == canonical_text(sample_event("2")));
  CHECK(facts->signers == std::vector{did(ledger.device)});
}

TEST_CASE("the numbers of the worked example in docs/formats.md are those of the files") {
  const std::string text = read_file(NIANLUN_SOURCE_DIR "/docs/formats.md");
  const SampleLedger ledger;
  const auto events = captured({sample_event("1"), sample_event("2"), sample_event("3")});
  const auto stands = [&](const std::string& value) {
    CAPTURE(value);
    CHECK(text.find(value) != std::string::npos);
  };
  for (const Hash& leaf : leaves_of(events)) stands(hex(leaf));
  stands(did(ledger.authority));
  stands(did(ledger.device));
  stands(ledger.log.verifier().vkey());
  stands(hex(ledger.genesis));
  stands(hex(ledger.records[3].seal.root));
  stands(hex(ledger.records[3].seal.hash));
  stands(hex(ledger.records[3].seal.proofs_hash));
  stands(hex(record_hash(canonical_text(ledger.records[3].record))));
  stands(hex(ledger.leaves[3]));
  stands(hex(root_of(ledger.leaves)));
  stands(hex(cose_key_id(ledger.log.verifier().key())));
}

}  // namespace nianlun::testing
