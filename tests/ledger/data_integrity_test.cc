#include "ledger/data_integrity.h"

#include <doctest/doctest.h>

#include "ledger/encoding.h"
#include "vectors.h"

namespace nianlun {
namespace {

constexpr const char* kCreated = "2026-04-03T10:15:00+08:00";
constexpr KeyType kTypes[] = {KeyType::kP256, KeyType::kEd25519};

std::string vector_text(const std::string& file) {
  std::string text = testing::read_file(testing::vectors() / "transparency" / file);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Json vector_json(const std::string& file) {
  const auto json = Json::parse(vector_text(file));
  REQUIRE(json);
  return *json;
}

PrivateKey key_of(KeyType type, char seed = 7) {
  auto key = PrivateKey::from_seed(type, std::string(32, seed));
  REQUIRE(key);
  return *std::move(key);
}

/// A private key in multibase: two octets of multicodec, then the seed.
PrivateKey published_key(KeyType type, std::string_view multibase) {
  const auto octets = from_base58(multibase.substr(1));
  REQUIRE(octets);
  auto key = PrivateKey::from_seed(type, Bytes(*octets).substr(2));
  REQUIRE(key);
  return *std::move(key);
}

Hash hash_of(const Json& json) { return sha256(*canonical(json)); }

Json document() {
  return *Json::parse(R"({"@context":["https://example.org/a",{"b":"https://example.org/b"}],
                          "type":"CaptureSeal","count":12,"name":"年轮"})");
}

Json with_proof(Json json, Json proof) { return json.set("proof", std::move(proof)); }

/// Whether the document's proofs hold; if not, the id of the message that says why.
std::string verdict(const Json& json) {
  const auto signers = verify_document(json);
  return signers ? "holds" : signers.error().message;
}

/// Checks each published step of making a proof.
void check_steps(const std::string& folder, const std::string& suffix, const Json& unsigned_json) {
  const std::string doc_hash = vector_text(folder + "docHash" + suffix + ".txt");
  CHECK(*canonical(unsigned_json) == vector_text(folder + "canonDoc" + suffix + ".txt"));
  CHECK(hex(hash_of(unsigned_json)) == doc_hash);
  const Json config = vector_json(folder + "proofConfig" + suffix + ".json");
  CHECK(*canonical(config) == vector_text(folder + "proofCanon" + suffix + ".txt"));
  CHECK(hex(hash_of(config)) == vector_text(folder + "proofHash" + suffix + ".txt"));
  CHECK(hex(hash_of(config)) + doc_hash == vector_text(folder + "combinedHash" + suffix + ".txt"));
  CHECK("z" + base58(*from_hex(vector_text(folder + "sigHex" + suffix + ".txt"))) ==
        vector_text(folder + "sigBTC58" + suffix + ".txt"));
}

}  // namespace

TEST_CASE("the published eddsa-jcs-2022 vector holds, and is made again octet for octet") {
  const std::string root = "w3c-vc-di-eddsa/TestVectors/";
  const Json bare = vector_json(root + "unsigned.json");
  check_steps(root + "eddsa-jcs-2022/", "JCS", bare);
  const Json published = vector_json(root + "eddsa-jcs-2022/signedJCS.json");
  const Json keys = vector_json(root + "keyPair.json");
  const auto signers = verify_document(published);
  REQUIRE(signers);
  REQUIRE(signers->size() == 1);
  CHECK(signers->front().did() == "did:key:" + keys.find("publicKeyMultibase")->string());
  const PrivateKey key = published_key(KeyType::kEd25519, keys.text("privateKeyMultibase"));
  const auto proof = make_proof(bare, key, "2023-02-24T23:36:38Z");
  REQUIRE(proof);
  CHECK(with_proof(bare, *proof) == published);
}

TEST_CASE("the published ecdsa-jcs-2019 vector for P-256 holds, and its key signs anew") {
  const std::string root = "w3c-vc-di-ecdsa/TestVectors/";
  const Json bare = vector_json(root + "unsigned.json");
  check_steps(root + "ecdsa-jcs-2019-p256/", "JCSECDSAP256", bare);
  const Json published = vector_json(root + "ecdsa-jcs-2019-p256/signedJCSECDSAP256.json");
  CHECK(verdict(published) == "holds");
  const Json keys = vector_json(root + "p256KeyPair.json");
  const PrivateKey key = published_key(KeyType::kP256, keys.text("secretKeyMultibase"));
  auto proof = make_proof(bare, key, "2023-02-24T23:36:38Z");
  REQUIRE(proof);
  CHECK(verdict(with_proof(bare, *proof)) == "holds");
  Json expected = *published.find("proof");
  CHECK((proof->erase("proofValue") && expected.erase("proofValue")));
  CHECK(*proof == expected);
}

TEST_CASE("P-384 and the suites over RDF are refused by name") {
  CHECK(verdict(vector_json("w3c-vc-di-ecdsa/TestVectors/ecdsa-jcs-2019-p384/"
                            "signedJCSECDSAP384.json")) == "key.unsupported-type");
  for (const char* name :
       {"signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"}) {
    CHECK(verdict(vector_json(std::string("w3c-vc-di-eddsa/TestVectors/proof-set-chain/") + name +
                              ".json")) == "proof.unsupported-suite");
  }
}

TEST_CASE("a chain as in the published one holds, and each link secures those before it") {
  // The published chain is by eddsa-rdfc-2022, so ours has its keys, ids and shape with our suite:
  // the third proof names the first two, and the fourth the third.
  const std::string root = "w3c-vc-di-eddsa/TestVectors/proof-set-chain/";
  const Json published = vector_json(root + "signedProofChain2.json");
  const Json keys = vector_json(root + "multiKeyPairs.json");
  Json bare = published;
  bare.erase("proof");
  Json::Array proofs;
  for (const Json& step : published.find("proof")->array()) {
    Json config = step;
    config.erase("proofValue");
    config.set("cryptosuite", "eddsa-jcs-2022");
    Json input = bare;
    if (proofs.size() == 2) input.set("proof", Json::Array{proofs[0], proofs[1]});
    if (proofs.size() == 3) input.set("proof", Json::Array{proofs[2]});
    const std::string pair = "keyPair" + std::to_string(proofs.size() + 1);
    const PrivateKey key =
        published_key(KeyType::kEd25519, keys.find(pair)->text("privateKeyMultibase"));
    auto proof = sign_proof(hash_of(input), config, key);
    REQUIRE(proof);
    proofs.push_back(*std::move(proof));
  }
  const auto signers = verify_document(with_proof(bare, proofs));
  REQUIRE(signers);
  REQUIRE(signers->size() == 4);
  CHECK(signers->at(3).did() ==
        "did:key:" + std::string(keys.find("keyPair4")->text("publicKeyMultibase")));
  CHECK(verdict(with_proof(bare, Json::Array{proofs[1], proofs[0]})) == "holds");

  CHECK(verdict(with_proof(bare, Json::Array{proofs[0], proofs[2]})) == "proof.no-previous");
  CHECK(verdict(with_proof(bare, Json::Array{proofs[3]})) == "proof.no-previous");
  CHECK(verdict(with_proof(bare, Json::Array{proofs[0], proofs[0]})) == "proof.same-id");
  // Another valid proof under the first one's id: it holds by itself, but not for the third proof.
  Json replaced = proofs[0];
  replaced.erase("proofValue");
  replaced.set("created", "2024-01-01T00:00:00Z");
  const PrivateKey first =
      published_key(KeyType::kEd25519, keys.find("keyPair1")->text("privateKeyMultibase"));
  replaced = *sign_proof(hash_of(bare), replaced, first);
  CHECK(verdict(with_proof(bare, Json::Array{replaced})) == "holds");
  CHECK(verdict(with_proof(bare, Json::Array{replaced, proofs[1], proofs[2]})) ==
        "signature.wrong");
}

TEST_CASE("several signers may each put a proof on one document") {
  Json::Array proofs;
  for (const KeyType type : kTypes) {
    proofs.push_back(*make_proof(document(), key_of(type), kCreated));
  }
  const auto signers = verify_document(with_proof(document(), proofs));
  REQUIRE(signers);
  CHECK(signers->at(0) == key_of(KeyType::kP256).public_key());
  CHECK(signers->at(1) == key_of(KeyType::kEd25519).public_key());
  CHECK(verdict(with_proof(document(), Json::Array())) == "proof.none");
  CHECK(verdict(document()) == "proof.none");
  CHECK(verdict(with_proof(document(), Json::Array(33, proofs[0]))) == "proof.too-many");
  Json wrong = proofs[1];
  wrong.set("created", "2026-04-03T10:15:01+08:00");
  CHECK(verdict(with_proof(document(), Json::Array{proofs[0], wrong})) == "signature.wrong");
}

TEST_CASE("a change of any member of document or proof breaks the proof") {
  for (const KeyType type : kTypes) {
    const Json proof = *make_proof(document(), key_of(type), kCreated);
    REQUIRE(verdict(with_proof(document(), proof)) == "holds");
    CHECK(verdict(with_proof(document().set("count", 13), proof)) == "signature.wrong");
    CHECK(verdict(with_proof(document().set("more", 1), proof)) == "signature.wrong");
    const auto changed = [&](const char* name, Json value) {
      return verdict(with_proof(document(), Json(proof).set(name, std::move(value))));
    };
    CHECK(changed("unknown", 1) == "signature.wrong");
    CHECK(changed("created", "2026-04-03T10:15:00Z") == "signature.wrong");
    CHECK(changed("created", "yesterday") == "proof.wrong-created");
    CHECK(changed("created", 5) == "proof.wrong-created");
    CHECK(changed("type", "Ed25519Signature2020") == "proof.wrong-type");
    CHECK(changed("proofPurpose", "authentication") == "proof.wrong-purpose");
    CHECK(changed("cryptosuite", "ecdsa-sd-2023") == "proof.unsupported-suite");
    CHECK(changed("cryptosuite", type == KeyType::kP256 ? "eddsa-jcs-2022" : "ecdsa-jcs-2019") ==
          "proof.other-key-type");
    const PublicKey other = key_of(type, 8).public_key();
    CHECK(changed("verificationMethod", other.verification_method()) == "signature.wrong");
    CHECK(changed("verificationMethod", other.did()) == "proof.wrong-method");
    CHECK(changed("verificationMethod", other.did() + "#key-1") == "proof.wrong-method");
    CHECK(changed("@context", "https://example.org/b") == "proof.other-context");
    CHECK(changed("previousProof", "urn:uuid:1") == "proof.no-previous");
    const std::string value(proof.text("proofValue"));
    CHECK(changed("proofValue", value.substr(1)) == "proof.wrong-value");
    CHECK(changed("proofValue", "u" + value.substr(1)) == "proof.wrong-value");
    CHECK(changed("proofValue", value + "0") == "proof.wrong-value");
    CHECK(changed("proofValue", value + "1") == "signature.wrong");
    CHECK(changed("proofValue", "z1" + value.substr(1)) == "signature.wrong");
    CHECK(changed("proofValue", nullptr) == "proof.wrong-value");
    CHECK(verdict(with_proof(document(), "proof")) == "proof.malformed");
  }
}

TEST_CASE("unknown members of a proof are allowed and signed, and created may be left out") {
  const PrivateKey key = key_of(KeyType::kP256);
  Json proof = *make_proof(document(), key, kCreated);
  proof.erase("proofValue");
  proof.erase("created");
  proof.erase("@context");
  proof.set("nonce", "12");
  const auto signed_proof = sign_proof(hash_of(document()), proof, key);
  REQUIRE(signed_proof);
  CHECK(verdict(with_proof(document(), *signed_proof)) == "holds");
  Json without = *signed_proof;
  without.erase("nonce");
  CHECK(verdict(with_proof(document(), without)) == "signature.wrong");
}

TEST_CASE("the document's context must begin with the proof's") {
  const PrivateKey key = key_of(KeyType::kEd25519);
  const Json* context = nullptr;
  const Json whole = document();
  context = whole.find("@context");
  Json config = *make_proof(whole, key, kCreated);
  config.erase("proofValue");
  const auto holds = [&](Json proof_context) {
    config.set("@context", std::move(proof_context));
    const auto proof = sign_proof(hash_of(whole), config, key);
    REQUIRE(proof);
    return verify_proof(hash_of(whole), context, *proof).has_value();
  };
  CHECK(holds(*context));
  CHECK(holds("https://example.org/a"));
  CHECK(holds(Json::Array{"https://example.org/a"}));
  CHECK(!holds("https://example.org/other"));
  CHECK(!holds(Json::Array{context->array()[1], context->array()[0]}));
  CHECK(!holds(Json::Array{context->array()[0], context->array()[1], "more"}));
  context = nullptr;
  CHECK(!holds("https://example.org/a"));
}

TEST_CASE("the key comes from the resolver, whose refusal is passed on") {
  const PrivateKey key = key_of(KeyType::kP256);
  const Json proof = *make_proof(document(), key, kCreated);
  const Hash hash = hash_of(document());
  const Json whole = document();
  int calls = 0;
  const KeyResolver cached = [&](std::string_view did) -> Result<PublicKey> {
    ++calls;
    CHECK(did == key.public_key().did());
    return key.public_key();
  };
  CHECK(verify_proof(hash, whole.find("@context"), proof, cached));
  CHECK(verify_document(with_proof(whole, proof), cached));
  CHECK(calls == 2);
  const KeyResolver refusing = [](std::string_view) -> Result<PublicKey> {
    return fail(ErrorCode::kForbidden, "key.malformed");
  };
  CHECK(verify_proof(hash, whole.find("@context"), proof, refusing).error().code ==
        ErrorCode::kForbidden);
}

TEST_CASE("proofs are not made of what could not be verified") {
  const PrivateKey key = key_of(KeyType::kP256);
  CHECK(!make_proof(Json("text"), key, kCreated));
  CHECK(!make_proof(with_proof(document(), Json()), key, kCreated));
  CHECK(!make_proof(document(), key, "now"));
  CHECK(make_proof(*Json::parse(R"({"a":1.0})"), key, kCreated).error().message ==
        "json.number-not-canonical");
  Json proof = *make_proof(document(), key, kCreated);
  CHECK(!sign_proof(Hash(), proof, key));  // is signed already
  proof.erase("proofValue");
  CHECK(!sign_proof(Hash(), proof, key_of(KeyType::kP256, 8)));
  // Two numbers that one double holds would share a signature.
  const Json exact = *Json::parse(R"({"a":9007199254740992})");
  const Json inexact = *Json::parse(R"({"a":9007199254740993})");
  const Json number_proof = *make_proof(exact, key, kCreated);
  CHECK(verdict(with_proof(exact, number_proof)) == "holds");
  CHECK(verdict(with_proof(inexact, number_proof)) == "json.number-not-canonical");
}

TEST_CASE("dates and times are those of XML Schema") {
  for (const char* text :
       {"2026-04-03T10:15:00Z", "2026-04-03T10:15:00.123456+08:00", "2024-02-29T00:00:00-14:00",
        "2000-02-29T23:59:59", "0001-01-01T00:00:00Z"}) {
    CAPTURE(text);
    CHECK(is_date_time(text));
  }
  for (const char* text : {"",
                           "2026-04-03",
                           "2026-04-03 10:15:00Z",
                           "2026-4-3T10:15:00Z",
                           "2026-04-03T10:15Z",
                           "2026-02-29T00:00:00Z",
                           "1900-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-04-03T24:00:00Z",
                           "2026-04-03T10:60:00Z",
                           "2026-04-03T10:15:60Z",
                           "2026-04-03T10:15:00.Z",
                           "2026-04-03T10:15:00z",
                           "2026-04-03t10:15:00Z",
                           "2026-04-03T10:15:00+0800",
                           "2026-04-03T10:15:00+14:01",
                           "2026-04-03T10:15:00+08:00Z",
                           "2026-04-03T10:15:00+08:60",
                           "+2026-04-03T10:15:00Z",
                           "12026-04-03T10:15:00Z"}) {
    CAPTURE(text);
    CHECK(!is_date_time(text));
  }
}

}  // namespace nianlun
