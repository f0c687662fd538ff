#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/hash.h"
#include "ledger/proof.h"
#include "ledger/result.h"
#include "ledger/tile.h"

namespace nianlun {

/// The tree of a log at one size and root, read from tiles that somebody serves who need not be
/// trusted: each tile is compared with the one above it, and the right edge with the root. So what
/// leaves it is what the root commits to, and what does not fit is named by its path. It keeps the
/// right edge and the last tile of each level, 128 KiB at most.
///
/// Threads: one caller at a time.
/// Errors:  kCorrupted where the tiles do not make the root; those of the readers.
class TileTree {
 public:
  /// Reads the partial tiles, from which the root follows. A tile is asked of the readers in turn,
  /// until one yields what the root wants; there is at least one, and the last one's error counts.
  static Result<TileTree> open(std::uint64_t size, const Hash& root,
                               std::vector<TileReader> readers);

  std::uint64_t size() const { return size_; }

  /// The tile with this index, as wide as it is at this size.
  /// kNotFound  there is none
  Result<Buffer> tile(unsigned level, std::uint64_t index);

  /// The root over the hashes of a tile.
  Result<Hash> tile_root(unsigned level, std::uint64_t index);

  /// All nodes of the tree. It must not outlive the tree.
  NodeSource nodes();

 private:
  struct Kept {
    std::uint64_t index = 0;
    Buffer bytes;  // empty: none
  };
  TileTree(std::uint64_t size, std::vector<TileReader> readers)
      : size_(size), readers_(std::move(readers)) {}
  Result<void> read_edge(const Hash& root, const TileReader& reader);

  std::uint64_t size_;
  std::vector<TileReader> readers_;
  std::vector<Buffer> edge_;  // the partial tile of each level; empty: it has none
  std::vector<Kept> last_;    // the full tile of each level that was read last
};

/// Whether these bytes are the hashes of a tile with this root.
/// kCorrupted  they are not
Result<void> check_tile(const TileId& tile, Bytes bytes, const Hash& root);

/// Whether a bundle holds exactly the entries of a tile of level 0, which was checked.
/// kCorrupted  it does not
Result<void> check_bundle(std::uint64_t index, Bytes bundle, Bytes tile);

}  // namespace nianlun
