#pragma once

// The right edge of a log's tree: the tiles that are not full yet, one per level.

#include <cstdint>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/hash.h"
#include "ledger/merkle.h"
#include "ledger/result.h"

namespace nianlun {

struct FullTile {
  unsigned level = 0;
  std::uint64_t index = 0;
  Buffer bytes;
};

/// Threads: a value like an int.
class TreeEdge {
 public:
  TreeEdge() = default;
  /// Of a log of `size` entries, from the hashes of the partial tile at each level, level 0 first.
  static TreeEdge from(std::uint64_t size, std::vector<std::vector<Hash>> levels);

  /// Adds a leaf; the tiles that it completes are appended to `completed`.
  void append(const Hash& leaf, std::vector<FullTile>& completed);

  std::uint64_t size() const { return range_.size(); }
  Hash root() const { return range_.root(); }
  const CompactRange& range() const { return range_; }
  /// The hashes of the partial tile of a level; none if it has none.
  std::span<const Hash> partial(unsigned level) const;

 private:
  CompactRange range_;
  std::vector<std::vector<Hash>> levels_;
};

/// Hashes as the bytes of a tile, and back; `bytes` are whole hashes (assert).
Buffer tile_bytes(std::span<const Hash> hashes);
std::vector<Hash> tile_hashes(Bytes bytes);

}  // namespace nianlun
