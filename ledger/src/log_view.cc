#include "log_view.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "groups_ahead.h"
#include "ledger/encoding.h"
#include "ledger/merkle.h"
#include "ledger/tile.h"
#include "log_seals.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kKeptBytes = 64 << 10;  // of a buffer, from one record to the next

Unexpected damaged_record(std::uint64_t index) {
  return fail(ErrorCode::kCorrupted, "log.damaged-record", {{"index", std::to_string(index)}});
}

Unexpected damaged_seal(std::uint64_t first) {
  return fail(ErrorCode::kCorrupted, "log.damaged-seal", {{"index", std::to_string(first)}});
}

Unexpected damaged_tile(unsigned level, std::uint64_t index) {
  return fail(ErrorCode::kCorrupted, "log.damaged-tile",
              {{"index", std::to_string(index)}, {"level", std::to_string(level)}});
}

/// The entry that is stored with a capture's first record, if it is the record's.
Result<SealEntry> entry_of(SealReader& seals, std::uint64_t first, Bytes stored,
                           const Record& record) {
  auto entry = seals.read(stored, {first, record.time_ms, record.event_hash});
  if (!entry && entry.error().code != ErrorCode::kCorrupted) return entry;
  if (!entry || entry->seal.hash != record.seal || entry->seal.proofs_hash != record.proofs) {
    return damaged_seal(first);
  }
  return entry;
}

}  // namespace

std::size_t TileCache::slot(unsigned level, std::uint64_t index) {
  constexpr std::size_t kPerLevel = kNodeTiles / 4;  // two levels above hold 16 million records
  if (level == 0) return index % kLeafTiles;
  return kLeafTiles + (level - 1) % 4 * kPerLevel + index % kPerLevel;
}

const char* TileCache::place(unsigned level, std::uint64_t index, std::uint64_t number) const {
  const Slot& found = slots_[slot(level, index)];
  return found.tag == tag(level, index) ? found.bytes.get() + number * sizeof(Hash) : nullptr;
}

std::optional<Buffer> TileCache::find(unsigned level, std::uint64_t index) const {
  const std::lock_guard lock(mutex_);
  const char* bytes = place(level, index, 0);
  return bytes == nullptr ? std::nullopt : std::optional<Buffer>(std::in_place, bytes, kTileBytes);
}

std::optional<Hash> TileCache::find_hash(unsigned level, std::uint64_t index,
                                         std::uint64_t number) const {
  Hash hash;
  const std::lock_guard lock(mutex_);
  const char* bytes = place(level, index, number);
  if (bytes == nullptr) return std::nullopt;
  std::memcpy(hash.bytes.data(), bytes, sizeof(Hash));
  return hash;
}

void TileCache::expect_hash(unsigned level, std::uint64_t index, std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  __builtin_prefetch(place(level, index, number));
}

void TileCache::put(unsigned level, std::uint64_t index, Bytes tile) {
  assert(tile.size() == kTileBytes);
  const std::lock_guard lock(mutex_);
  Slot& taken = slots_[slot(level, index)];
  taken.tag = tag(level, index);
  if (taken.bytes == nullptr) taken.bytes = std::make_unique_for_overwrite<char[]>(kTileBytes);
  std::memcpy(taken.bytes.get(), tile.data(), kTileBytes);
}

const Dictionary* dictionary_at(const Dictionaries& dictionaries, std::uint64_t index) {
  const auto after = dictionaries.upper_bound(index);
  return after == dictionaries.begin() ? nullptr : std::prev(after)->second.get();
}

Result<Buffer> unpack_at(const Dictionaries& dictionaries, std::uint64_t index, Bytes packed) {
  return unpack(packed, dictionary_at(dictionaries, index));
}

// Each record that comes out of it is compared with its leaf.
Result<std::array<Bytes, kFrameRecords>> LogView::unpack_to(Buffer& bytes, Bytes key,
                                                            std::uint64_t index,
                                                            std::size_t count) const {
  TRY_ASSIGN(const auto packed, parts_.database->get(key, parts_.snapshot.get(), Checksum::kSkip));
  if (!packed) return damaged_record(index);
  return unpack_records(*packed, count, dictionary_at(*parts_.dictionaries, index), bytes);
}

Result<Hash> LogView::tile_hash(unsigned level, std::uint64_t index) const {
  const std::uint64_t tile = index / kTileWidth;
  const std::uint64_t number = index % kTileWidth;
  if (tile_width(level, tile, size()) == kTileWidth) {
    if (const auto hash = parts_.tiles->find_hash(level, tile, number)) return *hash;
    TRY_ASSIGN(const Buffer bytes, full_tile(level, tile));
    return Hash::from(Bytes(bytes).substr(number * sizeof(Hash), sizeof(Hash)));
  }
  const auto edge = parts_.edge->partial(level);
  if (number >= edge.size()) return damaged_tile(level, tile);
  return edge[number];
}

Result<Buffer> LogView::full_tile(unsigned level, std::uint64_t index) const {
  if (auto cached = parts_.tiles->find(level, index)) return *std::move(cached);
  TRY_ASSIGN(auto bytes, parts_.database->get(tile_key(level, index), parts_.snapshot.get()));
  if (!bytes || bytes->size() != kTileBytes) return damaged_tile(level, index);
  TRY_ASSIGN(const Hash above, tile_hash(level + 1, index));
  if (root_of(tile_hashes(*bytes)) != above) return damaged_tile(level, index);
  parts_.tiles->put(level, index, *bytes);
  return *std::move(bytes);
}

Result<Buffer> LogView::tile(unsigned level, std::uint64_t index, unsigned width) const {
  if (level >= kTileHeight || width == 0 || tile_width(level, index, size()) < width) {
    return fail(ErrorCode::kNotFound, "log.no-such-tile",
                {{"index", std::to_string(index)}, {"level", std::to_string(level)}});
  }
  if (tile_width(level, index, size()) == kTileWidth) {
    TRY_ASSIGN(Buffer full, full_tile(level, index));
    full.resize(width * sizeof(Hash));
    return full;
  }
  return tile_bytes(parts_.edge->partial(level).first(width));
}

NodeSource LogView::nodes(std::uint64_t size) const {
  return tile_source(
      [this](const TileId& id) -> Result<Buffer> { return tile(id.level, id.index, id.width); },
      size);
}

Result<Hash> LogView::root_at(std::uint64_t size) const {
  if (size == 0) return empty_root();
  if (size == this->size()) return position().root;
  return nianlun::root_at(size, nodes(size));
}

Result<KeptRecord> LogView::checked(std::uint64_t index, Bytes bytes) const {
  TRY_ASSIGN(const Hash leaf, tile_hash(0, index));
  const Hash hash = record_hash(bytes, suite());
  if (leaf_hash(hash.view()) != leaf) return damaged_record(index);
  return KeptRecord{.index = index, .hash = hash, .bytes = Buffer(bytes), .suite = suite()};
}

Result<StoredRecord> LogView::record(std::uint64_t index) const {
  TRY_ASSIGN(KeptRecord kept, this->kept(index));
  return parsed(std::move(kept));
}

Result<KeptRecord> LogView::kept(std::uint64_t index) const {
  if (index >= size()) {
    return fail(ErrorCode::kNotFound, "log.no-such-record", {{"index", std::to_string(index)}});
  }
  // A hash that lies far away is on its way while the record is found and unpacked.
  parts_.tiles->expect_hash(0, index / kTileWidth, index % kTileWidth);
  thread_local Buffer octets;  // a frame is larger than what the allocator has at hand
  if (octets.capacity() > kKeptBytes) octets = {};
  if (index >= size() / kFrameRecords * kFrameRecords) {  // the tail lies singly
    TRY_ASSIGN(const auto single, unpack_to(octets, record_key(index), index, 1));
    return checked(index, single[0]);
  }
  const std::uint64_t first = index / kFrameRecords * kFrameRecords;
  TRY_ASSIGN(const auto records, unpack_to(octets, frame_key(first), first, kFrameRecords));
  return checked(index, records[index - first]);
}

Result<std::optional<Buffer>> LogView::stored_seal(std::uint64_t first) const {
  return parts_.database->get(log_seal_key(first), parts_.snapshot.get());
}

Result<std::optional<SealEntry>> LogView::seal_entry(std::uint64_t first) const {
  TRY_ASSIGN(const StoredRecord stored, record(first));
  TRY_ASSIGN(const auto bytes, stored_seal(first));
  if (!bytes) return std::optional<SealEntry>();
  SealReader seals(*this);
  TRY_ASSIGN(auto entry, entry_of(seals, first, *bytes, stored.record));
  return std::optional(std::move(entry));
}

/// The entry of the capture that has a record before `index` and goes on there.
Result<SealEntry> LogView::entry_before(std::uint64_t index) const {
  for (std::uint64_t i = index; i-- > 0;) {
    TRY_ASSIGN(const auto stored, stored_seal(i));
    if (!stored) continue;
    TRY_ASSIGN(auto found, seal_entry(i));
    return *std::move(found);
  }
  return damaged_seal(index);
}

Result<void> LogView::scan(std::uint64_t first, const Each& each) const {
  std::optional<SealEntry> entry;
  SealReader seals(*this);
  LogGroups groups(*this, first, Parse::kYes);
  GroupsAhead ahead(groups);
  for (std::uint64_t next = first; next < size();) {
    TRY_ASSIGN(LogGroup group, ahead.next());
    next = group.end;
    for (std::uint64_t index = std::max(first, group.first); index < group.end; ++index) {
      const std::uint64_t i = index - group.first;
      if (i >= group.records.size()) break;
      TRY_ASSIGN(const Hash leaf, tile_hash(0, index));
      if (group.leaves[i] != leaf) return damaged_record(index);
      const Bytes bytes = group.records[i];
      TRY_ASSIGN(Record record, std::move(group.parsed[i]));
      if (const auto stored = group.take(log_seal_key(index))) {
        TRY_ASSIGN(entry, entry_of(seals, index, *stored, record));
      } else if (!entry) {
        TRY_ASSIGN(entry, entry_before(index));
      }
      const Seal& seal = entry->seal;
      if (seal.hash != record.seal || seal.proofs_hash != record.proofs) return damaged_seal(index);
      TRY(each({.index = index, .record = std::move(record), .bytes = Buffer(bytes)}, *entry));
    }
    TRY(std::move(group.unpacked));
  }
  return {};
}

}  // namespace nianlun
