// What a dishonest log, device or messenger may try with a receipt. Each has to fail by its own
// error, through what `ledger verify` does.

#include <functional>

#include "ledger/disclosure.h"
#include "ledger/entry_proof.h"
#include "ledger/seal_samples.h"
#include "verified.h"

namespace nianlun::testing {
namespace {

/// A ledger whose device has a key of P-256, and who attacks it: both may sign whatever they like.
struct Attacked : SampleLedger {
  PrivateKey phone = sample_key(7, KeyType::kP256);
  std::uint64_t enrolled = 6;
  std::uint64_t first = 7;  // of three events

  Attacked() {
    add(captured({enrolment(phone)}), {&authority}, identity());
    add(captured({sample_event("7"), sample_event("8"), sample_event("9")}), {&phone}, identity());
  }
  Json receipt_at(std::uint64_t index) const { return receipt_json(receipt(index, {enrolled})); }
  std::string verdict(const Json& json) const { return verdict_on(json.dump()); }
  std::string verdict_on(const std::string& text, const std::optional<Buffer>& record = {}) const {
    const auto verified = verify_any(text, record, std::span(&log.verifier(), 1));
    return verified ? "holds" : verified.error().message;
  }
  /// The log takes another seal or record into its tree.
  void log_anew(std::uint64_t index) {
    leaves[index] = record_leaf(canonical(records[index].record).value());
  }
  ProofFile proof_file(std::uint64_t index) const {
    return {"", index, proven(index).path, checkpoint()};
  }
  Buffer cose(const ProofFile& proof) const {
    const SignOctets sign = [this](Bytes octets) { return log.sign_octets(octets); };
    return make_cose_receipt(proof, genesis, log.verifier().key(), sign).value();
  }
  Buffer record(std::uint64_t index) const { return canonical(records[index].record).value(); }
};

}  // namespace

TEST_CASE("an event or record in the place of another is seen") {
  const Attacked world;
  REQUIRE(world.verdict(world.receipt_at(8)) == "holds");
  Json event = world.receipt_at(8);
  at(event, {"record"}).set("event", *world.records[7].record.find("event"));
  CHECK(world.verdict(event) == "receipt.wrong-seal-path");
  Json record = world.receipt_at(8);
  record.set("record", world.records[7].record);
  record.set("sealPath", *world.receipt_at(7).find("sealPath"));
  CHECK(world.verdict(record) == "receipt.wrong-path");
}

TEST_CASE("a seal that was made for another ledger is worth nothing in this one") {
  Attacked world;
  const std::string other = "ledger.example.org/forest#" + std::string(64, 'a');
  world.add(captured({sample_event("10")}), {&world.phone}, other);
  CHECK(world.verdict(world.receipt_at(10)) == "receipt.other-ledger");
  world.add(captured({sample_event("11")}), {&world.phone}, std::string(kOrigin));
  CHECK(world.verdict(world.receipt_at(11)) == "receipt.other-ledger");
}

TEST_CASE(
    "a path of another size, a checkpoint of a fork, and a size that is not that of the path") {
  const Attacked world;
  Attacked longer;
  longer.add(captured({sample_event("12")}), {&longer.phone}, longer.identity());
  Json path = longer.receipt_at(8);
  path.set("path", *world.receipt_at(8).find("path"));
  CHECK(longer.verdict(path) == "receipt.wrong-path");
  Json size = longer.receipt_at(8);
  size.set("checkpoint", world.checkpoint());
  CHECK(longer.verdict(size) == "receipt.other-checkpoint");

  Attacked fork;
  fork.records[9].record.set("salt", base64url(std::string(16, 'x')));
  fork.log_anew(9);
  Json forked = world.receipt_at(8);
  forked.set("checkpoint", fork.checkpoint());
  CHECK(world.verdict(forked) == "receipt.wrong-path");
  ProofFile proof = world.proof_file(8);
  proof.checkpoint = fork.checkpoint();
  CHECK(world.verdict_on(proof_file_text(proof), world.record(8)) == "receipt.wrong-path");

  // A tree of another size can have the same path to the same root: the size is signed.
  const CoseReceipt honest = parse_cose_receipt(world.cose(world.proof_file(3))).value();
  for (const std::uint64_t claimed : {9U, 11U, 12U, 16U}) {
    CoseReceipt lying = honest;
    lying.size = claimed;
    const Cbor proof_of_it = Cbor::array({Cbor::number(claimed), Cbor::number(3), Cbor::array([&] {
                                            std::vector<Cbor> hashes;
                                            for (const Hash& hash : honest.path)
                                              hashes.push_back(Cbor::bytes(hash.view()));
                                            return hashes;
                                          }())});
    lying.message.unprotected_header = Cbor::map(
        {{Cbor::label(396),
          Cbor::map({{Cbor::label(-1), Cbor::array({Cbor::bytes(proof_of_it.encode())})}})}});
    CHECK(world.verdict_on(encode(lying.message), world.record(3)) == "cose.malformed");
  }
}

TEST_CASE("a seal whose count is not that of its tree has no path") {
  Attacked world;
  const auto events = captured({sample_event("20"), sample_event("21"), sample_event("22")});
  SealDraft draft = sample_draft(world.identity(), events);
  Json seal = make_seal(draft, std::array<const PrivateKey*, 1>{&world.phone}).value();
  for (const int count : {1, 2, 5, 9}) {
    CAPTURE(count);
    Attacked copy;
    Json lying = seal;
    lying.set("count", count);
    lying = signed_anew(std::move(lying), {&copy.phone});
    ProvenRecord& attacked = copy.records[8];
    attacked.seal = parse_seal(lying).value();
    attacked.record.set("seal", hex(attacked.seal.hash));
    attacked.record.set("proofs", hex(attacked.seal.proofs_hash));
    attacked.record.set("event", events[1].event);
    attacked.seal_path = inclusion_path(leaves_of(events), 1);
    copy.log_anew(8);
    const std::string said = copy.verdict(copy.receipt_at(8));
    CHECK(said == (count == 1 ? "receipt.other-seal" : "receipt.wrong-seal-path"));
  }
}

TEST_CASE("another signer's proof, and the high-S twin of a signature, are refused") {
  Attacked world;
  const Json honest = world.receipt_at(8);
  Json twin = honest;
  Json& value = at(twin, {"proofs", "0", "proofValue"});
  value = Json(other_s(value.string()));
  CHECK(world.verdict(twin) == "receipt.other-seal");  // the record names the proofs' hash
  ProvenRecord& attacked = world.records[8];
  attacked.seal = parse_seal(attacked.seal.json, at(twin, {"proofs"})).value();
  attacked.record.set("proofs", hex(attacked.seal.proofs_hash));
  world.log_anew(8);
  CHECK(world.verdict(world.receipt_at(8)) == "receipt.wrong-signature");
  // The same with a proof by a key that is enrolled too.
  attacked.seal = parse_seal(signed_anew(attacked.seal.json, {&world.device})).value();
  attacked.record.set("proofs", hex(attacked.seal.proofs_hash));
  world.log_anew(8);
  CHECK(world.verdict(world.receipt_at(8)) == "receipt.wrong-signature");
}

TEST_CASE("a key and a suite that do not fit, or a suite that the format lacks, are refused") {
  Attacked world;
  Json suite = world.receipt_at(8);
  at(suite, {"proofs", "0"}).set("cryptosuite", "eddsa-jcs-2022");
  CHECK(world.verdict(suite) == "receipt.other-seal");
  ProvenRecord& attacked = world.records[8];
  attacked.seal = parse_seal(attacked.seal.json, at(suite, {"proofs"})).value();
  attacked.record.set("proofs", hex(attacked.seal.proofs_hash));
  world.log_anew(8);
  CHECK(world.verdict(world.receipt_at(8)) == "receipt.wrong-signature");
  for (const char* name : {"sha512", "sm3", "SHA256"}) {
    Json other = world.receipt_at(8);
    at(other, {"seal"}).set("suite", name);
    CHECK(world.verdict(other) == "seal.malformed");
  }
  Json twice = world.receipt_at(8);
  at(twice, {"seal", "signers"}).push(did(world.phone));
  CHECK(world.verdict(twice) == "seal.signer-twice");
}

TEST_CASE("disclosures come in the order of their digests, each once and as it was sealed") {
  Attacked world;
  std::vector<std::string> encoded = {make_disclosure("c2FsdC1vbmU", "nianlun:price", "12").encoded,
                                      make_disclosure("c2FsdC10d28", "nianlun:name", "Li").encoded};
  std::ranges::sort(encoded, {}, [](const std::string& one) { return disclosure_digest(one); });
  Json event = sample_event("30");
  event.set("nianlun:sd",
            Json::Array{Json(disclosure_digest(encoded[0])), Json(disclosure_digest(encoded[1]))});
  world.add(captured({event}), {&world.phone}, world.identity());
  const auto with = [&](const std::vector<std::string>& disclosures) {
    Json json = world.receipt_at(10);
    json.set("disclosures", Json::Array(disclosures.begin(), disclosures.end()));
    return world.verdict(json);
  };
  CHECK(with(encoded) == "holds");
  CHECK(with({encoded[1]}) == "holds");
  CHECK(with({encoded[1], encoded[0]}) == "receipt.disclosure-of-nothing");
  CHECK(with({encoded[0], encoded[0]}) == "receipt.disclosure-of-nothing");
  // The same salt, name and value in another spelling has another digest.
  const std::string inner = from_base64url(encoded[0]).value();
  CHECK(with({base64url(" " + inner)}) == "receipt.disclosure-of-nothing");
  Json swapped = world.receipt_at(10);
  std::ranges::reverse(at(swapped, {"record", "event", "nianlun:sd"}).array());
  CHECK(world.verdict(swapped) == "receipt.wrong-seal-path");
}

TEST_CASE("every other spelling of JSON, base64, base58, hexadecimal and did:key is refused") {
  const Attacked world;
  const Json honest = world.receipt_at(8);
  const std::string text = honest.dump();
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string other = text;
    const std::size_t place = other.find(from);
    REQUIRE(place != std::string::npos);
    return world.verdict_on(other.replace(place, from.size(), to));
  };
  CHECK(replaced("\"v\":1,", "\"v\":1,\"v\":1,") == "json.duplicate-member");
  CHECK(replaced("\"index\":8", "\"index\":8.0") == "json.number-not-canonical");
  CHECK(replaced("\"index\":8", "\"index\":08") == "json.syntax");
  CHECK(replaced("\"position\":1", "\"position\":1.0") == "json.number-not-canonical");
  const auto changed = [&](std::initializer_list<std::string_view> path,
                           const std::function<std::string(std::string)>& change) {
    Json other = honest;
    Json& value = at(other, path);
    value = Json(change(value.string()));
    return world.verdict(other);
  };
  const auto upper = [](std::string digits) {
    std::ranges::transform(digits, digits.begin(),
                           [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
    return digits;
  };
  CHECK(changed({"path", "0"}, upper) == "receipt.malformed");
  CHECK(changed({"seal", "root"}, upper) == "seal.malformed");
  CHECK(changed({"proofs", "0", "proofValue"},
                [](std::string value) { return "z1" + value.substr(1); }) == "receipt.other-seal");
  CHECK(changed({"seal", "submitter"}, [](std::string key) { return key + "1"; }) ==
        "seal.malformed");
  CHECK(changed({"checkpoint"}, [](std::string note) {
          note.insert(note.size() - 1, "=");
          return note;
        }) == "note.malformed");
  CHECK(changed({"checkpoint"}, [](std::string note) { return note + "\n"; }) == "note.malformed");
  CHECK(changed({"checkpoint"}, [](std::string note) {
          return note.replace(note.find('\n'), 1, "\r\n");
        }) == "note.malformed");
  CHECK(changed({"checkpoint"}, [](std::string note) {
          return note.replace(note.find("\n10\n"), 4, "\n010\n");
        }) == "checkpoint.malformed");
}

TEST_CASE("every other spelling of a proof file or of CBOR is refused") {
  const Attacked world;
  const std::string file = proof_file_text(world.proof_file(8));
  const Buffer record = world.record(8);
  REQUIRE(world.verdict_on(file, record) == "holds");
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string other = file;
    return world.verdict_on(other.replace(other.find(from), from.size(), to), record);
  };
  CHECK(replaced("index 8", "index 08") == "proof-file.malformed");
  CHECK(replaced("index 8", "index +8") == "proof-file.malformed");
  CHECK(replaced("index 8\n", "index 8\r\n") == "proof-file.malformed");
  CHECK(replaced("=\n", "\n") == "proof-file.malformed");
  CHECK(replaced("@v1", "@v2") == "proof-file.malformed");
  const Buffer cose = world.cose(world.proof_file(8));
  REQUIRE(world.verdict_on(cose, record) == "holds");
  // The tag in two octets; an array of indefinite length; octets behind the end.
  CHECK(world.verdict_on("\xd2" + cose.substr(1) + "x", record) == "cbor.malformed");
  CHECK(world.verdict_on("\xd2\x98\x04" + cose.substr(2), record) == "cbor.malformed");
  CHECK(world.verdict_on("\xd2\x9f" + cose.substr(2) + "\xff", record) == "cbor.malformed");
  CHECK(world.verdict_on(cose.substr(1), record) == "json.syntax");  // without its tag
}

}  // namespace nianlun::testing
