#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/hash.h"
#include "ledger/result.h"
#include "ledger/suite.h"

namespace nianlun {

/// Merkle hashes over a list of entries, as RFC 6962, 2.1 (and RFC 9162, 2.1) defines them.
/// Indices are 0-based, sizes count entries, levels count up from the entries (0).
///
/// Threads: pure functions; share a CompactRange only while nobody changes it.
/// Errors:  only CompactRange::from() fails; an index out of range is a bug (assert).
///
/// A log's tree is one of SHA-256, whatever the suite of its ledger is; the tree of a seal is one
/// of its ledger's suite.

/// H(0x00 || entry), where H is the suite's hash.
Hash leaf_hash(Bytes entry, Suite suite = Suite::kSha256);
/// H(0x01 || left || right).
Hash node_hash(const Hash& left, const Hash& right, Suite suite = Suite::kSha256);
/// H of nothing: the root over no entries.
Hash empty_root(Suite suite = Suite::kSha256);

/// The root over entries with these leaf hashes.
Hash root_of(std::span<const Hash> leaf_hashes, Suite suite = Suite::kSha256);

/// The path that proves `index` < leaf_hashes.size(): the leaf's sibling first, at most 64 hashes.
/// Hashes everything; where the nodes are stored, use prove_inclusion() of proof.h.
std::vector<Hash> inclusion_path(std::span<const Hash> leaf_hashes, std::uint64_t index,
                                 Suite suite = Suite::kSha256);

/// All that is needed to append to a list and to know its root: the hashes of the perfect subtrees
/// that the list splits into, one for each bit of its size, the largest (leftmost) first.
class CompactRange {
 public:
  explicit CompactRange(Suite suite = Suite::kSha256) : suite_(suite) {}

  /// Called for each perfect subtree that an append completes, the leaf itself (level 0) first:
  /// `hash` covers the entries [index * 2^level, (index + 1) * 2^level).
  using Completed = std::function<void(unsigned level, std::uint64_t index, const Hash& hash)>;

  /// A range that was stored as its size and hashes().
  /// kInvalidArgument  the number of hashes is not the number of bits set in `size`
  static Result<CompactRange> from(std::uint64_t size, std::vector<Hash> hashes);

  std::uint64_t size() const { return size_; }
  std::span<const Hash> hashes() const { return hashes_; }

  /// Adds one entry by its leaf hash; a size of 2^64 is out of reach (assert).
  void append(const Hash& leaf);
  void append(const Hash& leaf, const Completed& completed);

  /// The root over all entries, or empty_root().
  Hash root() const;

 private:
  Suite suite_;
  std::uint64_t size_ = 0;
  std::vector<Hash> hashes_;
};

}  // namespace nianlun
