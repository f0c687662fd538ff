#include "log_copy.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "try.h"

namespace nianlun {
namespace {

constexpr std::uint64_t kBatch = 64;  // blocks between two syncs

/// A tile of level 0, and the bundle of its entries.
struct Block {
  TileId tile;
  Hash root;  // of the tile, from the tree
};

/// The file from the shelf if it holds, or else from the server, and then on the shelf.
template <class Fetch, class Check>
Result<Buffer> checked_file(const std::string& path, const Shelf& shelf, const Fetch& fetch,
                            const Check& check) {
  if (std::optional<Buffer> kept = shelf.find(path); kept && check(*kept)) return *std::move(kept);
  TRY_ASSIGN(Buffer bytes, fetch());
  TRY(check(bytes));
  TRY(shelf.keep(path, bytes));
  return bytes;
}

Result<void> copy_block(const Block& block, RemoteLog& remote, const Shelf& shelf) {
  TRY_ASSIGN(const Buffer tile,
             checked_file(
                 tile_path(block.tile), shelf, [&] { return remote.tile(block.tile); },
                 [&](Bytes read) { return check_tile(block.tile, read, block.root); }));
  TRY_ASSIGN(const Buffer bundle,
             checked_file(
                 bundle_path(block.tile.index, block.tile.width), shelf,
                 [&] { return remote.bundle(block.tile.index, block.tile.width); },
                 [&](Bytes read) { return check_bundle(block.tile.index, read, tile); }));
  return {};
}

/// One thread for each remote; the first error ends all.
Result<void> copy_blocks(const std::vector<Block>& blocks, std::vector<RemoteLog>& remotes,
                         const Shelf& shelf) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> failure;  // guarded by mutex
  const auto work = [&](RemoteLog& remote) {
    for (std::size_t i = next++; i < blocks.size(); i = next++) {
      auto copied = copy_block(blocks[i], remote, shelf);
      if (copied) continue;
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::move(copied).error();
      next = blocks.size();
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < std::min(remotes.size(), blocks.size()); ++i) {
    threads.emplace_back(work, std::ref(remotes[i]));
  }
  work(remotes.front());
  for (std::thread& thread : threads) thread.join();
  if (failure) return Unexpected{*std::move(failure)};
  return {};
}

/// The tiles of a level that hold something beyond `from` records, as far as they are not there.
Result<void> copy_level(TileTree& tree, const TileLevel& level, std::uint64_t from,
                        const Shelf& shelf) {
  const std::uint64_t tiles = level.full_tiles + (level.partial_width > 0 ? 1 : 0);
  std::uint64_t index = (from >> (kTileHeight * level.level)) / kTileWidth;
  for (; index < tiles; ++index) {
    const TileId id{
        .level = level.level, .index = index, .width = tile_width(level.level, index, tree.size())};
    TRY_ASSIGN(const Buffer bytes, tree.tile(id.level, id.index));
    const std::string path = tile_path(id);
    if (shelf.find(path) != bytes) TRY(shelf.keep(path, bytes));
  }
  return shelf.sync();
}

}  // namespace

Result<void> copy_log(TileTree& tree, std::uint64_t from, std::vector<RemoteLog>& remotes,
                      const Shelf& shelf, const std::function<void(std::uint64_t)>& progress) {
  const std::vector<TileLevel> levels = tile_levels(tree.size());
  for (std::size_t level = levels.size(); level-- > 1;) {
    TRY(copy_level(tree, levels[level], from, shelf));
  }
  std::vector<Block> blocks;
  for (std::uint64_t index = from / kTileWidth; index * kTileWidth < tree.size(); ++index) {
    TRY_ASSIGN(const Hash root, tree.tile_root(0, index));
    const unsigned width = tile_width(0, index, tree.size());
    blocks.push_back({.tile = {.level = 0, .index = index, .width = width}, .root = root});
    const std::uint64_t done = index * kTileWidth + width;
    if (blocks.size() < kBatch && done < tree.size()) continue;
    TRY(copy_blocks(blocks, remotes, shelf));
    TRY(shelf.sync());
    blocks.clear();
    progress(done);
  }
  return {};
}

}  // namespace nianlun
