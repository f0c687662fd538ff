#pragma once

// Compares what a log shows now with what it showed before.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/entry_proof.h"
#include "ledger/hash.h"
#include "ledger/note.h"
#include "ledger/result.h"
#include "ledger/tile_tree.h"

namespace nianlun {

/// A checkpoint with the note that it was signed in, as it was served.
struct SeenCheckpoint {
  Checkpoint checkpoint;
  std::string note;
};

/// The checkpoint of a note that one of the log's keys signed while it held. Their name is the
/// log's origin. kForbidden        none did kInvalidArgument  no checkpoint, or of another log
Result<SeenCheckpoint> open_seen(std::string note, const TrustedKeys& keys);

/// What a log can be caught at.
enum class AlarmKind {
  kFork,       ///< it signed two histories
  kRollback,   ///< it shows fewer records than before
  kSignature,  ///< what it shows is not a checkpoint that its key signed
  kFiles,      ///< its tiles or bundles are not what the checkpoint commits to
};
struct Alarm {
  AlarmKind kind = AlarmKind::kFiles;
  Error why;
  std::string known;  ///< the note that was seen before; empty: none
  std::string shown;  ///< what is shown as the newest note
  /// Of kFork at two sizes: a consistency proof that leads to the root of the larger one, and to
  /// another than that of the smaller.
  std::vector<Hash> path;
};

/// Compares the note that a log shows now with one that it showed before, if there is one: the
/// signature, the sizes, and by the log's tiles that its records were only added to.
///
/// Threads: one caller at a time.
/// Errors:  kCorrupted  the log was caught: alarm() says at what; others are those of the readers
class LogWatch {
 public:
  LogWatch(TrustedKeys keys, std::vector<TileReader> readers)
      : keys_(std::move(keys)), readers_(std::move(readers)) {}

  Result<SeenCheckpoint> compare(const std::optional<SeenCheckpoint>& known, std::string shown);

  /// The tree of the checkpoint that compare() returned.
  TileTree& tree() { return *tree_; }
  /// Notes that a file of this checkpoint turned out to be false, if the error says so.
  void note(const Error& error);
  const std::optional<Alarm>& alarm() const { return alarm_; }

 private:
  Unexpected raise(AlarmKind kind, Error why);
  Unexpected raise_fork(std::string_view message, Arguments sizes, std::vector<Hash> path);
  Result<void> compare_sizes(const Checkpoint& known, const Checkpoint& shown);
  Result<void> prove_extension(const Checkpoint& known, const Checkpoint& shown);

  TrustedKeys keys_;
  std::vector<TileReader> readers_;
  std::optional<TileTree> tree_;
  std::string known_;
  std::string shown_;
  std::optional<Alarm> alarm_;
};

}  // namespace nianlun
