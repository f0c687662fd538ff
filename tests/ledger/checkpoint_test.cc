#include "ledger/checkpoint.h"

#include <doctest/doctest.h>

#include "ledger/cosignature.h"
#include "ledger/merkle_samples.h"

namespace nianlun::testing {

TEST_CASE("a checkpoint parses back from its text, with and without further lines") {
  for (const Checkpoint& checkpoint :
       {Checkpoint{"example.org/log", 0, empty_root(), {}},
        Checkpoint{"年轮", ~std::uint64_t{0}, leaf_hash("x"), {"one", "two"}}}) {
    const auto parsed = parse_checkpoint(checkpoint_text(checkpoint));
    REQUIRE(parsed);
    CHECK(*parsed == checkpoint);
  }
}

TEST_CASE("published checkpoint texts are judged as published, once roots have 32 bytes") {
  const Json file =
      Json::parse(read_file(vectors() / "transparency/transparency-dev-formats/vectors.json"))
          .value();
  REQUIRE(file.find("checkpoint_parse")->array().size() == 11);
  for (const Json& vector : file.find("checkpoint_parse")->array()) {
    CAPTURE(vector.dump());
    std::string text(vector.text("text"));
    // The authors' parser takes roots of any length; none in this list has 32 bytes.
    CHECK(!parse_checkpoint(text));
    for (const char* root :
         {"YmFuYW5hcw==", "dGhlIHZpZXcgZnJvbSB0aGUgdHJlZSB0b3BzIGlzIGdyZWF0IQ=="}) {
      const std::size_t at = text.find(root);
      if (at == text.npos) continue;
      text.replace(at, std::string(root).size(), base64(empty_root().view()));
    }
    const auto parsed = parse_checkpoint(text);
    CHECK(parsed.has_value() == !vector.find("error")->boolean());
    if (!parsed) continue;
    std::string rest;
    for (const std::string& line : parsed->extensions) rest += line + "\n";
    CHECK(rest == vector.text("rest"));
  }
}

TEST_CASE("every other spelling of a checkpoint is refused") {
  const std::string root = base64(empty_root().view());
  REQUIRE(parse_checkpoint("o\n7\n" + root + "\n"));
  for (const std::string& text :
       {"o\n07\n" + root + "\n", "o\n+7\n" + root + "\n", "o\n 7\n" + root + "\n",
        "o\n\n" + root + "\n", "o\n7\n" + root, "o\n7\n" + root + "\n\n",
        "o\n7\n" + root + "\nx\n\ny\n", "o\n7\n" + root + "\nx", "o\n7\n" + root + " \n",
        "o\n7\n" + root.substr(0, 43) + "\n", "o\r\n7\n" + root + "\n", "\n7\n" + root + "\n",
        "o\n18446744073709551616\n" + root + "\n", "o\x01\n7\n" + root + "\n", std::string()}) {
    CAPTURE(text);
    CHECK(parse_checkpoint(text).error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("a cosignature is the published one, and is refused for another text or time") {
  const Json vector = *derived_vectors().find("ed25519_cosignature");
  auto key = PrivateKey::from_seed(KeyType::kEd25519, from_hex(vector.text("seed_hex")).value());
  const auto witness = Cosigner::create("witness", std::move(key).value());
  REQUIRE(witness);
  CHECK(witness->verifier().vkey() == vector.text("vkey"));
  const std::string text(vector.text("checkpoint_body"));
  CHECK(cosignature_message(1'700'000'000, text) == vector.text("signed_message"));
  const NoteSignature signature = witness->cosign(text, 1'700'000'000).value();
  CHECK(signature_line(signature) == vector.text("signature_line"));

  const NoteVerifier& verifier = witness->verifier();
  CHECK(verifier.verify(text, signature.octets).value() == 1'700'000'000);
  CHECK(open_note(text + "\n" + signature_line(signature), std::vector{verifier})
            .value()
            .verified[0]
            .time_s == 1'700'000'000);
  CHECK(!verifier.verify(text + "x\n", signature.octets));
  for (std::size_t i = 0; i < signature.octets.size(); ++i) {
    Buffer bad = signature.octets;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    CHECK(!verifier.verify(text, bad));
  }
  CHECK(!verifier.verify(text, Bytes(signature.octets).substr(8)));
  CHECK(!verifier.verify(text, signature.octets + "x"));
  CHECK(!verifier.verify(text, ""));
  CHECK(!witness->cosign("not a checkpoint\n", 1));
  CHECK(!witness->cosign(text, std::uint64_t{1} << 63));
}

}  // namespace nianlun::testing
