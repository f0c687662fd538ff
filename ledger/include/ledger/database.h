#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace leveldb {
class Env;
}

namespace nianlun {

struct DatabaseOptions {
  std::filesystem::path directory;  ///< holds the database and nothing else; one process at a time
  bool create_if_missing = false;
  /// Refuses write() and compact(). LevelDB still replays its write-ahead log when it opens.
  bool read_only_check = false;
  std::size_t cache_bytes = 64 << 20;         ///< of uncompressed blocks
  std::size_t write_buffer_bytes = 16 << 20;  ///< up to two such buffers may live at once
  bool compress = false;                      ///< blocks, with Snappy
  bool filter = true;  ///< tells fast that a key is absent; of no use where whoever asks knows
  /// Syncs every file before it is closed. LevelDB does not sync a write-ahead log that it has
  /// done with, so without this a database that is written without sync may lose its middle in a
  /// crash and keep its tail; with it, it may only lose its tail.
  bool sync_each_file = false;
  leveldb::Env* env = nullptr;  ///< for tests; must outlive the database
};

/// Whether a write is on disk when write() returns.
enum class Sync { kNo, kYes };

/// Whether a read compares the block's checksum. Only who compares the value with a hash of his own
/// may do without: a checksum takes more than all the rest of a read.
enum class Checksum { kVerify, kSkip };

/// Changes that are made together or not at all. A later change of a key overrides an earlier one.
///
/// Threads: use one batch in one thread at a time. Errors: none.
class WriteBatch {
 public:
  WriteBatch();
  WriteBatch(WriteBatch&&) noexcept;
  WriteBatch& operator=(WriteBatch&&) noexcept;
  ~WriteBatch();

  void put(Bytes key, Bytes value);
  void erase(Bytes key);
  void clear();
  std::size_t bytes() const;  ///< of the encoded batch, about
  std::size_t count() const;  ///< changes

 private:
  friend class Database;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The database as it was when the snapshot was taken. Keeps the files open while it lives.
class Snapshot {
 public:
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  friend class Database;
  struct Impl;
  explicit Snapshot(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Walks over the keys in ascending order of their octets. It sees the database as it was when it
/// was made, and stands nowhere at first.
///
/// Threads: use one iterator in one thread at a time.
/// Errors:  an iterator that meets one is not valid(), and status() says why: ask it after a loop.
class Iterator {
 public:
  ~Iterator();
  Iterator(const Iterator&) = delete;
  Iterator& operator=(const Iterator&) = delete;

  void seek(Bytes key);  ///< to the first key >= `key`
  void seek_to_first();
  void seek_to_last();
  void seek_for_prev(Bytes key);  ///< to the last key <= `key`
  void next();                    ///< only while valid()
  void prev();                    ///< only while valid()
  bool valid() const;
  Bytes key() const;    ///< until the iterator moves; only while valid()
  Bytes value() const;  ///< until the iterator moves; only while valid()
  Result<void> status() const;

 private:
  friend class Database;
  struct Impl;
  explicit Iterator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// An ordered map from octets to octets on disk: LevelDB, with every checksum verified unless a
/// caller does without.
///
/// Once write(batch, Sync::kYes) has returned without error, the batch survives a crash. After a
/// write that failed, nothing more is written: what is on disk is then unknown until it is opened
/// again.
///
/// Threads: any thread may call any member; concurrent writes share a sync.
/// Errors:  kIo, kCorrupted (a checksum or the structure is wrong) from any member that touches
///          the disk; further codes stand by the members.
class Database {
 public:
  /// kNotFound  there is none, and create_if_missing is false
  /// kConflict  it is open already, in this or another process
  static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options);

  /// Closes the database once the last snapshot and iterator are gone too.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// The value, or nothing if the key is absent.
  Result<std::optional<Buffer>> get(Bytes key, const Snapshot* snapshot = nullptr,
                                    Checksum checksum = Checksum::kVerify) const;
  /// kForbidden  opened with read_only_check
  Result<void> write(const WriteBatch& batch, Sync sync);
  /// For scans of what will not be read again soon, `fill_cache` should be false.
  std::unique_ptr<Iterator> iterate(const Snapshot* snapshot = nullptr,
                                    bool fill_cache = true) const;
  std::shared_ptr<const Snapshot> snapshot() const;

  /// Rewrites the keys in [begin, end] without what was overwritten or erased; an empty bound is
  /// open. What was erased is on disk until then. A failure shows at the next write.
  /// kForbidden  opened with read_only_check
  Result<void> compact(Bytes begin, Bytes end);
  /// What the keys in [begin, end) take on disk; recent writes are not counted.
  std::uint64_t approximate_bytes(Bytes begin, Bytes end) const;

 private:
  friend class Iterator;
  friend class Snapshot;
  struct Core;
  explicit Database(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace nianlun
