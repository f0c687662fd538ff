#include "ledger/entry_proof.h"

#include "ledger/cosignature.h"
#include "ledger/seal_samples.h"

namespace nianlun::testing {
namespace {

ProofFile proof_of(const SampleLedger& ledger, std::uint64_t index) {
  return {"", index, ledger.proven(index).path, ledger.checkpoint()};
}

Buffer cose_of(const SampleLedger& ledger, const ProofFile& proof) {
  const SignOctets sign = [&](Bytes octets) { return ledger.log.sign_octets(octets); };
  return make_cose_receipt(proof, ledger.genesis, ledger.log.verifier().key(), sign).value();
}

Buffer record_of(const SampleLedger& ledger, std::uint64_t index) {
  return canonical(ledger.records.at(index).record).value();
}

template <class Proof>
std::string said(const Proof& proof, Bytes record, std::span<const NoteVerifier> keys) {
  Result<EntryFacts> facts = fail(ErrorCode::kIo, "");
  if constexpr (std::is_same_v<Proof, ProofFile>) {
    facts = verify_proof_file(proof, record, keys);
  } else {
    facts = verify_cose_receipt(proof, record, keys);
  }
  return facts ? "holds" : facts.error().message;
}

}  // namespace

TEST_CASE("a proof file and a COSE receipt prove each record under the log's key, and no other") {
  const SampleLedger ledger;
  const auto keys = std::span(&ledger.log.verifier(), 1);
  for (std::uint64_t index = 0; index < 6; ++index) {
    const ProofFile proof = proof_of(ledger, index);
    const Buffer record = record_of(ledger, index);
    const auto facts = verify_proof_file(proof, record, keys);
    REQUIRE(facts);
    CHECK(facts->origin == kOrigin);
    CHECK(facts->index == index);
    CHECK(facts->size == 6);
    CHECK(facts->record.time_ms == kSampleTime + 1000);
    const Buffer octets = cose_of(ledger, proof);
    const auto receipt = parse_cose_receipt(octets);
    REQUIRE(receipt);
    CHECK(encode(receipt->message) == octets);
    CHECK(receipt->message.signature.size() == 64);
    const auto said_by_it = verify_cose_receipt(*receipt, record, keys);
    REQUIRE(said_by_it);
    CHECK(said_by_it->genesis == hex(ledger.genesis));
    CHECK(said_by_it->index == index);
    const Buffer other = record_of(ledger, (index + 1) % 6);
    CHECK(said(proof, other, keys) == "receipt.wrong-path");
    CHECK(said(*receipt, other, keys) == "cose.false-signature");
  }
}

TEST_CASE("the keys decide: another log, another key of it, a witness alone") {
  const SampleLedger ledger;
  const ProofFile proof = proof_of(ledger, 3);
  const CoseReceipt receipt = parse_cose_receipt(cose_of(ledger, proof)).value();
  const Buffer record = record_of(ledger, 3);
  const NoteSigner elsewhere = NoteSigner::create("ledger.example.org/x", sample_key(4)).value();
  const NoteSigner rolled = NoteSigner::create(std::string(kOrigin), sample_key(9)).value();
  const Cosigner witness = Cosigner::create(std::string(kOrigin), sample_key(9)).value();
  for (const auto& [key, file_says, cose_says] :
       {std::tuple{elsewhere.verifier(), "receipt.other-log", "receipt.other-log"},
        std::tuple{rolled.verifier(), "note.no-known-signature", "receipt.not-signed-by-log"},
        std::tuple{witness.verifier(), "receipt.other-log", "receipt.other-log"}}) {
    CHECK(said(proof, record, std::span(&key, 1)) == file_says);
    CHECK(said(receipt, record, std::span(&key, 1)) == cose_says);
  }
  CHECK(said(proof, record, {}) == "receipt.other-log");
  const NoteVerifier both[] = {rolled.verifier(), ledger.log.verifier()};
  CHECK(said(receipt, record, both) == "holds");
}

TEST_CASE("a witness's cosignature is told, and a false one spoils the proof") {
  const SampleLedger ledger;
  const Cosigner witness = Cosigner::create("witness.example.org", sample_key(9)).value();
  const NoteVerifier keys[] = {ledger.log.verifier(), witness.verifier()};
  ProofFile proof = proof_of(ledger, 3);
  const std::string text = parse_note(proof.checkpoint)->text;
  NoteSignature cosignature = witness.cosign(text, 1'777'622'500).value();
  proof.checkpoint = add_signatures(proof.checkpoint, std::span(&cosignature, 1)).value();
  const auto facts = verify_proof_file(proof, record_of(ledger, 3), keys);
  REQUIRE(facts);
  REQUIRE(facts->cosigned.size() == 1);
  CHECK(facts->cosigned[0].name == "witness.example.org");
  CHECK(facts->cosigned[0].time_s == 1'777'622'500);
  ProofFile alone = proof_of(ledger, 3);
  alone.checkpoint = text + "\n" + signature_line(cosignature);
  CHECK(said(alone, record_of(ledger, 3), keys) == "receipt.not-signed-by-log");
  cosignature.octets[7] = static_cast<char>(cosignature.octets[7] ^ 1);  // its time
  proof.checkpoint = add_signatures(ledger.checkpoint(), std::span(&cosignature, 1)).value();
  CHECK(said(proof, record_of(ledger, 3), keys) == "note.false-signature");
}

TEST_CASE("a record in another spelling has no proof") {
  const SampleLedger ledger;
  const auto keys = std::span(&ledger.log.verifier(), 1);
  const ProofFile proof = proof_of(ledger, 3);
  const Buffer record = record_of(ledger, 3);
  for (const Buffer& other : {record + "\n", " " + record, Buffer("{}"), Buffer()}) {
    CHECK(said(proof, other, keys) == "receipt.malformed");
    CHECK(said(parse_cose_receipt(cose_of(ledger, proof)).value(), other, keys) ==
          "receipt.malformed");
  }
}

TEST_CASE("one bit off anywhere in a COSE receipt is refused") {
  const SampleLedger ledger;
  const auto keys = std::span(&ledger.log.verifier(), 1);
  const Buffer octets = cose_of(ledger, proof_of(ledger, 3));
  const Buffer record = record_of(ledger, 3);
  for (std::size_t i = 0; i < 8 * octets.size(); ++i) {
    Buffer changed = octets;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    const auto receipt = parse_cose_receipt(changed);
    if (receipt) CHECK(said(*receipt, record, keys) != "holds");
  }
  CHECK(!parse_cose_receipt(octets + Buffer(1, '\0')));
  CHECK(!parse_cose_receipt(octets.substr(0, octets.size() - 1)));
}

TEST_CASE("what nobody signed, and what nobody reads, may not stand in a COSE receipt") {
  const SampleLedger ledger;
  const CoseSign1 good = parse_cose_receipt(cose_of(ledger, proof_of(ledger, 3)))->message;
  const auto refused = [](const CoseSign1& message) {
    const auto receipt = parse_cose_receipt(encode(message));
    return receipt ? "read" : receipt.error().arguments.at(0).second;
  };
  CHECK(refused(good) == "read");
  CoseSign1 other = good;
  other.payload = "the root";
  CHECK(refused(other) == "payload");
  other = good;
  other.unprotected_header =
      Cbor::map({{Cbor::label(cose::kProofs), *good.unprotected_header.find(cose::kProofs)},
                 {Cbor::label(99), Cbor()}});
  CHECK(refused(other) == "unprotected");
  other.unprotected_header = Cbor::map({});
  CHECK(refused(other) == "proof");
  other = good;
  std::vector<std::pair<Cbor, Cbor>> entries;
  const auto& items = good.protected_header.items();
  for (std::size_t i = 0; i < items.size(); i += 2) entries.emplace_back(items[i], items[i + 1]);
  const auto with = [&](std::size_t entry, Cbor value) {
    auto changed = entries;
    changed.at(entry).second = std::move(value);
    CoseSign1 made = good;
    made.protected_octets = Cbor::map(std::move(changed)).encode();
    return refused(made);
  };
  CHECK(with(0, Cbor::label(cose::kEs256)) == "protected");
  CHECK(with(1, Cbor::text("kid")) == "kid");
  CHECK(with(2, Cbor::map({})) == "iss");
  CHECK(with(2, Cbor::map({{Cbor::label(1), Cbor::text("x")},
                           {Cbor::label(2), Cbor::text("y")}})) == "sub");
  CHECK(with(3, Cbor::label(2)) == "vds");
  entries.emplace_back(Cbor::label(cose::kCritical), Cbor::array({Cbor::label(99)}));
  CHECK(with(4, Cbor::array({Cbor::label(99)})) == "protected");
}

TEST_CASE("the log's key signs no text as octets, and no octets as text") {
  const SampleLedger ledger;
  const std::string text = parse_note(ledger.checkpoint())->text;
  CHECK(ledger.log.sign_octets(text).error().message == "note.is-text");
  CHECK(ledger.log.sign_octets("").error().message == "note.is-text");
  const Buffer structure = cose_signed_octets("", sha256("root").view());
  CHECK(ledger.log.sign_octets(structure).has_value());
  CHECK(!ledger.log.sign(structure));
}

}  // namespace nianlun::testing
