#include "log_check.h"

#include <algorithm>

#include "groups_ahead.h"
#include "ledger/encoding.h"
#include "ledger/tile.h"
#include "ledger/time.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::uint64_t kProgressRecords = 1000;

Unexpected damaged(const char* message, std::uint64_t index) {
  return fail(ErrorCode::kCorrupted, message, {{"index", std::to_string(index)}});
}

Unexpected damaged_tile(const FullTile& tile) {
  return fail(ErrorCode::kCorrupted, "log.damaged-tile",
              {{"index", std::to_string(tile.index)}, {"level", std::to_string(tile.level)}});
}

}  // namespace

void LogCheck::problem(const Result<void>& result) {
  if (result) return;
  sound_ = false;
  note_(result.error());
}

Result<void> LogCheck::run() {
  time_ms_ = kDateTimeMsMin;
  LogGroups groups(log_, 0);
  {
    GroupsAhead ahead(groups);
    for (std::uint64_t end = 0; end < log_.size(); end = group_.end) {
      TRY_ASSIGN(group_, ahead.next());
      TRY(check_group());
      for (const auto& [key, value] : group_.rest) {
        problem(fail(ErrorCode::kCorrupted, "check.key", {{"key", hex(key)}}));
      }
      const bool tell = group_.end / kProgressRecords > group_.first / kProgressRecords;
      if (progress_ && tell) progress_(group_.end);
    }
  }
  problem(capture_.end());
  check_edge();
  Iterator& behind = groups.behind();
  for (; behind.valid(); behind.next()) {
    if (behind.key() == log_position_key() || is_next_dictionary(behind.key())) continue;
    problem(fail(ErrorCode::kCorrupted, "check.key", {{"key", hex(behind.key())}}));
  }
  return behind.status();
}

/// A dictionary is stored before the first record that is packed with it.
bool LogCheck::is_next_dictionary(Bytes key) const {
  return log_.dictionaries().contains(log_.size()) && key == dictionary_key(log_.size());
}

Result<void> LogCheck::check_group() {
  for (std::uint64_t index = group_.first; index < group_.end; ++index) {
    if (log_.dictionaries().contains(index)) group_.take(dictionary_key(index));
  }
  for (std::size_t i = 0; i < group_.records.size(); ++i) {
    TRY(check_record(group_.first + i, group_.records[i], group_.leaves[i]));
  }
  return group_.unpacked;
}

Result<void> LogCheck::check_record(std::uint64_t index, Bytes bytes, const Hash& leaf) {
  std::vector<FullTile> tiles;
  edge_.append(leaf, tiles);
  for (const FullTile& tile : tiles) check_tile(tile);
  const auto record = briefs_.read(bytes);
  if (!record) return damaged("log.damaged-record", index);
  TRY(check_seal(index, *record));
  problem(capture_.add(index, *record));
  if (record->time_ms < time_ms_) problem(damaged("check.order", index));
  time_ms_ = record->time_ms;
  return {};
}

/// A capture has an entry with its first record, and no other record has one.
Result<void> LogCheck::check_seal(std::uint64_t index, const RecordBrief& record) {
  const bool begins = index == 0 || record.seal != last_seal_;
  if (begins) {
    const auto stored = group_.take(log_seal_key(index));
    if (!stored) return damaged("log.damaged-seal", index);
    auto entry = seals_.read(*stored, {index, record.time_ms, record.event_hash});
    if (!entry) return damaged("log.damaged-seal", index);
    last_seal_ = entry->seal.hash;
    problem(capture_.begin(index, *std::move(entry)));
  }
  const Seal& seal = capture_.entry()->seal;
  if (seal.hash == record.seal && seal.proofs_hash == record.proofs) return {};
  return damaged("log.damaged-seal", index);
}

/// A stored tile that is not ours is compared with the tile above it, which tells who is wrong.
void LogCheck::check_tile(const FullTile& tile) {
  if (group_.take(tile_key(tile.level, tile.index)) == tile.bytes) return;
  const auto stored = log_.tile(tile.level, tile.index, kTileWidth);
  if (!stored) return problem(Unexpected{stored.error()});
  if (tile.level > 0) return sound_ ? problem(damaged_tile(tile)) : void();
  check_leaves(tile.index * kTileWidth, tile_hashes(*stored), tile_hashes(tile.bytes));
}

void LogCheck::check_leaves(std::uint64_t first, std::span<const Hash> stored,
                            std::span<const Hash> ours) {
  for (std::size_t i = 0; i < std::min(stored.size(), ours.size()); ++i) {
    if (stored[i] != ours[i]) problem(damaged("log.damaged-record", first + i));
  }
}

void LogCheck::check_edge() {
  if (edge_.root() == log_.position().root) return;
  const auto ours = edge_.partial(0);
  check_leaves(edge_.size() - ours.size(), log_.edge().partial(0), ours);
  if (sound_) problem(fail(ErrorCode::kCorrupted, "log.damaged-position"));
}

}  // namespace nianlun
