#pragma once

#include <leveldb/env.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace nianlun::testing {

/// A disk and a machine that fail when told to, beneath any database that takes a leveldb::Env.
///
/// How a test uses it: for n = 1, 2, 3, ... start in a new folder, fail_at(n), run the scenario and
/// note what it was promised, close everything, crash(), open again and compare with the promises;
/// stop at the first n for which has_failed() stays false, since the scenario then ran to its end.
///
/// What is modelled:
///  - Operations are those that change the disk: create, append, sync, rename and remove. Each is
///    counted, in the order in which they come. LevelDB's background thread adds its own, so the
///    n-th operation need not be the same one in each run; that each n is tried is enough.
///  - A failing append writes the first half of its data, as a full disk or a torn write would.
///  - What was appended after the last sync of its file is lost in crash(), and a file that was
///    never synced is lost whole. Renaming and removing are atomic and last at once.
///  - sync does not reach the real disk, so thousands of runs take seconds; the folder must lie on
///    a real file system all the same.
/// What is not: reads never fail, bytes are never altered. LevelDB's own text log is not counted.
///
/// Threads: any. It must outlive every database on it; crash() is called while none is open.
class FaultEnv : public leveldb::EnvWrapper {
 public:
  enum class Failure {
    kPowerLoss,  ///< this operation and all after it fail, until crash()
    kDiskError,  ///< this operation fails, and those after it work
  };

  FaultEnv() : EnvWrapper(leveldb::Env::Default()) {}

  /// Makes the n-th operation from now on fail; the next one is n = 1. 0 means none.
  void fail_at(std::uint64_t n, Failure failure = Failure::kPowerLoss);
  std::uint64_t operations() const;  ///< since the last fail_at() or crash(), failed ones included
  bool has_failed() const;           ///< since the last fail_at() or crash()

  /// From now on sync does nothing and says that it did: what a test must notice.
  void ignore_syncs();

  /// Loses what was not synced, and works again. With `seed` 0 all of it is lost; otherwise each
  /// file keeps a beginning of it, whose length the seed decides: the system may have written some.
  void crash(std::uint64_t seed = 0);

  leveldb::Status NewWritableFile(const std::string& name, leveldb::WritableFile** file) override;
  leveldb::Status NewAppendableFile(const std::string& name, leveldb::WritableFile** file) override;
  leveldb::Status RenameFile(const std::string& from, const std::string& to) override;
  leveldb::Status RemoveFile(const std::string& name) override;

 private:
  class File;
  struct Extent {
    std::uint64_t written_bytes = 0;
    std::uint64_t synced_bytes = 0;
    bool was_synced = false;  // at least once, so that its name lasts
  };

  // Counts an operation; an error if it is to fail. The caller holds mutex_.
  leveldb::Status begin_operation(const std::string& name);
  leveldb::Status open_file(const std::string& name, leveldb::WritableFile** file, bool append);

  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, Extent> files_;
  std::uint64_t operations_ = 0;
  std::uint64_t fail_at_ = 0;
  Failure failure_ = Failure::kPowerLoss;
  bool ignores_syncs_ = false;
};

}  // namespace nianlun::testing
