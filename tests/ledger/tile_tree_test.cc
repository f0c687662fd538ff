#include "ledger/tile_tree.h"

#include <doctest/doctest.h>

#include <map>

#include "ledger/made_log.h"

namespace nianlun::testing {
namespace {

TileReader reader_of(const MadeLog::Files& files, std::map<std::string, int>* reads = nullptr) {
  return [&files, reads](const TileId& id) -> Result<Buffer> {
    if (reads != nullptr) ++(*reads)[tile_path(id)];
    const auto found = files.find(tile_path(id));
    if (found == files.end()) return fail(ErrorCode::kNotFound, "log.no-such-tile");
    return found->second;
  };
}

Error error_of(const MadeLog& log, const MadeLog::Files& files, unsigned level,
               std::uint64_t index) {
  auto tree = TileTree::open(log.size(), log.root(), {reader_of(files)});
  if (!tree) return tree.error();
  const auto tile = tree->tile(level, index);
  REQUIRE(!tile);
  return tile.error();
}

TEST_CASE("a tree from tiles has the nodes of the log, at sizes around the width of a tile") {
  MadeLog log(0);
  for (const std::uint64_t size : {1, 2, 255, 256, 257, 511, 512, 513, 1000, 65'536, 65'793}) {
    log.add(size - log.size());
    const MadeLog::Files files = log.files();
    auto tree = TileTree::open(log.size(), log.root(), {reader_of(files)});
    REQUIRE(tree);
    CHECK(root_at(size, tree->nodes()).value() == log.root());
    for (const TileLevel& level : tile_levels(size)) {
      const std::uint64_t last = level.full_tiles - (level.partial_width > 0 ? 0 : 1);
      const TileId id{
          .level = level.level, .index = last, .width = tile_width(level.level, last, size)};
      CHECK(tree->tile(level.level, last).value() == files.at(tile_path(id)));
      CHECK(check_tile(id, files.at(tile_path(id)), tree->tile_root(level.level, last).value()));
      CHECK(tree->tile(level.level, last + 1).error().code == ErrorCode::kNotFound);
    }
  }
  auto empty = TileTree::open(0, empty_root(), {reader_of({})});
  REQUIRE(empty);
  CHECK(empty->tile(0, 0).error().code == ErrorCode::kNotFound);
  CHECK(TileTree::open(0, Hash(), {reader_of({})}).error().message == "tree.false-edge");
}

TEST_CASE("one flipped bit of a tile is named by its path, or by the edge that it is in") {
  const MadeLog log(700);
  for (const auto& [path, bytes] : log.files()) {
    const auto id = parse_tile_path(path);
    if (!id) continue;
    for (const std::size_t at : {std::size_t{0}, bytes.size() - 1}) {
      MadeLog::Files files = log.files();
      files[path][at] = static_cast<char>(files[path][at] ^ 1);
      const Error error = error_of(log, files, id->level, id->index);
      CHECK(error.code == ErrorCode::kCorrupted);
      CHECK(error.message == (id->width == kTileWidth ? "tree.false-tile" : "tree.false-edge"));
    }
    for (const std::string& wrong :
         {bytes.substr(32), bytes + std::string(32, 'x'), bytes.substr(1), std::string()}) {
      MadeLog::Files files = log.files();
      files[path] = wrong;
      CHECK(error_of(log, files, id->level, id->index).message == "tree.wrong-width");
    }
    MadeLog::Files files = log.files();
    files.erase(path);
    CHECK(error_of(log, files, id->level, id->index).code == ErrorCode::kNotFound);
  }
}

TEST_CASE("tiles of another history do not make the root") {
  const MadeLog log(300);
  const MadeLog other(300, "other");
  CHECK(error_of(log, other.files(), 0, 0).message == "tree.false-edge");
}

TEST_CASE("a reader that has something false is passed over for the next") {
  const MadeLog log(700);
  const MadeLog::Files files = log.files();
  MadeLog::Files damaged = files;
  for (auto& [path, bytes] : damaged) bytes[0] = static_cast<char>(bytes[0] ^ 1);
  std::map<std::string, int> reads;
  auto tree =
      TileTree::open(log.size(), log.root(), {reader_of(damaged), reader_of(files, &reads)});
  REQUIRE(tree);
  CHECK(tree->tile(0, 1).value() == files.at("tile/0/001"));
  CHECK(reads.size() == 3);  // two partial ones and this
  auto sound =
      TileTree::open(log.size(), log.root(), {reader_of(files), reader_of(damaged, &reads)});
  REQUIRE(sound);
  CHECK(sound->tile(0, 1));
  CHECK(reads.size() == 3);
}

TEST_CASE("reading in order reads every tile once") {
  const MadeLog log(70'000);
  const MadeLog::Files files = log.files();
  std::map<std::string, int> reads;
  auto tree = TileTree::open(log.size(), log.root(), {reader_of(files, &reads)});
  REQUIRE(tree);
  for (std::uint64_t i = 0; i < 274; ++i) REQUIRE(tree->tile(0, i));
  CHECK(reads.size() == 273 + 1 + 2 + 1);
  for (const auto& [path, count] : reads) CHECK_MESSAGE(count == 1, path);
}

TEST_CASE("a bundle has exactly the entries of its tile") {
  const MadeLog log(300);
  const MadeLog::Files files = log.files();
  const std::string& tile = files.at("tile/0/001.p/44");
  const std::string& bundle = files.at("tile/entries/001.p/44");
  CHECK(check_bundle(1, bundle, tile));
  std::string changed = bundle;
  changed[2 + 10 + 2] = 'E';  // in the second entry
  const auto refused = check_bundle(1, changed, tile);
  REQUIRE(!refused);
  CHECK(refused.error().message == "tree.false-bundle");
  CHECK(refused.error().arguments.back().second == "1");
  CHECK(check_bundle(1, bundle.substr(0, bundle.size() - 1), tile).error().message ==
        "tree.wrong-bundle");
  CHECK(check_bundle(1, bundle + std::string(2, '\0'), tile).error().message ==
        "tree.wrong-bundle");
  CHECK(check_bundle(1, "", tile).error().message == "tree.wrong-bundle");
  CHECK(check_bundle(0, files.at("tile/entries/000"), tile).error().message == "tree.wrong-bundle");
}

}  // namespace
}  // namespace nianlun::testing
