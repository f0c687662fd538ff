#pragma once

// The last signed checkpoint, outside of any database: what was published is never taken back.

#include <filesystem>
#include <span>
#include <string>

#include "ledger/checkpoint.h"
#include "ledger/entry_proof.h"
#include "ledger/note.h"
#include "ledger/result.h"
#include "log_view.h"

namespace nianlun {

struct SignedCheckpoint {
  Checkpoint checkpoint;
  std::string note;
};

/// Threads: one caller at a time.
class CheckpointFile {
 public:
  /// `keys` are those that the log has or had.
  CheckpointFile(std::filesystem::path file, TrustedKeys keys)
      : file_(std::move(file)), keys_(std::move(keys)) {}

  /// kNotFound   there is no such file
  /// kCorrupted  it is no checkpoint of this log, or not signed by its key
  Result<SignedCheckpoint> read() const;

  /// Signs a checkpoint over the whole log and puts it in the place of the last one, on disk,
  /// unless that is of the same records and signed by all of them. kCorrupted  the last one commits
  /// to more, or to something else: nothing is signed
  Result<SignedCheckpoint> publish(const LogView& log, std::span<const NoteSigner> signers,
                                   bool first) const;

  /// kCorrupted  the log does not hold what the checkpoint commits to
  static Result<void> compare(const Checkpoint& checkpoint, const LogView& log);

 private:
  std::filesystem::path file_;
  TrustedKeys keys_;
};

}  // namespace nianlun
