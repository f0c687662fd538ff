#pragma once

// What mirror and audit do alike: look at a log, compare it, read what is new.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/rotation.h"
#include "log_copy.h"
#include "log_watch.h"
#include "remote_log.h"

namespace nianlun {

/// Connections to a server, and the watch over its log.
///
/// Threads: one caller at a time.
/// Errors:  kCorrupted  the log was caught: alarm() says at what. Others: see RemoteLog, Shelf
class LogSession {
 public:
  static Result<std::unique_ptr<LogSession>> open(std::string_view url, unsigned connections,
                                                  TrustedKeys keys, Shelf shelf);

  /// The newest checkpoint, if it extends the known one. If it is not signed by a key that is
  /// known, the log may say how its keys changed.
  Result<SeenCheckpoint> look(const std::optional<SeenCheckpoint>& known);
  /// Reads all beyond the first `from` records of what look() returned, and puts it on the shelf.
  Result<void> read(std::uint64_t from, const std::function<void(std::uint64_t)>& progress);

  const std::optional<Alarm>& alarm() const { return watch_->alarm(); }
  /// What led from the keys that were given to others; empty: nothing did.
  const std::vector<Rotation>& rotations() const { return rotations_; }

 private:
  LogSession(std::vector<RemoteLog> remotes, Shelf shelf, TrustedKeys keys)
      : remotes_(std::move(remotes)), shelf_(std::move(shelf)), keys_(std::move(keys)) {}
  Result<bool> learn_keys();
  std::vector<TileReader> readers();

  std::vector<RemoteLog> remotes_;
  Shelf shelf_;
  TrustedKeys keys_;
  std::vector<Rotation> rotations_;
  std::optional<LogWatch> watch_;
};

}  // namespace nianlun
