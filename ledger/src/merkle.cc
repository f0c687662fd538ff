#include "ledger/merkle.h"

#include <bit>
#include <cassert>

namespace nianlun {
namespace {

// The prefixes keep a leaf from being taken for a node (RFC 6962, 2.1).
constexpr Bytes kLeafPrefix("\0", 1);
constexpr Bytes kNodePrefix("\1", 1);

}  // namespace

Hash leaf_hash(Bytes entry, Suite suite) { return digest(suite, kLeafPrefix, entry); }

Hash node_hash(const Hash& left, const Hash& right, Suite suite) {
  return digest(suite, kNodePrefix, left.view(), right.view());
}

Hash empty_root(Suite suite) { return digest(suite, Bytes()); }

Hash root_of(std::span<const Hash> leaf_hashes, Suite suite) {
  CompactRange range(suite);
  for (const Hash& leaf : leaf_hashes) range.append(leaf);
  return range.root();
}

// Level by level: a last node without a sibling rises as it is, which is the same as splitting at
// the largest power of two from above.
std::vector<Hash> inclusion_path(std::span<const Hash> leaf_hashes, std::uint64_t index,
                                 Suite suite) {
  assert(index < leaf_hashes.size());
  std::vector<Hash> path;
  std::vector<Hash> row(leaf_hashes.begin(), leaf_hashes.end());
  while (row.size() > 1) {
    if (const std::uint64_t sibling = index ^ 1; sibling < row.size()) path.push_back(row[sibling]);
    const std::size_t pairs = row.size() / 2;
    for (std::size_t i = 0; i < pairs; ++i) row[i] = node_hash(row[2 * i], row[2 * i + 1], suite);
    if (row.size() % 2 == 1) row[pairs] = row.back();
    row.resize((row.size() + 1) / 2);
    index /= 2;
  }
  return path;
}

Result<CompactRange> CompactRange::from(std::uint64_t size, std::vector<Hash> hashes) {
  if (static_cast<std::size_t>(std::popcount(size)) != hashes.size()) {
    return fail(ErrorCode::kInvalidArgument, "merkle.range-hashes",
                {{"size", std::to_string(size)}, {"hashes", std::to_string(hashes.size())}});
  }
  CompactRange range;
  range.size_ = size;
  range.hashes_ = std::move(hashes);
  return range;
}

void CompactRange::append(const Hash& leaf) {
  append(leaf, [](unsigned, std::uint64_t, const Hash&) {});
}

void CompactRange::append(const Hash& leaf, const Completed& completed) {
  assert(size_ + 1 != 0);
  Hash hash = leaf;
  unsigned level = 0;
  completed(level, size_, hash);
  // As in a binary counter, each trailing one bit of the old size is a subtree to merge with.
  for (std::uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    hash = node_hash(hashes_.back(), hash, suite_);
    hashes_.pop_back();
    ++level;
    completed(level, size_ >> level, hash);
  }
  hashes_.push_back(hash);
  ++size_;
}

Hash CompactRange::root() const {
  if (hashes_.empty()) return empty_root(suite_);
  Hash root = hashes_.back();
  for (std::size_t i = hashes_.size() - 1; i-- > 0;) root = node_hash(hashes_[i], root, suite_);
  return root;
}

}  // namespace nianlun
