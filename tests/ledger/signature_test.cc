#include "ledger/signature.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "ledger/encoding.h"
#include "ledger/json.h"
#include "vectors.h"

namespace nianlun {
namespace {

Json vectors_of(const char* file) {
  const auto json = Json::parse(testing::read_file(testing::vectors() / "transparency" / file));
  REQUIRE(json);
  return *json;
}

Buffer octets_of(const Json& json, const char* name) {
  const auto octets = from_hex(json.text(name));
  REQUIRE(octets);
  return *octets;
}

/// The compressed form of an uncompressed point (SEC 1, 2.3.3).
Buffer compressed(Bytes point) {
  return (point.back() % 2 == 0 ? "\x02" : "\x03") + std::string(point.substr(1, 32));
}

bool is_low(Bytes s) {
  return s <= Bytes(*from_hex("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8"));
}

PrivateKey key_of(KeyType type, char seed = 7) {
  auto key = PrivateKey::from_seed(type, std::string(32, seed));
  REQUIRE(key);
  return *std::move(key);
}

constexpr KeyType kTypes[] = {KeyType::kP256, KeyType::kEd25519, KeyType::kSm2};

}  // namespace

TEST_CASE("Wycheproof's P-256 verdicts are ours, but valid signatures with a high s are refused") {
  const Json file =
      vectors_of("C2SP-wycheproof/testvectors_v1/ecdsa_secp256r1_sha256_p1363_test.json");
  std::map<std::string, int> counts;
  for (const Json& group : file.find("testGroups")->array()) {
    const Buffer point = octets_of(*group.find("publicKey"), "uncompressed");
    const auto key = PublicKey::from_bytes(KeyType::kP256, compressed(point));
    REQUIRE(key);
    for (const Json& test : group.find("tests")->array()) {
      CAPTURE(test.dump());
      const Buffer signature = octets_of(test, "sig");
      const bool holds = key->verify(octets_of(test, "msg"), signature).has_value();
      if (test.text("result") == "invalid") {
        CHECK(!holds);
        ++counts["invalid"];
      } else {
        const bool low = is_low(Bytes(signature).substr(32));
        CHECK(holds == low);
        ++counts[low ? "valid" : "high"];
      }
    }
  }
  CHECK(counts == std::map<std::string, int>{{"invalid", 89}, {"valid", 103}, {"high", 70}});
}

TEST_CASE("Wycheproof's Ed25519 verdicts are ours") {
  const Json file = vectors_of("C2SP-wycheproof/testvectors_v1/ed25519_test.json");
  int count = 0;
  for (const Json& group : file.find("testGroups")->array()) {
    const auto key =
        PublicKey::from_bytes(KeyType::kEd25519, octets_of(*group.find("publicKey"), "pk"));
    REQUIRE(key);
    for (const Json& test : group.find("tests")->array()) {
      CAPTURE(test.dump());
      const bool holds = key->verify(octets_of(test, "msg"), octets_of(test, "sig")).has_value();
      CHECK(holds == (test.text("result") == "valid"));
      ++count;
    }
  }
  CHECK(count == 151);
}

TEST_CASE("of CCTV's odd Ed25519 signatures only those that need no leniency hold") {
  // A component of small order is harmless as long as it leaves no residue; all else is refused.
  int held = 0;
  int refused_keys = 0;
  const Json file = vectors_of("C2SP-CCTV/ed25519/ed25519vectors.json");
  for (const Json& test : file.array()) {
    CAPTURE(test.dump());
    bool expected = true;
    bool is_key_sound = true;
    if (test.find("flags")->is_array()) {
      for (const Json& flag : test.find("flags")->array()) {
        const std::string& name = flag.string();
        expected = expected && (name == "low_order_component_A" || name == "low_order_component_R");
        is_key_sound = is_key_sound && name != "low_order_A" && name != "non_canonical_A";
      }
    }
    const auto key = PublicKey::from_bytes(KeyType::kEd25519, octets_of(test, "key"));
    CHECK(key.has_value() == is_key_sound);
    const bool holds = key && key->verify(test.text("msg"), octets_of(test, "sig"));
    CHECK(holds == expected);
    held += holds ? 1 : 0;
    refused_keys += key ? 0 : 1;
  }
  CHECK(file.array().size() == 914);
  CHECK(held > 0);
  CHECK(refused_keys > 0);
}

TEST_CASE("the published did:keys of our two types are read, and those of other types refused") {
  int read = 0;
  int refused = 0;
  for (const char* name :
       {"nist-curves", "ed25519-x25519", "x25519", "secp256k1", "rsa", "bls12381"}) {
    const std::string file = std::string("w3c-ccg-did-method-key/test-vectors/") + name + ".json";
    const Json vectors =
        vectors_of(file.c_str());  // a loop over a temporary's members would dangle
    for (const Json::Member& member : vectors.object()) {
      CAPTURE(member.name);
      const auto key = PublicKey::from_did(member.name);
      const bool ours =
          member.name.starts_with("did:key:zDn") || member.name.starts_with("did:key:z6Mk");
      CHECK(key.has_value() == ours);
      if (!key) {
        ++refused;
        continue;
      }
      ++read;
      CHECK(key->did() == member.name);
      CHECK(key->verification_method() == member.name + "#" + member.name.substr(8));
      CHECK(*PublicKey::from_bytes(key->type(), key->octets()) == *key);
      if (member.name.starts_with("did:key:z6Mk")) {
        const Buffer seed = octets_of(member.value, "seed");
        CHECK(PrivateKey::from_seed(KeyType::kEd25519, seed)->public_key() == *key);
      }
      const Json* method = member.value.find("verificationMethod");
      const Json* jwk = method != nullptr ? method->find("privateKeyJwk") : nullptr;
      if (jwk != nullptr) {
        CHECK(key->octets().substr(1) == *from_base64url(jwk->text("x")));
        const auto secret = PrivateKey::from_seed(KeyType::kP256, *from_base64url(jwk->text("d")));
        CHECK(secret->public_key() == *key);
      }
    }
  }
  CHECK(read == 8);
  CHECK(refused == 19);
}

TEST_CASE("a did:key that is not exactly one is refused") {
  const std::string did = key_of(KeyType::kEd25519).public_key().did();
  const Buffer octets = *from_base58(did.substr(9));
  CHECK(PublicKey::from_did(did));
  for (const std::string& text :
       {std::string(), std::string("did:key:"), std::string("did:key:z"), did + "#" + did.substr(8),
        did.substr(0, did.size() - 1), did + "1", "did:web:" + did.substr(8), " " + did,
        "did:key:z1" + did.substr(9), "did:key:m" + did.substr(9), "DID:key:" + did.substr(8),
        did + std::string(300, '1'),
        "did:key:z" + base58("\xed\x81" + std::string(1, '\0') + octets.substr(2)),
        "did:key:z" + base58("\x80\x24" + octets.substr(2))}) {
    CAPTURE(text);
    const auto key = PublicKey::from_did(text);
    REQUIRE(!key);
    CHECK(key.error().code == ErrorCode::kInvalidArgument);
  }
  CHECK(PublicKey::from_did(
            "did:key:z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9")
            .error()
            .message == "key.unsupported-type");
}

TEST_CASE("P-256 points that are not canonical or not on the curve are refused") {
  const Buffer good(key_of(KeyType::kP256).public_key().octets());
  CHECK(PublicKey::from_bytes(KeyType::kP256, good));
  CHECK(!PublicKey::from_bytes(KeyType::kP256, good.substr(1)));
  CHECK(!PublicKey::from_bytes(KeyType::kP256, good + "x"));
  for (const char prefix : {'\0', '\x04', '\x06', '\x07'}) {
    CHECK(!PublicKey::from_bytes(KeyType::kP256, prefix + good.substr(1)));
  }
  // x = 5 is on the curve; x = p + 5 is the same number written otherwise.
  const std::string prime = "ffffffff00000001000000000000000000000000fffffffffffffffffffffff";
  CHECK(PublicKey::from_bytes(KeyType::kP256, *from_hex("02" + std::string(63, '0') + "5")));
  CHECK(
      !PublicKey::from_bytes(KeyType::kP256, *from_hex("02ffffffff00000001000000000000000000000001"
                                                       "000000000000000000000004")));
  CHECK(!PublicKey::from_bytes(KeyType::kP256, *from_hex("02" + prime + "f")));
  CHECK(!PublicKey::from_bytes(KeyType::kP256, *from_hex("02" + std::string(63, '0') + "1")));
}

TEST_CASE("a signature holds for its message and key and for nothing else") {
  for (const KeyType type : kTypes) {
    const PrivateKey key = key_of(type);
    const PublicKey& public_key = key.public_key();
    for (int i = 0; i < 20; ++i) {  // P-256 and SM2 sign differently each time
      const auto signature = key.sign("message");
      REQUIRE(signature);
      REQUIRE(signature->size() == 64);
      CHECK(public_key.verify("message", *signature));
      CHECK((type != KeyType::kP256 || is_low(Bytes(*signature).substr(32))));
      CHECK(!public_key.verify("messagf", *signature));
      CHECK(!key_of(type, 8).public_key().verify("message", *signature));
    }
    const Buffer signature = *key.sign("message");
    for (std::size_t bit = 0; bit < 512; bit += 7) {
      Buffer flipped = signature;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      CHECK(!public_key.verify("message", flipped));
    }
    for (const Buffer& other :
         {Buffer(), signature.substr(1), signature + '\0', Buffer(64, '\0'), Buffer(64, '\xff')}) {
      CHECK(public_key.verify("message", other).error().code == ErrorCode::kInvalidArgument);
    }
    CHECK(public_key.verify("", *key.sign("")));
  }
}

TEST_CASE("generated keys differ and work; seeds of the wrong size or range are refused") {
  for (const KeyType type : kTypes) {
    const auto one = PrivateKey::generate(type);
    auto two = PrivateKey::generate(type);
    REQUIRE(one);
    REQUIRE(two);
    CHECK(!(one->public_key() == two->public_key()));
    const PrivateKey moved = *std::move(two);
    CHECK(moved.public_key().verify("m", *moved.sign("m")));
    CHECK(PublicKey::from_did(moved.public_key().did())->verify("m", *moved.sign("m")));
    CHECK(!PrivateKey::from_seed(type, std::string(31, 'a')));
    CHECK(!PrivateKey::from_seed(type, std::string(33, 'a')));
  }
  CHECK(!PrivateKey::from_seed(KeyType::kP256, std::string(32, '\0')));
  const std::string order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63255";
  CHECK(!PrivateKey::from_seed(KeyType::kP256, *from_hex(order + "1")));
  CHECK(PrivateKey::from_seed(KeyType::kP256, *from_hex(order + "0")));
}

TEST_CASE("the example of GB/T 32918.2 for SM2 is verified and its neighbours are not") {
  // Annex A over the curve that 32918.5 recommends, with the identity 1234567812345678.
  const Buffer secret =
      *from_hex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
  const Buffer point =
      *from_hex("0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020");
  const Buffer r = *from_hex("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3");
  const Buffer s = *from_hex("b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
  const auto key = PrivateKey::from_seed(KeyType::kSm2, secret);
  REQUIRE(key);
  CHECK(key->public_key().octets() == point);
  CHECK(key->public_key().did().starts_with("did:key:zEP"));
  CHECK(key->public_key().verify("message digest", r + s));
  CHECK(!key->public_key().verify("message digesu", r + s));
  CHECK(!key->public_key().verify("message digest", s + r));
  // What would be the twin of an ECDSA signature: r, and the order less s.
  const Buffer negative =
      *from_hex("4e4955d520ded02789ce7d43f2bde35db7726e0601c36e80cfb6524b4e197f79");
  CHECK(!key->public_key().verify("message digest", r + negative));
}

TEST_CASE("SM2 secrets and points that GB/T 32918.1 does not allow are refused") {
  const std::string order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d541";
  CHECK(!PrivateKey::from_seed(KeyType::kSm2, std::string(32, '\0')));
  CHECK(!PrivateKey::from_seed(KeyType::kSm2, std::string(32, '\xff')));
  CHECK(!PrivateKey::from_seed(KeyType::kSm2, *from_hex(order + "23")));
  CHECK(!PrivateKey::from_seed(KeyType::kSm2, *from_hex(order + "22")));
  CHECK(PrivateKey::from_seed(KeyType::kSm2, *from_hex(order + "21")));
  const Buffer good(key_of(KeyType::kSm2).public_key().octets());
  CHECK(PublicKey::from_bytes(KeyType::kSm2, good));
  CHECK(!PublicKey::from_bytes(KeyType::kSm2, good.substr(1)));
  for (const char prefix : {'\0', '\x04', '\x06', '\x07'}) {
    CHECK(!PublicKey::from_bytes(KeyType::kSm2, prefix + good.substr(1)));
  }
  // x is not below the prime.
  CHECK(!PublicKey::from_bytes(KeyType::kSm2, *from_hex("02" + std::string(64, 'f'))));
}

}  // namespace nianlun
