#pragma once

// What mirror and audit do alike: look at a log, compare it, read what is new.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
                                                  const NoteVerifier& key, Shelf shelf);

  /// The newest checkpoint, if it extends the known one.
  Result<SeenCheckpoint> look(const std::optional<SeenCheckpoint>& known);
  /// Reads all beyond the first `from` records of what look() returned, and puts it on the shelf.
  Result<void> read(std::uint64_t from, const std::function<void(std::uint64_t)>& progress);

  const std::optional<Alarm>& alarm() const { return watch_->alarm(); }

 private:
  LogSession(std::vector<RemoteLog> remotes, Shelf shelf)
      : remotes_(std::move(remotes)), shelf_(std::move(shelf)) {}
  std::vector<TileReader> readers();

  std::vector<RemoteLog> remotes_;
  Shelf shelf_;
  std::optional<LogWatch> watch_;
};

}  // namespace nianlun
