#pragma once

// The `log` database: records, seals, tiles and the position, written in one synced batch per
// commit.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ledger/database.h"
#include "ledger/machine.h"
#include "log_seals.h"
#include "log_view.h"

namespace nianlun {

/// A capture of the records that are appended.
struct NewCapture {
  std::uint64_t first = 0;  ///< index of its first record
  const Seal* seal = nullptr;
  bool rollback = true;
};
/// The records of a group of captures.
struct LogCommit {
  std::span<const NewRecord> records;
  std::vector<NewCapture> captures;
  std::uint64_t engine = 0;  ///< next position of the log engine
  std::uint64_t vault = 0;   ///< writes of the vault, all on disk
};

/// Threads: one caller at a time; a view belongs to everybody.
/// Errors:  kIo, kCorrupted.
class Log {
 public:
  /// Opens it and compares its right edge with its position. A new one is empty.
  static Result<std::unique_ptr<Log>> open(const DatabaseOptions& options);

  /// Appends and syncs; after an error nothing more may be appended.
  Result<void> append(const LogCommit& commit);

  const std::shared_ptr<const LogView>& view() const { return view_; }

 private:
  explicit Log(std::shared_ptr<Database> database) : database_(std::move(database)) {}
  Result<void> load();
  Result<void> load_dictionaries(std::optional<std::uint64_t> newest);
  Result<void> load_suite(std::uint64_t size);
  Result<TreeEdge> load_edge(const LogPosition& position) const;
  void write_records(const LogCommit& commit, WriteBatch& batch);
  void write_seals(const LogCommit& commit, WriteBatch& batch);
  Result<void> sample_seals(std::uint64_t first, std::vector<Buffer>& samples) const;
  Result<std::shared_ptr<const Dictionary>> train(const LogCommit& commit);
  void make_view(LogPosition position);

  std::shared_ptr<Database> database_;
  std::shared_ptr<TileCache> tiles_ = std::make_shared<TileCache>();
  std::shared_ptr<const Dictionaries> dictionaries_ = std::make_shared<const Dictionaries>();
  std::shared_ptr<const TreeEdge> edge_ = std::make_shared<const TreeEdge>();
  std::shared_ptr<const LogView> view_;
  std::vector<Buffer> tail_;  // records after the last whole frame
  SealWriter seals_;
  std::uint64_t train_at_ = 0;
  Suite suite_ = Suite::kSha256;  // as record 0 says
};

}  // namespace nianlun
