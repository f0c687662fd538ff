#include "ledger/merkle.h"

#include <doctest/doctest.h>

#include <map>

#include "ledger/encoding.h"
#include "ledger/json.h"
#include "ledger/merkle_samples.h"
#include "ledger/reference.h"
#include "vectors.h"

namespace nianlun::testing {

TEST_CASE("roots are those of the derived vectors, for sizes to 70,000") {
  const Json roots = *derived_vectors().find("roots");
  REQUIRE(roots.object().size() == 56);
  CompactRange range;
  const std::vector<Hash> leaves = sample_leaves(70'000);
  for (const Json::Member& member : roots.object()) {
    CAPTURE(member.name);
    const std::size_t size = std::stoul(member.name);
    while (range.size() < size) range.append(leaves[range.size()]);
    CHECK(hex(range.root()) == member.value.string());
  }
  CHECK(range.root() == root_of(leaves));
}

TEST_CASE("the roots of RFC 6962's eight customary entries are the published ones") {
  std::vector<Hash> leaves;
  for (const char* entry : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                            "606162636465666768696a6b6c6d6e6f"}) {
    leaves.push_back(leaf_hash(from_hex(entry).value()));
  }
  const auto root = [&](std::size_t size) { return hex(root_of(std::span(leaves).first(size))); };
  CHECK(root(0) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(root(1) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  CHECK(root(2) == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
  CHECK(root(3) == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
  CHECK(root(8) == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

TEST_CASE("roots and paths are those of the recursive definition, for every size to 300") {
  const std::vector<Hash> leaves = sample_leaves(300);
  CompactRange range;
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    const std::span<const Hash> part = std::span(leaves).first(size);
    CHECK(range.size() == size);
    REQUIRE(range.root() == reference::mth(part));
    for (std::size_t index = 0; index < size; index += size < 70 ? 1 : 23) {
      REQUIRE(inclusion_path(part, index) == reference::path(index, part));
    }
    if (size < leaves.size()) range.append(leaves[size]);
  }
}

TEST_CASE("an append reports exactly the perfect subtrees that it completes") {
  const std::vector<Hash> leaves = sample_leaves(130);
  std::map<std::pair<unsigned, std::uint64_t>, Hash> nodes;
  CompactRange range;
  for (const Hash& leaf : leaves) {
    range.append(leaf, [&](unsigned level, std::uint64_t index, const Hash& hash) {
      CHECK(nodes.emplace(std::pair(level, index), hash).second);
    });
  }
  std::size_t expected = 0;
  for (unsigned level = 0; (leaves.size() >> level) != 0; ++level) {
    for (std::size_t index = 0; index < leaves.size() >> level; ++index, ++expected) {
      const auto part = std::span(leaves).subspan(index << level, std::size_t{1} << level);
      CHECK(nodes.at({level, index}) == reference::mth(part));
    }
  }
  CHECK(nodes.size() == expected);
}

TEST_CASE("a stored range goes on where it was, and a wrong number of hashes is refused") {
  const std::vector<Hash> leaves = sample_leaves(75);
  CompactRange range;
  for (const Hash& leaf : leaves) {
    std::vector<Hash> hashes(range.hashes().begin(), range.hashes().end());
    auto stored = CompactRange::from(range.size(), hashes);
    REQUIRE(stored);
    range.append(leaf);
    stored->append(leaf);
    CHECK(stored->root() == range.root());
    hashes.push_back(leaf);
    CHECK(CompactRange::from(range.size() - 1, hashes).error().code == ErrorCode::kInvalidArgument);
    hashes.resize(hashes.size() >= 2 ? hashes.size() - 2 : 2);
    CHECK(!CompactRange::from(range.size() - 1, hashes));
  }
}

}  // namespace nianlun::testing
