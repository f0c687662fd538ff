#pragma once

// A pass over everything that the `log` database holds.

#include <cstdint>
#include <functional>

#include "capture_check.h"
#include "log_groups.h"
#include "log_seals.h"

namespace nianlun {

/// Recomputes every record, seal, tile and the root, in the order of the log's keys, each of which
/// is read once; a key that belongs to nothing is found on the way.
///
/// Threads: use one in one thread at a time.
/// Errors:  what is wrong with the log goes to `note` and ends nothing that can go on without it.
class LogCheck {
 public:
  using Note = std::function<void(Error problem)>;
  LogCheck(const LogView& log, Note note, std::function<void(std::uint64_t)> progress)
      : log_(log), note_(std::move(note)), progress_(std::move(progress)) {}

  /// kIo, kCorrupted  what remains cannot be read
  Result<void> run();

 private:
  bool is_next_dictionary(Bytes key) const;
  void problem(const Result<void>& result);
  Result<void> check_group();
  Result<void> check_record(std::uint64_t index, Bytes bytes, const Hash& leaf);
  Result<void> check_seal(std::uint64_t index, const RecordBrief& record);
  void check_tile(const FullTile& tile);
  void check_edge();
  void check_leaves(std::uint64_t first, std::span<const Hash> stored, std::span<const Hash> ours);

  const LogView& log_;
  Note note_;
  std::function<void(std::uint64_t)> progress_;
  LogGroup group_;  // that is looked at
  TreeEdge edge_;
  CaptureCheck capture_;
  BriefReader briefs_;
  SealReader seals_{log_};
  Hash last_seal_;
  std::int64_t time_ms_ = 0;
  bool sound_ = true;  // so far
};

}  // namespace nianlun
