#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ledger/hash.h"
#include "ledger/result.h"
#include "ledger/suite.h"

namespace nianlun {

/// Proofs over Merkle hashes: that an entry is in a list, and that a list extends an earlier one.
/// Source: RFC 6962, 2.1.1 and 2.1.2; verification as in RFC 9162, 2.1.3.2 and 2.1.4.2.
///
/// Threads: pure functions, any thread.
/// Errors:  a proof of the wrong shape (index, sizes, number of hashes) is kInvalidArgument; one of
///          the right shape that does not yield the root is kCorrupted.

/// The most hashes that any proof in a file or a request may have (tlog-witness).
inline constexpr std::size_t kProofHashesMax = 63;

struct InclusionClaim {
  std::uint64_t index;         ///< 0-based
  std::uint64_t size;          ///< entries
  Hash leaf;                   ///< leaf_hash() of the entry
  std::span<const Hash> path;  ///< the leaf's sibling first
  Hash root;                   ///< over `size` entries
};
/// verify_inclusion({.index = 7, .size = 12, .leaf = l, .path = p, .root = r})
Result<void> verify_inclusion(const InclusionClaim& claim);

/// The root that the path leads to, for a caller who has a signature over it to check. `suite`: a
/// log's tree is one of SHA-256, a seal's one of its ledger's suite.
Result<Hash> root_from_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                 std::span<const Hash> path, Suite suite = Suite::kSha256);

struct ConsistencyClaim {
  std::uint64_t first;         ///< entries, at least 1: everything extends the empty list
  std::uint64_t second;        ///< entries, at least `first`
  std::span<const Hash> path;  ///< empty exactly if the sizes are equal
  Hash first_root;
  Hash second_root;
};
Result<void> verify_consistency(const ConsistencyClaim& claim);

/// Yields the hash of the perfect subtree over the entries [index * 2^level, (index + 1) *
/// 2^level). It is asked only for subtrees that lie wholly below the size in question.
using NodeSource = std::function<Result<Hash>(unsigned level, std::uint64_t index)>;

/// The path for an entry: one hash per level, at most 64 calls of `source`, whose errors come back.
/// kInvalidArgument  index >= size
Result<std::vector<Hash>> prove_inclusion(std::uint64_t index, std::uint64_t size,
                                          const NodeSource& source);

/// kInvalidArgument  first is 0 or over `second`
Result<std::vector<Hash>> prove_consistency(std::uint64_t first, std::uint64_t second,
                                            const NodeSource& source);

/// The root over the first `size` entries, from one node per bit set in `size`.
Result<Hash> root_at(std::uint64_t size, const NodeSource& source);

}  // namespace nianlun
