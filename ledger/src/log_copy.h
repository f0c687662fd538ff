#pragma once

// Reads what is new in a log, compares all of it with the log's tree, and keeps it or not.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/result.h"
#include "ledger/tile_tree.h"
#include "remote_log.h"

namespace nianlun {

/// Where the files of a log are kept, by their paths. All three are called from several threads,
/// never twice at once for the same path.
struct Shelf {
  std::function<std::optional<Buffer>(const std::string& path)> find;
  std::function<Result<void>(const std::string& path, Bytes bytes)> keep;
  std::function<Result<void>()> sync;  ///< what was kept so far survives a power loss
};
/// Keeps nothing.
Shelf no_shelf();
/// The files below a folder. A file is whole or not there.
Shelf folder_shelf(const std::string& folder);

/// Reads all that a log has beyond its first `from` records: tiles from the top down, each compared
/// with the one above it, then the bundles, each compared with its tile. What is on the shelf and
/// holds is not fetched again. One request is in flight for each of `remotes`, and their files are
/// all that is in memory. `progress` gets the records done.
/// kCorrupted  a file is false
Result<void> copy_log(TileTree& tree, std::uint64_t from, std::vector<RemoteLog>& remotes,
                      const Shelf& shelf, const std::function<void(std::uint64_t)>& progress);

}  // namespace nianlun
