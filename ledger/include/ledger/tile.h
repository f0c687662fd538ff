#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/hash.h"
#include "ledger/proof.h"
#include "ledger/result.h"

namespace nianlun {

/// The nodes of a log cut into files that never change (c2sp.org/tlog-tiles).
///
/// Tile n of level l holds 1 to 256 hashes: number i covers the entries from (256n + i) * 256^l on,
/// 256^l of them. So it holds the nodes of Merkle level 8l, and those of the seven levels above
/// are computed from it.
///
/// Threads: pure functions, any thread.
/// Errors:  text or bytes of another form are kInvalidArgument.

inline constexpr unsigned kTileHeight = 8;             ///< Merkle levels per tile level
inline constexpr unsigned kTileWidth = 256;            ///< hashes in a full tile
inline constexpr std::size_t kTileBytes = 256 * 32;    ///< bytes of a full tile
inline constexpr std::size_t kEntryBytesMax = 65'535;  ///< of an entry in a bundle

struct TileId {
  unsigned level = 0;           ///< 0 to 63
  std::uint64_t index = 0;      ///< 0-based within the level
  unsigned width = kTileWidth;  ///< hashes, 1 to 256; below 256 the tile is partial
  auto operator<=>(const TileId&) const = default;
};

/// "tile/0/x001/x234/067", with ".p/5" after it if the tile is partial.
std::string tile_path(const TileId& tile);
/// The path of an entry bundle, "tile/entries/067.p/5"; a bundle goes with the tile of level 0.
std::string bundle_path(std::uint64_t index, unsigned width);

/// The tile of exactly the path that tile_path() makes.
Result<TileId> parse_tile_path(std::string_view path);
/// The same for bundle_path(); the level is 0.
Result<TileId> parse_bundle_path(std::string_view path);

/// How many hashes tile `index` of `level` has when the log has `size` entries: 0 to 256.
unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size);

struct TileLevel {
  unsigned level;
  std::uint64_t full_tiles;  ///< their indices are 0 to full_tiles - 1
  unsigned partial_width;    ///< of tile full_tiles; 0 if there is none
};
/// The tiles of a log of `size` entries, level 0 first; none if it is empty.
std::vector<TileLevel> tile_levels(std::uint64_t size);

/// Where a node lies: in tile (tile_level, tile_index), over 2^height of its hashes.
struct TilePlace {
  unsigned tile_level;
  std::uint64_t tile_index;
  unsigned height;  ///< 0 to 7
  unsigned index;   ///< 0-based among the tile's nodes of that height
};
TilePlace place_in_tile(unsigned level, std::uint64_t index);

/// The node of a tile at `height` (0 to 7) with this index among the nodes of that height.
/// kInvalidArgument  the bytes are not 1 to 256 hashes
/// kNotFound         the tile is too narrow to have that node
Result<Hash> node_in_tile(Bytes tile, unsigned height, unsigned index);

/// Yields a tile's bytes: exactly `width` hashes.
using TileReader = std::function<Result<Buffer>(const TileId& tile)>;

/// The nodes of a log of `size` entries, from its tiles as they were at that size.
/// The source's errors are the reader's, kNotFound for a node beyond `size`, and kCorrupted if the
/// reader yields another number of bytes.
NodeSource tile_source(TileReader reader, std::uint64_t size);

/// Entries as a bundle: each after its length, two bytes, big-endian.
/// kTooLarge  an entry over kEntryBytesMax
Result<Buffer> entry_bundle(std::span<const Bytes> entries);
/// Views into `bundle`. At most 256 entries.
Result<std::vector<Bytes>> parse_entry_bundle(Bytes bundle);

}  // namespace nianlun
