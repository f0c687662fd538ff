// Paths of tiles and bundles have one spelling, and so has a bundle. Of a log's tree, a server that
// sends these octets gets nothing accepted but what is true.

#include <vector>

#include "fuzz.h"
#include "ledger/merkle.h"
#include "ledger/tile.h"
#include "ledger/tile_tree.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

namespace {

constexpr std::uint64_t kEntries = 260;

/// The only full tile of a log whose entries are numbers, and its partial ones.
struct Log {
  Log() {
    std::vector<Bytes> last;
    std::vector<Hash> leaves;
    for (std::uint64_t i = 0; i < kEntries; ++i) entries.push_back(std::to_string(i));
    for (std::uint64_t i = 0; i < kEntries; ++i) {
      leaves.push_back(leaf_hash(entries[i]));
      (i < kTileWidth ? full : partial) += leaves.back().view();
      if (i >= kTileWidth) last.push_back(entries[i]);
    }
    bundle = entry_bundle(last).value();
    root = root_of(leaves);
    above = root_of(std::span(leaves).first(kTileWidth)).view();
  }
  std::vector<Buffer> entries;
  Buffer full, partial, above, bundle;
  Hash root;
};

void check_against_tree(Bytes bytes) {
  static const Log log;
  const auto tree_with = [&](const TileId& changed) {
    const TileReader reader = [&bytes, changed](const TileId& id) -> Result<Buffer> {
      if (id == changed) return Buffer(bytes);
      return id.level > 0 ? log.above : id.index == 0 ? log.full : log.partial;
    };
    return TileTree::open(kEntries, log.root, {reader});
  };
  auto tree = tree_with({.level = 0, .index = 0});
  require(tree.has_value(), "the right edge is honest");
  const auto tile = tree->tile(0, 0);
  require(!tile || *tile == log.full, "a full tile is the log's");
  require(
      !tree_with({.level = 0, .index = 1, .width = kEntries - kTileWidth}) || bytes == log.partial,
      "a partial tile is the log's");
  require(!check_bundle(1, bytes, log.partial) || bytes == log.bundle, "a bundle is the log's");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = input(data, size);
  if (const auto tile = parse_tile_path(bytes)) {
    require(tile_path(*tile) == bytes, "a tile's path has one spelling");
  }
  if (const auto bundle = parse_bundle_path(bytes)) {
    require(bundle_path(bundle->index, bundle->width) == bytes, "a bundle's path has one spelling");
  }
  if (const auto entries = parse_entry_bundle(bytes)) {
    require(entry_bundle(*entries).value() == bytes, "a bundle has one spelling");
  }
  check_against_tree(bytes);
  return 0;
}
