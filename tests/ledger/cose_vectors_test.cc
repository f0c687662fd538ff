// Published messages and receipts of COSE, judged as their authors say.

#include <algorithm>
#include <optional>
#include <set>

#include "ledger/cose.h"
#include "ledger/encoding.h"
#include "ledger/entry_proof.h"
#include "ledger/json.h"
#include "ledger/merkle.h"
#include "ledger/proof.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

constexpr CborLimits kOthers{.bytes_max = 1 << 20, .depth_max = 16, .order = CborOrder::kAny};

Json json_at(const std::filesystem::path& path) { return Json::parse(read_file(path)).value(); }

/// Hexadecimal in whatever case.
Buffer octets(std::string_view digits) {
  std::string lower(digits);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
  });
  return from_hex(lower).value();
}

/// The key of a JWK or of a PEM file ("SubjectPublicKeyInfo"), if it is of one of our types.
std::optional<PublicKey> key_of(std::string_view x, std::string_view y) {
  if (y.empty()) return PublicKey::from_bytes(KeyType::kEd25519, x).value();
  const Buffer point = std::string(1, (y.back() & 1) != 0 ? '\x03' : '\x02') + std::string(x);
  return PublicKey::from_bytes(KeyType::kP256, point).value();
}
std::optional<PublicKey> key_of_jwk(const Json& jwk) {
  const std::string_view curve = jwk.text("crv");
  if (curve == "Ed25519" && jwk.find("x_hex") != nullptr)
    return key_of(octets(jwk.text("x_hex")), "");
  if (curve != "P-256") return std::nullopt;
  return key_of(from_base64url(jwk.text("x")).value(), from_base64url(jwk.text("y")).value());
}
std::optional<PublicKey> key_of_pem(const std::filesystem::path& path) {
  std::string text = read_file(path);
  const std::size_t begin = text.find('\n') + 1;
  text = text.substr(begin, text.find("-----END") - begin);
  std::erase(text, '\n');
  const Buffer der = from_base64(text).value();
  if (der.size() == 44) return key_of(der.substr(12), "");  // RFC 8410, 4
  if (der.size() != 91) return std::nullopt;                // RFC 5480, 2
  return key_of(der.substr(27, 32), der.substr(59));
}

/// The twin of an ECDSA signature with s over half the order, which others allow and we refuse.
Buffer low_s(Buffer signature) {
  constexpr std::string_view kOrder =
      "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  constexpr std::string_view kHalf =
      "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8";
  if (signature.size() != 64 || signature.substr(32) <= octets(kHalf)) return signature;
  const Buffer order = octets(kOrder);
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int digit = static_cast<unsigned char>(order[i]) -
                      static_cast<unsigned char>(signature[32 + i]) - borrow;
    borrow = digit < 0 ? 1 : 0;
    signature[32 + i] = static_cast<char>(digit & 0xff);
  }
  return signature;
}

/// Whether a message verifies; one of P-256 with a high s has to be refused as it stands.
bool verifies(CoseSign1 message, const PublicKey& key, Bytes payload, Bytes external = {}) {
  const auto first = verify_cose_sign1(message, key, payload, external);
  if (first.has_value() || key.type() == KeyType::kEd25519) return first.has_value();
  const Buffer twin = low_s(message.signature);
  if (twin == message.signature) return false;
  message.signature = twin;
  return verify_cose_sign1(message, key, payload, external).has_value();
}

}  // namespace

TEST_CASE("the COSE working group's messages with one signature are judged as published") {
  const auto folder = vectors() / "transparency/cose-wg-Examples";
  const std::set<std::string> untagged = {"sign-pass-03.json"};
  std::size_t judged = 0;
  for (const char* name : {"sign1-tests", "RFC8152", "eddsa-examples"}) {
    for (const auto& file : std::filesystem::directory_iterator(folder / name)) {
      const Json vector = json_at(file.path());
      const Json* sign = vector.find("input")->find("sign0");
      if (sign == nullptr) continue;  // with several signatures
      CAPTURE(file.path().filename().string());
      const auto key = key_of_jwk(*sign->find("key"));
      if (!key) continue;
      const bool is_false = vector.find("fail") != nullptr;
      const Buffer message = octets(vector.find("output")->text("cbor"));
      const auto parsed = parse_cose_sign1(message, kOthers);
      ++judged;
      if (untagged.contains(file.path().filename().string())) {
        CHECK(!parsed);
        continue;
      }
      if (!parsed) {
        CHECK(is_false);
        continue;
      }
      const Buffer external = octets(sign->text("external"));
      const Buffer signed_octets = octets(vector.find("intermediates")->text("ToBeSign_hex"));
      if (!is_false) {
        CHECK(cose_signed_octets(parsed->protected_octets, *parsed->payload, external) ==
              signed_octets);
      }
      const Json* in_clear = sign->find("unprotected");
      // An algorithm that nobody signed is none: we want it in the protected header.
      const bool unsigned_algorithm = parsed->protected_header.find(cose::kAlgorithm) == nullptr;
      CHECK(unsigned_algorithm ==
            (in_clear != nullptr && in_clear->find("alg") != nullptr && !is_false));
      CHECK(verifies(*parsed, *key, *parsed->payload, external) ==
            (!is_false && !unsigned_algorithm));
    }
  }
  CHECK(judged == 11);
}

TEST_CASE("gluecose's messages of P-256 verify, and those of other curves are refused") {
  const auto folder = vectors() / "transparency/gluecose-test-vectors";
  int verified = 0;
  for (int i = 0; i <= 6; ++i) {
    const Json vector = json_at(folder / ("sign1-verify-000" + std::to_string(i) + ".json"));
    const Json& wanted = *vector.find("sign1::verify");
    const auto message = parse_cose_sign1(octets(wanted.find("taggedCOSESign1")->text("cborHex")));
    REQUIRE(message);
    CHECK(encode(*message) == octets(wanted.find("taggedCOSESign1")->text("cborHex")));
    const auto key = key_of_jwk(*vector.find("key"));
    if (!key) {
      const PrivateKey other = PrivateKey::generate(KeyType::kP256).value();
      CHECK(verify_cose_sign1(*message, other.public_key(), *message->payload).error().message ==
            "cose.unknown");
      continue;
    }
    const Buffer external = octets(wanted.text("external"));
    CHECK(verifies(*message, *key, *message->payload, external));
    CHECK(!verifies(*message, *key, *message->payload, external + "x"));
    CHECK(!verifies(*message, *key, *message->payload + "x", external));
    ++verified;
  }
  CHECK(verified == 2);
}

TEST_CASE("SCITT's statements and receipts are judged as published, their entry being a hash") {
  const auto folder = vectors() / "transparency/action-state-group-scitt-cose/test-vectors";
  const Json manifest = json_at(folder / "manifest.json");
  for (const Json& listed : manifest.find("vectors")->array()) {
    const auto at = folder / listed.text("dir");
    CAPTURE(listed.text("id"));
    const Json expected = json_at(at / "expected.json");
    const Buffer statement = read_file(at / "statement.cose");
    const auto receipt = parse_cose_sign1(read_file(at / "receipt.cose"), kOthers);
    REQUIRE(receipt);
    const auto inclusion = cose_inclusion(*receipt, kOthers);
    const auto vds = expected.find("protected_header")->find("receipt")->integer("vds");
    if (vds.value() != 1) {
      CHECK(inclusion.error().arguments.at(0).second == "vds");
      continue;
    }
    const Hash entry = sha256(statement);
    CHECK(hex(entry) == expected.text("leaf_entry"));
    REQUIRE(inclusion);
    CHECK(inclusion->size == 8);
    CHECK(inclusion->index == 2);
    const auto root = root_from_inclusion(inclusion->index, inclusion->size,
                                          leaf_hash(entry.view()), inclusion->path);
    REQUIRE(root);
    CHECK(verifies(*receipt, key_of_pem(at / "log-key.pub").value(), root->view()) ==
          expected.find("receipt_valid")->boolean());
    const auto parsed = parse_cose_sign1(statement, kOthers);
    REQUIRE(parsed);
    CHECK(sha256(*parsed->payload) == hash_from_hex(expected.text("payload_sha256")).value());
    CHECK(verifies(*parsed, key_of_pem(at / "issuer-key.pub").value(), *parsed->payload) ==
          expected.find("statement_signature_valid")->boolean());
    // Their keys stand in no order, so they are none of ours; nor are those of RFC 9942's example.
    CHECK(!parse_cose_sign1(statement));
    CHECK(!parse_cose_receipt(read_file(at / "receipt.cose")));
  }
}

TEST_CASE("RFC 9942's example and Microsoft's statements are taken apart") {
  const auto folder = vectors() / "transparency";
  const Buffer example =
      read_file(folder / "cose-wg-merkle-tree-proofs/examples/inclusion-receipt.cbor");
  CHECK(!parse_cose_sign1(example));
  const auto receipt = parse_cose_sign1(example, kOthers);
  REQUIRE(receipt);
  const auto inclusion = cose_inclusion(*receipt, kOthers);
  REQUIRE(inclusion);
  CHECK(inclusion->size == 5);
  CHECK(inclusion->index == 3);
  CHECK(inclusion->path.size() == 3);
  CHECK(!cose_inclusion(
      *parse_cose_sign1(
          read_file(folder / "cose-wg-merkle-tree-proofs/examples/consistency-receipt.cbor"),
          kOthers),
      kOthers));
  std::size_t statements = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(folder / "microsoft-scitt-ccf-ledger/test/payloads")) {
    CAPTURE(file.path().filename().string());
    const auto statement = parse_cose_sign1(read_file(file.path()), kOthers);
    CHECK_MESSAGE(statement, (statement ? "" : statement.error().arguments.at(0).second));
    if (statement) CHECK(statement->protected_header.find(cose::kAlgorithm) != nullptr);
    ++statements;
  }
  CHECK(statements == 7);
}

}  // namespace nianlun::testing
