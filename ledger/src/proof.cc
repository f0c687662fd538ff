#include "ledger/proof.h"

#include <algorithm>
#include <bit>
#include <string>

#include "ledger/merkle.h"
#include "try.h"

namespace nianlun {
namespace {

// Where a proof stands: a node on the way up, and the last node of the same level. Both are
// shifted together (fn and sn in RFC 9162, 2.1.3.2).
struct Climb {
  std::uint64_t node;
  std::uint64_t last;

  bool sibling_is_left() const { return (node & 1) != 0 || node == last; }
  void up() { node >>= 1, last >>= 1; }
  // A last node without a sibling rises unchanged until it is a right child.
  void skip_lone_levels() {
    while (node != 0 && (node & 1) == 0) up();
  }
};

Unexpected wrong_length(std::size_t hashes) {
  return fail(ErrorCode::kInvalidArgument, "proof.wrong-length",
              {{"hashes", std::to_string(hashes)}});
}

Unexpected index_out_of_range(std::uint64_t index, std::uint64_t size) {
  return fail(ErrorCode::kInvalidArgument, "proof.index-out-of-range",
              {{"index", std::to_string(index)}, {"size", std::to_string(size)}});
}

Unexpected sizes_out_of_order(std::uint64_t first, std::uint64_t second) {
  return fail(ErrorCode::kInvalidArgument, "proof.sizes-out-of-order",
              {{"first", std::to_string(first)}, {"second", std::to_string(second)}});
}

// The hash over entries [begin, end), where `begin` is a multiple of a power of two that is not
// less than their number: the perfect subtrees in it, folded from the right.
Result<Hash> range_hash(std::uint64_t begin, std::uint64_t end, const NodeSource& source) {
  std::vector<Hash> pieces;
  while (begin < end) {
    const auto level = static_cast<unsigned>(std::bit_width(end - begin) - 1);
    TRY_ASSIGN(const Hash piece, source(level, begin >> level));
    pieces.push_back(piece);
    begin += std::uint64_t{1} << level;
  }
  Hash hash = pieces.back();
  for (std::size_t i = pieces.size() - 1; i-- > 0;) hash = node_hash(pieces[i], hash);
  return hash;
}

// The largest power of two below `size` > 1, where a list of that size splits (RFC 6962, 2.1).
std::uint64_t split(std::uint64_t size) { return std::bit_floor(size - 1); }

}  // namespace

Result<Hash> root_from_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                 std::span<const Hash> path, Suite suite) {
  if (index >= size) return index_out_of_range(index, size);
  Climb climb{index, size - 1};
  Hash root = leaf;
  for (const Hash& sibling : path) {
    if (climb.last == 0) return wrong_length(path.size());
    if (climb.sibling_is_left()) {
      root = node_hash(sibling, root, suite);
      climb.skip_lone_levels();
    } else {
      root = node_hash(root, sibling, suite);
    }
    climb.up();
  }
  if (climb.last != 0) return wrong_length(path.size());
  return root;
}

Result<void> verify_inclusion(const InclusionClaim& claim) {
  TRY_ASSIGN(const Hash root, root_from_inclusion(claim.index, claim.size, claim.leaf, claim.path));
  if (root != claim.root) {
    return fail(ErrorCode::kCorrupted, "proof.not-included",
                {{"index", std::to_string(claim.index)}, {"size", std::to_string(claim.size)}});
  }
  return {};
}

Result<void> verify_consistency(const ConsistencyClaim& claim) {
  const Unexpected inconsistent =
      fail(ErrorCode::kCorrupted, "proof.inconsistent",
           {{"first", std::to_string(claim.first)}, {"second", std::to_string(claim.second)}});
  if (claim.first == 0 || claim.first > claim.second) {
    return sizes_out_of_order(claim.first, claim.second);
  }
  std::span<const Hash> path = claim.path;
  if (claim.first == claim.second) {
    if (!path.empty()) return wrong_length(path.size());
    if (claim.first_root != claim.second_root) return inconsistent;
    return {};
  }
  if (path.empty()) return wrong_length(0);
  // If the first list is one perfect subtree, its root is where the climb starts, and the prover
  // leaves it out. (Shifting the ones away first leaves 0 exactly in that case.)
  Climb climb{claim.first - 1, claim.second - 1};
  while ((climb.node & 1) != 0) climb.up();
  Hash first = claim.first_root;
  if (!std::has_single_bit(claim.first)) {
    first = path.front();
    path = path.subspan(1);
  }
  Hash second = first;
  for (const Hash& sibling : path) {
    if (climb.last == 0) return wrong_length(claim.path.size());
    if (climb.sibling_is_left()) {
      first = node_hash(sibling, first);
      second = node_hash(sibling, second);
      climb.skip_lone_levels();
    } else {
      second = node_hash(second, sibling);
    }
    climb.up();
  }
  if (climb.last != 0) return wrong_length(claim.path.size());
  if (first != claim.first_root || second != claim.second_root) return inconsistent;
  return {};
}

// Both provers walk down from the root and note the sibling at each split, so the path is
// made in the reverse order.
Result<std::vector<Hash>> prove_inclusion(std::uint64_t index, std::uint64_t size,
                                          const NodeSource& source) {
  if (index >= size) return index_out_of_range(index, size);
  std::vector<Hash> path;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split(end - begin);
    const bool left = index < middle;
    TRY_ASSIGN(const Hash sibling,
               left ? range_hash(middle, end, source) : range_hash(begin, middle, source));
    path.push_back(sibling);
    (left ? end : begin) = middle;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

Result<std::vector<Hash>> prove_consistency(std::uint64_t first, std::uint64_t second,
                                            const NodeSource& source) {
  if (first == 0 || first > second) return sizes_out_of_order(first, second);
  std::vector<Hash> path;
  std::uint64_t begin = 0;
  std::uint64_t end = second;
  while (first != end) {
    const std::uint64_t middle = begin + split(end - begin);
    const bool left = first <= middle;
    TRY_ASSIGN(const Hash sibling,
               left ? range_hash(middle, end, source) : range_hash(begin, middle, source));
    path.push_back(sibling);
    (left ? end : begin) = middle;
  }
  // The verifier knows the first root, so the node is needed only if it is another one.
  if (begin != 0) {
    TRY_ASSIGN(const Hash node, range_hash(begin, end, source));
    path.push_back(node);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

Result<Hash> root_at(std::uint64_t size, const NodeSource& source) {
  if (size == 0) return empty_root();
  return range_hash(0, size, source);
}

}  // namespace nianlun
