#include "ledger/tile.h"

#include <algorithm>
#include <cassert>

#include "ledger/merkle.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr unsigned kTileLevelMax = 63;
constexpr std::size_t kHashBytes = 32;
constexpr std::string_view kTilePrefix = "tile/";
constexpr std::string_view kBundlePrefix = "tile/entries/";

// Groups of three digits, all but the last with an "x" before them: 1234067 is x001/x234/067.
std::string index_and_width(std::uint64_t index, unsigned width) {
  assert(width >= 1 && width <= kTileWidth);
  std::string digits = std::to_string(index);
  digits.insert(0, (3 - digits.size() % 3) % 3, '0');
  std::string path;
  for (std::size_t i = 0; i < digits.size(); i += 3) {
    const bool last = i + 3 == digits.size();
    path += (last ? "" : "x") + digits.substr(i, 3) + (last ? "" : "/");
  }
  if (width < kTileWidth) path += ".p/" + std::to_string(width);
  return path;
}

Unexpected malformed_path(std::string_view path) {
  return fail(ErrorCode::kInvalidArgument, "tile.malformed-path",
              {{"path", std::string(path.substr(0, 100))}});
}

// Reads what index_and_width() writes, loosely: the callers print it again and compare.
std::optional<TileId> parse_index_and_width(std::string_view rest) {
  TileId tile;
  if (const std::size_t partial = rest.find(".p/"); partial != rest.npos) {
    const auto width = parse_decimal(rest.substr(partial + 3));
    if (!width || *width < 1 || *width >= kTileWidth) return std::nullopt;
    tile.width = static_cast<unsigned>(*width);
    rest = rest.substr(0, partial);
  }
  std::string digits;
  for (const char c : rest) {
    if (c >= '0' && c <= '9') digits += c;
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const auto index = parse_decimal(digits);
  if (!index) return std::nullopt;
  tile.index = *index;
  return tile;
}

Hash hash_at(Bytes tile, std::size_t index) {
  return Hash::from(tile.substr(index * kHashBytes, kHashBytes)).value();
}

std::uint64_t hashes_at_level(unsigned level, std::uint64_t size) {
  return level * kTileHeight < 64 ? size >> (level * kTileHeight) : 0;
}

}  // namespace

std::string tile_path(const TileId& tile) {
  assert(tile.level <= kTileLevelMax);
  return std::string(kTilePrefix) + std::to_string(tile.level) + "/" +
         index_and_width(tile.index, tile.width);
}

std::string bundle_path(std::uint64_t index, unsigned width) {
  return std::string(kBundlePrefix) + index_and_width(index, width);
}

Result<TileId> parse_tile_path(std::string_view path) {
  std::string_view rest = path;
  if (!rest.starts_with(kTilePrefix)) return malformed_path(path);
  rest.remove_prefix(kTilePrefix.size());
  const auto level_text = cut(rest, '/');
  const auto level = level_text ? parse_decimal(*level_text) : std::nullopt;
  auto tile = parse_index_and_width(rest);
  if (!level || *level > kTileLevelMax || !tile) return malformed_path(path);
  tile->level = static_cast<unsigned>(*level);
  if (tile_path(*tile) != path) return malformed_path(path);
  return *tile;
}

Result<TileId> parse_bundle_path(std::string_view path) {
  if (!path.starts_with(kBundlePrefix)) return malformed_path(path);
  const auto bundle = parse_index_and_width(path.substr(kBundlePrefix.size()));
  if (!bundle || bundle_path(bundle->index, bundle->width) != path) return malformed_path(path);
  return *bundle;
}

unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size) {
  const std::uint64_t hashes = hashes_at_level(level, size);
  if (index > hashes / kTileWidth) return 0;
  const std::uint64_t rest = hashes - index * kTileWidth;
  return static_cast<unsigned>(std::min<std::uint64_t>(rest, kTileWidth));
}

std::vector<TileLevel> tile_levels(std::uint64_t size) {
  std::vector<TileLevel> levels;
  for (unsigned level = 0; hashes_at_level(level, size) != 0; ++level) {
    const std::uint64_t hashes = hashes_at_level(level, size);
    levels.push_back({.level = level,
                      .full_tiles = hashes / kTileWidth,
                      .partial_width = static_cast<unsigned>(hashes % kTileWidth)});
  }
  return levels;
}

TilePlace place_in_tile(unsigned level, std::uint64_t index) {
  const unsigned height = level % kTileHeight;
  const unsigned nodes_log2 = kTileHeight - height;  // nodes of that height in a full tile
  return {.tile_level = level / kTileHeight,
          .tile_index = index >> nodes_log2,
          .height = height,
          .index = static_cast<unsigned>(index & ((1U << nodes_log2) - 1))};
}

Result<Hash> node_in_tile(Bytes tile, unsigned height, unsigned index) {
  if (tile.empty() || tile.size() % kHashBytes != 0 || tile.size() > kTileBytes) {
    return fail(ErrorCode::kInvalidArgument, "tile.wrong-size",
                {{"bytes", std::to_string(tile.size())}});
  }
  const std::size_t begin = static_cast<std::size_t>(index) << height;
  const std::size_t count = std::size_t{1} << height;
  if (height >= kTileHeight || (begin + count) * kHashBytes > tile.size()) {
    return fail(ErrorCode::kNotFound, "tile.no-such-node",
                {{"height", std::to_string(height)}, {"index", std::to_string(index)}});
  }
  CompactRange range;
  for (std::size_t i = begin; i < begin + count; ++i) range.append(hash_at(tile, i));
  return range.root();
}

NodeSource tile_source(TileReader reader, std::uint64_t size) {
  return [reader = std::move(reader), size](unsigned level, std::uint64_t index) -> Result<Hash> {
    const TilePlace place = place_in_tile(level, index);
    const unsigned width = tile_width(place.tile_level, place.tile_index, size);
    if (width == 0) {
      return fail(ErrorCode::kNotFound, "tile.no-such-node",
                  {{"height", std::to_string(level)}, {"index", std::to_string(index)}});
    }
    const TileId id{.level = place.tile_level, .index = place.tile_index, .width = width};
    TRY_ASSIGN(const Buffer tile, reader(id));
    if (tile.size() != width * kHashBytes) {
      return fail(ErrorCode::kCorrupted, "tile.wrong-size",
                  {{"bytes", std::to_string(tile.size())}});
    }
    return node_in_tile(tile, place.height, place.index);
  };
}

Result<Buffer> entry_bundle(std::span<const Bytes> entries) {
  Buffer bundle;
  for (const Bytes entry : entries) {
    if (entry.size() > kEntryBytesMax) {
      return fail(
          ErrorCode::kTooLarge, "tile.entry-too-large",
          {{"bytes", std::to_string(entry.size())}, {"max", std::to_string(kEntryBytesMax)}});
    }
    bundle += static_cast<char>(entry.size() >> 8);
    bundle += static_cast<char>(entry.size() & 0xff);
    bundle += entry;
  }
  return bundle;
}

Result<std::vector<Bytes>> parse_entry_bundle(Bytes bundle) {
  std::vector<Bytes> entries;
  while (!bundle.empty()) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(bundle[i]); };
    const std::size_t length = bundle.size() < 2 ? 0 : std::size_t{octet(0)} << 8 | octet(1);
    if (bundle.size() < 2 + length || entries.size() == kTileWidth) {
      return fail(ErrorCode::kInvalidArgument, "tile.malformed-bundle",
                  {{"entry", std::to_string(entries.size())}});
    }
    entries.push_back(bundle.substr(2, length));
    bundle.remove_prefix(2 + length);
  }
  return entries;
}

}  // namespace nianlun
