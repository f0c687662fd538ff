#include "seal_after.h"

#include <array>
#include <mutex>
#include <optional>

#include "ledger/merkle.h"
#include "ledger/proof.h"
#include "ledger/tile.h"
#include "try.h"

namespace nianlun {
namespace {

/// A ledger at a size that it had once: the same for ever.
struct Past {
  std::string identity;
  std::uint64_t size = 0;
  Hash root;
  std::int64_t newest_ms = 0;  ///< recordTime of its last record
};

/// Devices saw one of few checkpoints, the newest mostly, and each costs some hundred hashes.
class PastCache {
 public:
  std::optional<Past> find(const std::string& identity, std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    const Past& past = slots_[size % slots_.size()];
    return past.size == size && past.identity == identity ? std::optional(past) : std::nullopt;
  }
  void put(const Past& past) {
    const std::lock_guard lock(mutex_);
    slots_[past.size % slots_.size()] = past;
  }

 private:
  std::mutex mutex_;
  std::array<Past, 64> slots_;
};

/// 0 < size <= reading.size()
Result<Past> past_of(const Reading& reading, const std::string& identity, std::uint64_t size) {
  static PastCache cache;
  if (auto known = cache.find(identity, size)) return *std::move(known);
  Past past{.identity = identity, .size = size, .root = {}, .newest_ms = 0};
  const auto tile = [&](const TileId& id) { return reading.tile(id.level, id.index, id.width); };
  TRY_ASSIGN(past.root, root_at(size, tile_source(tile, size)));
  TRY_ASSIGN(const StoredRecord newest, reading.record(size - 1));
  past.newest_ms = newest.record.time_ms;
  cache.put(past);
  return past;
}

}  // namespace

Result<std::vector<std::string>> broken_by_after(const Seal& seal, const Reading& reading,
                                                 const std::string& identity) {
  std::vector<std::string> broken;
  if (!seal.after) return broken;
  const TreeHead& seen = *seal.after;
  if (seen.size == 0) {
    if (seen.root != empty_root()) broken.emplace_back(kHistoryGuard);
    return broken;
  }
  if (seen.size > reading.size()) return std::vector{std::string(kHistoryGuard)};
  TRY_ASSIGN(const Past past, past_of(reading, identity, seen.size));
  if (past.root != seen.root) {
    broken.emplace_back(kHistoryGuard);
  } else if (seal.sealed_at_ms + kClockOffMs < past.newest_ms) {
    broken.emplace_back(kTimeGuard);
  }
  return broken;
}

}  // namespace nianlun
