#include "ledger/tile_tree.h"

#include "ledger/merkle.h"
#include "try.h"

namespace nianlun {
namespace {

Result<void> check_width(const std::string& path, Bytes bytes, unsigned width) {
  if (bytes.size() == width * sizeof(Hash)) return {};
  return fail(
      ErrorCode::kCorrupted, "tree.wrong-width",
      {{"path", path}, {"bytes", std::to_string(bytes.size())}, {"width", std::to_string(width)}});
}

Hash hash_in(Bytes tile, std::uint64_t index) {
  return Hash::from(tile.substr(index * sizeof(Hash), sizeof(Hash))).value();
}

Hash root_over(Bytes tile) {
  CompactRange range;
  for (std::size_t i = 0; i < tile.size() / sizeof(Hash); ++i) range.append(hash_in(tile, i));
  return range.root();
}

Unexpected false_bundle(const std::string& path, std::size_t entry) {
  return fail(ErrorCode::kCorrupted, "tree.false-bundle",
              {{"path", path}, {"entry", std::to_string(entry)}});
}

}  // namespace

Result<void> check_tile(const TileId& tile, Bytes bytes, const Hash& root) {
  const std::string path = tile_path(tile);
  TRY(check_width(path, bytes, tile.width));
  if (root_over(bytes) == root) return {};
  return fail(ErrorCode::kCorrupted, "tree.false-tile", {{"path", path}});
}

Result<void> check_bundle(std::uint64_t index, Bytes bundle, Bytes tile) {
  const auto width = static_cast<unsigned>(tile.size() / sizeof(Hash));
  const std::string path = bundle_path(index, width);
  const auto entries = parse_entry_bundle(bundle);
  if (!entries || entries->size() != width) {
    return fail(ErrorCode::kCorrupted, "tree.wrong-bundle",
                {{"path", path}, {"width", std::to_string(width)}});
  }
  for (std::size_t i = 0; i < width; ++i) {
    if (leaf_hash((*entries)[i]) != hash_in(tile, i)) return false_bundle(path, i);
  }
  return {};
}

Result<TileTree> TileTree::open(std::uint64_t size, const Hash& root,
                                std::vector<TileReader> readers) {
  TileTree tree(size, std::move(readers));
  for (std::size_t i = 0;; ++i) {
    auto read = tree.read_edge(root, tree.readers_[i]);
    if (read) return tree;
    if (i + 1 == tree.readers_.size()) return Unexpected{std::move(read).error()};
  }
}

// The nodes that make the root are those of the partial tiles, and each hash of those is in one of
// them. So with the root all of them are compared.
Result<void> TileTree::read_edge(const Hash& root, const TileReader& reader) {
  const std::vector<TileLevel> levels = tile_levels(size_);
  edge_.assign(levels.size(), {});
  last_.assign(levels.size(), {});
  for (const TileLevel& level : levels) {
    if (level.partial_width == 0) continue;
    const TileId id{.level = level.level, .index = level.full_tiles, .width = level.partial_width};
    TRY_ASSIGN(Buffer bytes, reader(id));
    TRY(check_width(tile_path(id), bytes, id.width));
    edge_[level.level] = std::move(bytes);
  }
  Hash made = empty_root();
  if (size_ > 0) {
    const TileReader edge = [this](const TileId& id) -> Result<Buffer> { return edge_[id.level]; };
    TRY_ASSIGN(made, root_at(size_, tile_source(edge, size_)));
  }
  if (made == root) return {};
  return fail(ErrorCode::kCorrupted, "tree.false-edge", {{"size", std::to_string(size_)}});
}

Result<Buffer> TileTree::tile(unsigned level, std::uint64_t index) {
  const unsigned width = tile_width(level, index, size_);
  if (width == 0) {
    return fail(ErrorCode::kNotFound, "log.no-such-tile",
                {{"index", std::to_string(index)}, {"level", std::to_string(level)}});
  }
  if (width < kTileWidth) return edge_[level];
  Kept& last = last_[level];
  if (last.index == index && !last.bytes.empty()) return last.bytes;
  TRY_ASSIGN(const Hash root, tile_root(level, index));
  const TileId id{.level = level, .index = index, .width = width};
  for (std::size_t i = 0;; ++i) {
    auto bytes = readers_[i](id);
    const auto checked =
        bytes ? check_tile(id, *bytes, root) : Result<void>(Unexpected{bytes.error()});
    if (checked) {
      last = {.index = index, .bytes = *std::move(bytes)};
      return last.bytes;
    }
    if (i + 1 == readers_.size()) return Unexpected{checked.error()};
  }
}

// Of a full tile it stands in the tile above, so it is known before the tile is read.
Result<Hash> TileTree::tile_root(unsigned level, std::uint64_t index) {
  if (tile_width(level, index, size_) == kTileWidth) {
    TRY_ASSIGN(const Buffer above, tile(level + 1, index / kTileWidth));
    return hash_in(above, index % kTileWidth);
  }
  TRY_ASSIGN(const Buffer partial, tile(level, index));
  return root_over(partial);
}

NodeSource TileTree::nodes() {
  return tile_source(
      [this](const TileId& id) -> Result<Buffer> { return tile(id.level, id.index); }, size_);
}

}  // namespace nianlun
