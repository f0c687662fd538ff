#include "tree_edge.h"

#include <bit>
#include <cassert>
#include <cstring>

#include "ledger/tile.h"

namespace nianlun {

TreeEdge TreeEdge::from(std::uint64_t size, std::vector<std::vector<Hash>> levels) {
  std::vector<Hash> perfect;  // the subtrees that the list splits into, the largest first
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    std::span<const Hash> rest = *level;
    while (!rest.empty()) {
      const std::size_t width = std::bit_floor(rest.size());
      perfect.push_back(root_of(rest.first(width)));
      rest = rest.subspan(width);
    }
  }
  auto range = CompactRange::from(size, std::move(perfect));
  assert(range);  // a bit of the size for each bit of the widths
  TreeEdge edge;
  edge.range_ = *std::move(range);
  edge.levels_ = std::move(levels);
  return edge;
}

void TreeEdge::append(const Hash& leaf, std::vector<FullTile>& completed) {
  range_.append(leaf, [&](unsigned level, std::uint64_t index, const Hash& hash) {
    if (level % kTileHeight != 0) return;
    const unsigned tile_level = level / kTileHeight;
    if (levels_.size() <= tile_level) levels_.resize(tile_level + 1);
    std::vector<Hash>& tile = levels_[tile_level];
    tile.push_back(hash);
    if (tile.size() < kTileWidth) return;
    completed.push_back(
        {.level = tile_level, .index = index / kTileWidth, .bytes = tile_bytes(tile)});
    tile.clear();
  });
}

std::span<const Hash> TreeEdge::partial(unsigned level) const {
  if (level >= levels_.size()) return {};
  return levels_[level];
}

Buffer tile_bytes(std::span<const Hash> hashes) {
  Buffer bytes;
  bytes.reserve(hashes.size() * sizeof(Hash));
  for (const Hash& hash : hashes) bytes += hash.view();
  return bytes;
}

std::vector<Hash> tile_hashes(Bytes bytes) {
  assert(bytes.size() % sizeof(Hash) == 0);
  std::vector<Hash> hashes(bytes.size() / sizeof(Hash));
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    std::memcpy(hashes[i].bytes.data(), bytes.data() + i * sizeof(Hash), sizeof(Hash));
  }
  return hashes;
}

}  // namespace nianlun
