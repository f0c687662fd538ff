#include "ledger/proof_file.h"

#include <doctest/doctest.h>

#include "ledger/merkle_samples.h"

namespace nianlun::testing {
namespace {

Json published() {
  return Json::parse(read_file(vectors() / "transparency/transparency-dev-formats/vectors.json"))
      .value();
}

}  // namespace

TEST_CASE("published proof files are written and read, byte for byte") {
  const Json file = published();
  REQUIRE(file.find("tlog_proof_marshal")->array().size() == 3);
  for (const Json& vector : file.find("tlog_proof_marshal")->array()) {
    ProofFile proof{.extra = from_base64(vector.text("extra")).value(),
                    .index = static_cast<std::uint64_t>(vector.integer("index").value()),
                    .path = {},
                    .checkpoint = std::string(vector.text("checkpoint"))};
    for (const Json& hash : vector.find("hashes")->array()) {
      proof.path.push_back(Hash::from(from_base64(hash.string()).value()).value());
    }
    CHECK(proof_file_text(proof) == vector.text("text"));
    CHECK(parse_proof_file(vector.text("text")).value() == proof);
  }
}

TEST_CASE("published malformed proof files, and every other spelling, are refused") {
  const Json file = published();
  REQUIRE(file.find("tlog_proof_errors")->array().size() == 7);
  for (const Json& text : file.find("tlog_proof_errors")->array()) {
    CHECK(!parse_proof_file(text.string()));
  }
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = base64(empty_root().view()) + "\n";
  REQUIRE(parse_proof_file(head + "extra eA==\nindex 5\n" + hash + "\nnote\n"));
  for (const std::string& text :
       {std::string(), head, head + "index 5\n", head + "index 5\n\n", head + "index 5\n\nnote",
        head + "index 05\n\nnote\n", head + "index 5 \n\nnote\n",
        head + "extra \nindex 5\n\nnote\n", head + "index 5\nextra eA==\n\nnote\n",
        head + "extra eB==\nindex 5\n\nnote\n", head + "index 5\n" + hash + "note\n",
        " " + head + "index 5\n\nnote\n", head + "index 5\n" + hash.substr(0, 40) + "\n\nnote\n"}) {
    CAPTURE(text);
    CHECK(!parse_proof_file(text));
  }
}

TEST_CASE("63 hashes are taken and 64 are not; a file over the limit is not read") {
  const std::string head = "c2sp.org/tlog-proof@v1\nindex 5\n";
  std::string hashes;
  for (int i = 0; i < 63; ++i) hashes += base64(empty_root().view()) + "\n";
  CHECK(parse_proof_file(head + hashes + "\nnote\n"));
  CHECK(!parse_proof_file(head + hashes + base64(empty_root().view()) + "\n\nnote\n"));
  CHECK(parse_proof_file(std::string(kProofFileBytesMax + 1, 'x')).error().code ==
        ErrorCode::kTooLarge);
}

}  // namespace nianlun::testing
