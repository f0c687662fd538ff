#pragma once

// The `log` database as it was at one moment. Nothing leaves it that was not compared with the
// tree.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "compression.h"
#include "ledger/database.h"
#include "ledger/ledger.h"
#include "ledger/proof.h"
#include "ledger/tile.h"
#include "log_keys.h"
#include "record_packing.h"
#include "tree_edge.h"

namespace nianlun {

/// Full tiles that were compared with the tree already. They never change. Each has one slot, which
/// it takes from whatever was there: 36 MiB in all, enough for every tile of a million records.
/// Tiles above the leaves, which are read for everything, have slots of their own.
///
/// Threads: any.
class TileCache {
 public:
  TileCache() : slots_(kLeafTiles + kNodeTiles) {}

  std::optional<Buffer> find(unsigned level, std::uint64_t index) const;
  /// A hash of a tile.
  std::optional<Hash> find_hash(unsigned level, std::uint64_t index, std::uint64_t number) const;
  /// Says that the hash will be asked for soon.
  void expect_hash(unsigned level, std::uint64_t index, std::uint64_t number) const;
  void put(unsigned level, std::uint64_t index, Bytes tile);

 private:
  static constexpr std::size_t kLeafTiles = 4096;
  static constexpr std::size_t kNodeTiles = 512;
  struct Slot {
    std::uint64_t tag = 0;  // 0: empty
    std::unique_ptr<char[]> bytes;
  };
  static std::size_t slot(unsigned level, std::uint64_t index);
  /// Level and index as one number, never 0.
  static std::uint64_t tag(unsigned level, std::uint64_t index) { return index << 6 | (level + 1); }
  /// Where a hash of the tile lies; null: the tile is not here. Under the lock.
  const char* place(unsigned level, std::uint64_t index, std::uint64_t number) const;

  mutable std::mutex mutex_;
  std::vector<Slot> slots_;  // guarded by mutex_
};

/// By the first index that is packed with them, ascending.
using Dictionaries = std::map<std::uint64_t, std::shared_ptr<const Dictionary>>;

/// Threads: any.
/// Errors:  kIo; kCorrupted where stored bytes disagree with the tree.
class LogView {
 public:
  struct Parts {
    std::shared_ptr<Database> database;
    std::shared_ptr<const Snapshot> snapshot;
    std::shared_ptr<TileCache> tiles;
    std::shared_ptr<const Dictionaries> dictionaries;
    std::shared_ptr<const TreeEdge> edge;  ///< its root is what everything is compared with
    LogPosition position;
    Suite suite = Suite::kSha256;  ///< of the ledger
  };
  explicit LogView(Parts parts) : parts_(std::move(parts)) {}

  const LogPosition& position() const { return parts_.position; }
  const TreeEdge& edge() const { return *parts_.edge; }
  std::uint64_t size() const { return parts_.position.size; }
  Suite suite() const { return parts_.suite; }

  /// kNotFound  index >= size()
  Result<KeptRecord> kept(std::uint64_t index) const;
  Result<StoredRecord> record(std::uint64_t index) const;
  /// record_hash() of each of `count` records from `first` on. kNotFound  not all are there
  Result<std::vector<Hash>> record_hashes(std::uint64_t first, std::uint64_t count) const;
  /// The entry of the capture whose first record is `first`; nothing: none begins there.
  Result<std::optional<SealEntry>> seal_entry(std::uint64_t first) const;

  /// What is stored of it, not compared with anything.
  Result<std::optional<Buffer>> stored_seal(std::uint64_t first) const;

  /// Visits the records from `first` on in this thread, each with the entry of its capture, while
  /// another reads and parses what comes next; an error of `each` ends it.
  using Each = std::function<Result<void>(const StoredRecord& record, const SealEntry& entry)>;
  Result<void> scan(std::uint64_t first, const Each& each) const;

  /// The bytes of a tile of `width` hashes.
  /// kNotFound  the log has no such tile yet
  Result<Buffer> tile(unsigned level, std::uint64_t index, unsigned width) const;
  /// The nodes of the tree over the first `size` records, size <= size().
  NodeSource nodes(std::uint64_t size) const;
  Result<Hash> root_at(std::uint64_t size) const;

  const Dictionaries& dictionaries() const { return *parts_.dictionaries; }
  /// Every key of the database, unchecked.
  std::unique_ptr<Iterator> keys() const {
    return parts_.database->iterate(parts_.snapshot.get(), false);
  }

 private:
  Result<Hash> tile_hash(unsigned level, std::uint64_t index) const;
  Result<Buffer> full_tile(unsigned level, std::uint64_t index) const;
  Result<std::array<Bytes, kFrameRecords>> unpack_to(Buffer& bytes, Bytes key, std::uint64_t index,
                                                     std::size_t count) const;
  Result<KeptRecord> checked(std::uint64_t index, Bytes bytes) const;
  Result<SealEntry> entry_before(std::uint64_t index) const;

  Parts parts_;
};

/// Unpacks a value that was packed for `index`.
Result<Buffer> unpack_at(const Dictionaries& dictionaries, std::uint64_t index, Bytes packed);
/// The dictionary for what is packed from `index` on; nullptr: none.
const Dictionary* dictionary_at(const Dictionaries& dictionaries, std::uint64_t index);

}  // namespace nianlun
