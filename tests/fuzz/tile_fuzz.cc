// Paths of tiles and bundles have one spelling, and so has a bundle.

#include "fuzz.h"
#include "ledger/tile.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

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
  return 0;
}
