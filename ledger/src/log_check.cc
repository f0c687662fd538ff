#include "log_check.h"

#include <algorithm>

#include "ledger/encoding.h"
#include "ledger/tile.h"
#include "ledger/time.h"
#include "seal_entry.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::uint64_t kProgressRecords = 1000;
constexpr std::size_t kIndexBytes = 8;

Unexpected damaged(const char* message, std::uint64_t index) {
  return fail(ErrorCode::kCorrupted, message, {{"index", std::to_string(index)}});
}

Unexpected damaged_tile(const FullTile& tile) {
  return fail(ErrorCode::kCorrupted, "log.damaged-tile",
              {{"index", std::to_string(tile.index)}, {"level", std::to_string(tile.level)}});
}

bool is_before(Bytes key, std::uint64_t end) {
  return key.size() < kIndexBytes || read_be64(key.substr(0, kIndexBytes)) < end;
}

}  // namespace

void LogCheck::problem(const Result<void>& result) {
  if (result) return;
  sound_ = false;
  note_(result.error());
}

Result<void> LogCheck::run() {
  time_ms_ = kDateTimeMsMin;
  const auto at = log_.keys();
  at->seek_to_first();
  for (std::uint64_t first = 0; first < log_.size(); first += kFrameRecords) {
    const std::uint64_t end = std::min(first + kFrameRecords, log_.size());
    read_group(*at, end);
    TRY(at->status());
    TRY(check_group(first, end));
    for (const auto& [key, value] : group_) {
      problem(fail(ErrorCode::kCorrupted, "check.key", {{"key", hex(key)}}));
    }
    if (progress_ && end / kProgressRecords > first / kProgressRecords) progress_(end);
  }
  problem(capture_.end());
  check_edge();
  for (; at->valid(); at->next()) {
    if (at->key() == log_position_key() || is_next_dictionary(at->key())) continue;
    problem(fail(ErrorCode::kCorrupted, "check.key", {{"key", hex(at->key())}}));
  }
  return at->status();
}

/// A dictionary is stored before the first record that is packed with it.
bool LogCheck::is_next_dictionary(Bytes key) const {
  return log_.dictionaries().contains(log_.size()) && key == dictionary_key(log_.size());
}

/// What is stored by indices before `end`.
void LogCheck::read_group(Iterator& at, std::uint64_t end) {
  group_.clear();
  for (; at.valid() && is_before(at.key(), end); at.next()) {
    group_.emplace(at.key(), at.value());
  }
}

std::optional<Buffer> LogCheck::take(Bytes key) {
  const auto found = group_.find(key);
  if (found == group_.end()) return std::nullopt;
  return std::move(group_.extract(found).mapped());
}

Result<Buffer> LogCheck::unpacked(Bytes key, std::uint64_t index) {
  const auto packed = take(key);
  if (!packed) return damaged("log.damaged-record", index);
  return unpack_at(log_.dictionaries(), index, *packed);
}

Result<void> LogCheck::check_group(std::uint64_t first, std::uint64_t end) {
  for (std::uint64_t index = first; index < end; ++index) {
    if (log_.dictionaries().contains(index)) take(dictionary_key(index));
  }
  if (end - first < kFrameRecords) {  // the tail lies singly
    for (std::uint64_t index = first; index < end; ++index) {
      TRY_ASSIGN(const Buffer bytes, unpacked(record_key(index), index));
      TRY(check_record(index, bytes));
    }
    return {};
  }
  TRY_ASSIGN(const Buffer frame, unpacked(frame_key(first), first));
  TRY_ASSIGN(const auto records, split_frame(frame));
  for (std::uint64_t index = first; index < end; ++index) {
    TRY(check_record(index, records[index - first]));
  }
  return {};
}

Result<void> LogCheck::check_record(std::uint64_t index, Bytes bytes) {
  std::vector<FullTile> tiles;
  edge_.append(record_leaf(bytes), tiles);
  for (const FullTile& tile : tiles) check_tile(tile);
  const auto record = record_brief(bytes);
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
    const auto packed = take(log_seal_key(index));
    if (!packed) return damaged("log.damaged-seal", index);
    TRY_ASSIGN(const Buffer text, unpack_at(log_.dictionaries(), index, *packed));
    auto entry = decode_seal_entry(text);
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
  if (take(tile_key(tile.level, tile.index)) == tile.bytes) return;
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
