#include "ledger/tile.h"

#include <doctest/doctest.h>

#include <map>

#include "ledger/checkpoint.h"
#include "ledger/merkle_samples.h"
#include "ledger/note.h"

namespace nianlun::testing {
namespace {

// All tiles of a log, full ones and the last of each level, by path.
std::map<std::string, Buffer> tiles_of(const Nodes& nodes, std::uint64_t size) {
  std::map<std::string, Buffer> tiles;
  for (const TileLevel& level : tile_levels(size)) {
    for (std::uint64_t index = 0; index <= level.full_tiles; ++index) {
      const unsigned width = tile_width(level.level, index, size);
      if (width == 0) continue;
      Buffer tile;
      for (std::uint64_t i = 0; i < width; ++i) {
        tile += nodes.rows.at(level.level * kTileHeight).at(index * kTileWidth + i).view();
      }
      tiles[tile_path({level.level, index, width})] = tile;
    }
  }
  return tiles;
}

TileReader reader_of(const std::map<std::string, Buffer>& tiles) {
  return [&tiles](const TileId& id) -> Result<Buffer> {
    const auto found = tiles.find(tile_path(id));
    if (found == tiles.end()) return fail(ErrorCode::kNotFound, "test");
    return found->second;
  };
}

}  // namespace

TEST_CASE("paths are the published ones, and every other spelling is refused") {
  const Json paths = *derived_vectors().find("tile_index_paths");
  REQUIRE(paths.object().size() == 9);
  for (const Json::Member& member : paths.object()) {
    const TileId tile{.level = 3, .index = std::stoull(member.name), .width = 256};
    CHECK(tile_path(tile) == "tile/3/" + member.value.string());
    CHECK(parse_tile_path(tile_path(tile)).value() == tile);
    CHECK(parse_bundle_path(bundle_path(tile.index, 7)).value().width == 7);
  }
  CHECK(tile_path({0, 1'234'067, 1}) == "tile/0/x001/x234/067.p/1");
  const std::uint64_t largest = ~std::uint64_t{0};
  CHECK(parse_tile_path(tile_path({63, largest, 255})).value() == TileId{63, largest, 255});
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/0/x000/001",
                           "tile/0/001/002",
                           "tile/0/x001",
                           "tile/0/x001/",
                           "tile/0/1/x002",
                           "tile/00/001",
                           "tile/64/001",
                           "tile/-1/001",
                           "tile/0/001.p/0",
                           "tile/0/001.p/256",
                           "tile/0/001.p/01",
                           "tile/0/001.p/",
                           "tile/0/001.p",
                           "tile/0/001.p/1/",
                           "/tile/0/001",
                           "tile/0/X001/002",
                           "tile/0/0a1",
                           "tile/0/001 ",
                           "tile/0/../001",
                           "tile/entries/001",
                           "tile/0/x018/x446/x744/x073/x709/x551/616",
                           "tile/0/x001.p/1/002"}) {
    CAPTURE(path);
    CHECK(parse_tile_path(path).has_value() == false);
    CHECK(parse_bundle_path(path).has_value() == (path == std::string("tile/entries/001")));
  }
}

TEST_CASE("a log of 70,000 entries has the tiles and hashes of the derived vectors") {
  const Nodes nodes(sample_leaves(70'000));
  const std::vector<TileLevel> levels = tile_levels(70'000);
  const Json expected = *derived_vectors().find("tiles_at_size_70000");
  REQUIRE(expected.array().size() == levels.size());
  const auto tiles = tiles_of(nodes, 70'000);
  for (const TileLevel& level : levels) {
    const Json& vector = expected.array()[level.level];
    CHECK(vector.integer("full_tiles").value() == static_cast<std::int64_t>(level.full_tiles));
    CHECK(vector.integer("partial_width").value() == level.partial_width);
    Buffer all;
    for (std::uint64_t i = 0; i <= level.full_tiles; ++i) {
      all += tiles.at(tile_path({level.level, i, tile_width(level.level, i, 70'000)}));
    }
    CHECK(hex(sha256(all)) == vector.text("sha256_of_concat_of_all_hashes_at_level"));
  }
}

TEST_CASE("sizes at the edge of a tile have the tiles that the specification says") {
  CHECK(tile_levels(0).empty());
  CHECK(tile_levels(256).size() == 2);
  CHECK(tile_width(0, 0, 256) == 256);
  CHECK(tile_width(0, 1, 256) == 0);
  CHECK(tile_width(1, 0, 256) == 1);
  CHECK(tile_width(1, 0, 255) == 0);
  CHECK(tile_width(0, 0, 255) == 255);
  CHECK(tile_width(7, 0, ~std::uint64_t{0}) == 255);
  CHECK(tile_width(8, 0, ~std::uint64_t{0}) == 0);
  CHECK(tile_width(0, ~std::uint64_t{0}, ~std::uint64_t{0}) == 0);
}

TEST_CASE("proofs from tiles are the proofs from the nodes") {
  const Nodes nodes(sample_leaves(66'000));
  for (const std::uint64_t size : {1U, 5U, 255U, 256U, 257U, 600U, 65'536U, 66'000U}) {
    CAPTURE(size);
    const auto tiles = tiles_of(nodes, size);
    const NodeSource source = tile_source(reader_of(tiles), size);
    CHECK(root_at(size, source).value() == root_at(size, nodes.source(size)).value());
    for (std::uint64_t index = 0; index < size; index += 1 + size / 9) {
      CHECK(prove_inclusion(index, size, source).value() ==
            prove_inclusion(index, size, nodes.source(size)).value());
      CHECK(prove_consistency(index + 1, size, source).value() ==
            prove_consistency(index + 1, size, nodes.source(size)).value());
    }
  }
}

TEST_CASE("a tile of the wrong size or without the node is refused") {
  const Buffer tile(5 * 32, 'x');
  CHECK(node_in_tile(tile, 0, 4));
  CHECK(node_in_tile(tile, 2, 0));
  CHECK(node_in_tile(tile, 0, 5).error().code == ErrorCode::kNotFound);
  CHECK(node_in_tile(tile, 2, 1).error().code == ErrorCode::kNotFound);
  CHECK(node_in_tile(tile, 8, 0).error().code == ErrorCode::kNotFound);
  CHECK(node_in_tile("", 0, 0).error().code == ErrorCode::kInvalidArgument);
  CHECK(node_in_tile(tile + "x", 0, 0).error().code == ErrorCode::kInvalidArgument);
  CHECK(node_in_tile(Buffer(257 * 32, 'x'), 0, 0).error().code == ErrorCode::kInvalidArgument);
  const auto narrow = [&](const TileId&) -> Result<Buffer> { return tile; };
  CHECK(tile_source(narrow, 5)(0, 4));
  CHECK(tile_source(narrow, 6)(0, 4).error().code == ErrorCode::kCorrupted);
  CHECK(tile_source(narrow, 5)(8, 4).error().code == ErrorCode::kNotFound);
}

TEST_CASE("Tessera's log of 15 entries: bundles, tiles, roots and signatures agree at every size") {
  const auto folder = vectors() / "transparency/transparency-dev-tessera/testdata/log";
  const std::vector<NoteVerifier> verifiers = {
      NoteVerifier::parse(
          "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
          .value()};
  const TileReader reader = [&](const TileId& id) -> Result<Buffer> {
    return read_file(folder / tile_path(id));
  };
  for (unsigned size = 0; size <= 15; ++size) {
    CAPTURE(size);
    const auto note =
        open_note(read_file(folder / ("checkpoint." + std::to_string(size))), verifiers);
    REQUIRE(note);
    const Checkpoint checkpoint = parse_checkpoint(note->text).value();
    CHECK(checkpoint.size == size);
    CHECK(root_at(size, tile_source(reader, size)).value() == checkpoint.root);
    if (size == 0) continue;
    const Buffer bundle = read_file(folder / bundle_path(0, size));
    const std::vector<Bytes> entries = parse_entry_bundle(bundle).value();
    CHECK(entry_bundle(entries).value() == bundle);
    std::vector<Hash> leaves;
    for (const Bytes entry : entries) leaves.push_back(leaf_hash(entry));
    CHECK(root_of(leaves) == checkpoint.root);
  }
}

TEST_CASE("a bundle that is cut short or too full is refused") {
  const std::vector<Bytes> entries = {"abc", "", "d"};
  const Buffer bundle = entry_bundle(entries).value();
  CHECK(parse_entry_bundle(bundle).value() == entries);
  for (const std::size_t size : {1U, 2U, 4U, 6U, 8U, 9U}) {
    CHECK(!parse_entry_bundle(Bytes(bundle).substr(0, size)));
  }
  CHECK(parse_entry_bundle(Buffer(512, '\0')).value().size() == 256);
  CHECK(!parse_entry_bundle(Buffer(514, '\0')));
  const Buffer large(65'536, 'x');
  CHECK(entry_bundle(std::vector<Bytes>{large}).error().code == ErrorCode::kTooLarge);
}

}  // namespace nianlun::testing
