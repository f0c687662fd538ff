#pragma once

// The files of a log that a server has in the layout of c2sp.org/tlog-tiles.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/bytes.h"
#include "ledger/http_client.h"
#include "ledger/result.h"
#include "ledger/tile.h"

namespace nianlun {

/// Gets files over one connection, which is kept.
///
/// Threads: one caller at a time.
/// Errors:  kIo, kBusy  the server cannot be reached or is in trouble (is_unreachable())
class RemoteLog {
 public:
  static Result<RemoteLog> connect_to(std::string_view url);

  /// The newest signed note.
  Result<Buffer> checkpoint();
  /// How the log's keys changed, as it says (rotation.h); nothing: it does not say.
  Result<std::optional<Buffer>> log_keys() { return find("log-keys"); }
  /// A tile or an entry bundle that a checkpoint promises, unchecked; where a partial one has gone,
  /// since the full one is there, it is cut from that.
  /// kCorrupted  the server says that it has no such file, or it is larger than any can be
  Result<Buffer> tile(const TileId& tile);
  Result<Buffer> bundle(std::uint64_t index, unsigned width);

 private:
  explicit RemoteLog(std::unique_ptr<HttpClient> client) : client_(std::move(client)) {}
  Result<std::optional<Buffer>> find(const std::string& path);
  std::unique_ptr<HttpClient> client_;
};

}  // namespace nianlun
