#include "ledger/proof.h"

#include <doctest/doctest.h>

#include "ledger/merkle_samples.h"
#include "ledger/reference.h"

namespace nianlun::testing {
namespace {

void flip(Hash& hash, std::size_t bit) {
  hash.bytes[bit / 8 % 32] =
      static_cast<std::uint8_t>(hash.bytes[bit / 8 % 32] ^ (1U << (bit % 8)));
}

using Path = std::vector<Hash>;

}  // namespace

TEST_CASE("inclusion proofs are those of the definition and verify, for every size to 300") {
  const Path leaves = sample_leaves(300);
  const Nodes nodes(leaves);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const auto part = std::span(leaves).first(size);
    const Hash root = reference::mth(part);
    CHECK(root_at(size, nodes.source(size)).value() == root);
    for (std::size_t index = 0; index < size; ++index) {
      const Path path = prove_inclusion(index, size, nodes.source(size)).value();
      // The definition hashes the whole list for each path, so above 64 it is sampled.
      if (size <= 64 || (index + size) % 16 == 0) REQUIRE(path == reference::path(index, part));
      REQUIRE(verify_inclusion({index, size, leaves[index], path, root}));
      REQUIRE(!verify_inclusion({index, size, leaves[(index + 1) % 300], path, root}));
    }
  }
}

TEST_CASE("consistency proofs are those of the definition and verify") {
  const Path leaves = sample_leaves(300);
  const Nodes nodes(leaves);
  for (std::size_t second = 1; second <= leaves.size(); ++second) {
    const auto part = std::span(leaves).first(second);
    const Hash second_root = root_at(second, nodes.source(second)).value();
    for (std::size_t first = 1; first <= second; ++first) {
      const Hash first_root = root_at(first, nodes.source(first)).value();
      const Path path = prove_consistency(first, second, nodes.source(second)).value();
      if (second <= 64 || (first + second) % 16 == 0) {
        REQUIRE(path == reference::proof(first, part));
      }
      REQUIRE(verify_consistency({first, second, path, first_root, second_root}));
    }
  }
}

TEST_CASE("an inclusion proof with anything changed is refused") {
  const Path leaves = sample_leaves(43);
  const Nodes nodes(leaves);
  const Hash root = root_at(43, nodes.source(43)).value();
  for (std::uint64_t index : {0U, 17U, 31U, 40U, 42U}) {
    CAPTURE(index);
    const Path path = prove_inclusion(index, 43, nodes.source(43)).value();
    const auto refused = [&](std::uint64_t i, std::uint64_t size, const Path& p) {
      return !verify_inclusion({i, size, leaves[index], p, root});
    };
    for (std::size_t i = 0; i < path.size(); ++i) {
      for (std::size_t bit = 0; bit < 256; ++bit) {
        Path bad = path;
        flip(bad[i], bit);
        REQUIRE(refused(index, 43, bad));
      }
    }
    Path longer = path;
    longer.push_back(root);
    CHECK(refused(index, 43, longer));
    CHECK(refused(index, 43, Path(path.begin(), path.end() - 1)));
    CHECK(refused(index, 43, Path(path.begin() + 1, path.end())));
    CHECK(refused(index, 43, {}));
    CHECK(refused(index ^ 1, 43, path));
    // The size is part of what is signed, yet a path may fit several sizes; these have other
    // shapes.
    CHECK(refused(index, 86, path));
    CHECK(refused(index, index, path));
    CHECK(refused(index, 0, path));
  }
}

TEST_CASE("a proof of the wrong shape and a proof of something else are told apart") {
  const Path leaves = sample_leaves(12);
  const Nodes nodes(leaves);
  const Hash root = root_at(12, nodes.source(12)).value();
  Path path = prove_inclusion(7, 12, nodes.source(12)).value();
  const auto code = [&](std::uint64_t index, std::uint64_t size) {
    return verify_inclusion({index, size, leaves[7], path, root}).error().code;
  };
  CHECK(code(12, 12) == ErrorCode::kInvalidArgument);
  CHECK(code(6, 12) == ErrorCode::kCorrupted);
  path.pop_back();
  CHECK(code(7, 12) == ErrorCode::kInvalidArgument);
  CHECK(verify_consistency({5, 12, {}, root, root}).error().code == ErrorCode::kInvalidArgument);
  CHECK(verify_consistency({12, 12, {}, leaves[0], root}).error().code == ErrorCode::kCorrupted);
}

TEST_CASE("a consistency proof with anything changed is refused") {
  const Path leaves = sample_leaves(43);
  const Nodes nodes(leaves);
  const Hash second_root = root_at(43, nodes.source(43)).value();
  for (std::uint64_t first : {1U, 6U, 16U, 32U, 41U}) {
    CAPTURE(first);
    const Hash first_root = root_at(first, nodes.source(43)).value();
    const Path path = prove_consistency(first, 43, nodes.source(43)).value();
    const auto refused = [&](std::uint64_t from, std::uint64_t to, const Path& p) {
      return !verify_consistency({from, to, p, first_root, second_root});
    };
    CHECK(!refused(first, 43, path));
    for (std::size_t bit = 0; bit < 256 * path.size(); ++bit) {
      Path bad = path;
      flip(bad[bit / 256], bit % 256);
      REQUIRE(refused(first, 43, bad));
    }
    Path longer = path;
    longer.push_back(first_root);
    CHECK(refused(first, 43, longer));
    CHECK(refused(first, 43, Path(path.begin(), path.end() - 1)));
    CHECK(refused(first, 43, {}));
    CHECK(refused(first + 1, 43, path));
    CHECK(refused(0, 43, path));
    CHECK(refused(43, first, path));
    CHECK(!verify_consistency({first, 43, path, second_root, first_root}));
  }
}

TEST_CASE("what has no proof is refused, and an error of the source comes back") {
  const NodeSource broken = [](unsigned, std::uint64_t) -> Result<Hash> {
    return fail(ErrorCode::kIo, "test");
  };
  CHECK(prove_inclusion(0, 0, broken).error().code == ErrorCode::kInvalidArgument);
  CHECK(prove_inclusion(5, 5, broken).error().code == ErrorCode::kInvalidArgument);
  CHECK(prove_consistency(0, 5, broken).error().code == ErrorCode::kInvalidArgument);
  CHECK(prove_consistency(6, 5, broken).error().code == ErrorCode::kInvalidArgument);
  CHECK(prove_inclusion(3, 5, broken).error().code == ErrorCode::kIo);
  CHECK(prove_consistency(3, 5, broken).error().code == ErrorCode::kIo);
  CHECK(root_at(5, broken).error().code == ErrorCode::kIo);
  CHECK(prove_consistency(5, 5, broken).value().empty());
  CHECK(root_at(0, broken).value() == empty_root());
}

TEST_CASE("sizes near the end of 64 bits are handled") {
  // Every node is the same hash, so only the shape matters.
  const NodeSource same = [](unsigned, std::uint64_t) -> Result<Hash> { return empty_root(); };
  const std::uint64_t huge = ~std::uint64_t{0};
  for (std::uint64_t index : {std::uint64_t{0}, huge / 2, huge / 2 + 1, huge - 1}) {
    const auto path = prove_inclusion(index, huge, same);
    REQUIRE(path);
    CHECK(path->size() <= 64);
    CHECK(root_from_inclusion(index, huge, empty_root(), *path));
  }
  CHECK(prove_consistency(huge / 2, huge, same).value().size() <= 65);
}

}  // namespace nianlun::testing
