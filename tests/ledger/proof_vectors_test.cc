#include <doctest/doctest.h>

#include "ledger/merkle_samples.h"

// transparency-dev/merkle's proofs, good and bad, and the derived ones.
namespace nianlun::testing {
namespace {

std::vector<Json> proof_files(const char* kind) {
  std::vector<std::filesystem::path> paths;
  const auto folder = vectors() / "transparency/transparency-dev-merkle/testdata" / kind;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::vector<Json> files;
  for (const auto& path : paths) files.push_back(Json::parse(read_file(path)).value());
  return files;
}

std::uint64_t number(const Json& vector, const char* name) {
  return std::stoull(vector.find(name)->number_text());
}

Result<Hash> hash(const Json& text) {
  if (text.is_null()) return Hash::from("");
  const auto octets = from_base64(text.string());
  REQUIRE(octets);
  return Hash::from(*octets);
}

// Some consistency vectors name their roots with a few bytes of text. Only whether they are
// equal matters there, and their digests are as equal as they are.
Hash root(const Json& text) { return hash(text).value_or(sha256(text.dump())); }

Result<std::vector<Hash>> path(const Json& vector) {
  std::vector<Hash> hashes;
  if (vector.find("proof")->is_null()) return hashes;
  for (const Json& item : vector.find("proof")->array()) {
    const auto one = hash(item);
    if (!one) return Unexpected{one.error()};
    hashes.push_back(*one);
  }
  return hashes;
}

}  // namespace

TEST_CASE("the 98 published inclusion proofs are judged as their authors say") {
  const std::vector<Json> files = proof_files("inclusion");
  CHECK(files.size() == 98);
  std::size_t accepted = 0;
  for (const Json& vector : files) {
    CAPTURE(vector.dump());
    const auto hashes = path(vector);
    const auto leaf = hash(*vector.find("leafHash"));
    const auto expected = hash(*vector.find("root"));
    const bool ok = hashes && leaf && expected &&
                    verify_inclusion({number(vector, "leafIdx"), number(vector, "treeSize"), *leaf,
                                      *hashes, *expected});
    CHECK(ok == !vector.find("wantErr")->boolean());
    accepted += ok ? 1 : 0;
  }
  CHECK(accepted > 0);
}

TEST_CASE("the 98 published consistency proofs are judged as their authors say") {
  const std::vector<Json> files = proof_files("consistency");
  CHECK(files.size() == 98);
  std::size_t accepted = 0;
  for (const Json& vector : files) {
    CAPTURE(vector.dump());
    const auto hashes = path(vector);
    const bool ok =
        hashes && verify_consistency({number(vector, "size1"), number(vector, "size2"), *hashes,
                                      root(*vector.find("root1")), root(*vector.find("root2"))});
    CHECK(ok == !vector.find("wantErr")->boolean());
    accepted += ok ? 1 : 0;
  }
  CHECK(accepted > 0);
}

TEST_CASE("the derived proofs are made and verified, for sizes to 70,000") {
  const Json vectors = derived_vectors();
  const std::vector<Hash> leaves = sample_leaves(70'000);
  const Nodes nodes(leaves);
  const auto root_of_size = [&](std::uint64_t size) {
    return hash_from_hex(vectors.find("roots")->text(std::to_string(size))).value();
  };
  REQUIRE(vectors.find("inclusion")->array().size() == 37);
  for (const Json& vector : vectors.find("inclusion")->array()) {
    const std::uint64_t index = number(vector, "index");
    const std::uint64_t size = number(vector, "size");
    const std::vector<Hash> expected = hashes_of(*vector.find("proof"));
    CHECK(prove_inclusion(index, size, nodes.source(size)).value() == expected);
    const Hash root = root_at(size, nodes.source(size)).value();
    CHECK(verify_inclusion({index, size, leaves[index], expected, root}));
  }
  REQUIRE(vectors.find("consistency")->array().size() == 14);
  for (const Json& vector : vectors.find("consistency")->array()) {
    const std::uint64_t first = number(vector, "size1");
    const std::uint64_t second = number(vector, "size2");
    const std::vector<Hash> expected = hashes_of(*vector.find("proof"));
    CHECK(prove_consistency(first, second, nodes.source(second)).value() == expected);
    CHECK(verify_consistency({first, second, expected, root_at(first, nodes.source(first)).value(),
                              root_of_size(second)}));
  }
}

}  // namespace nianlun::testing
