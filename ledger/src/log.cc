#include "log.h"

#include <algorithm>
#include <cassert>

#include "ledger/tile.h"
#include "record_packing.h"
#include "seal_entry.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

// A dictionary is trained from this many records, and anew when the log is so many times longer:
// seldom, since it takes the sequencer some tenths of a second.
constexpr std::uint64_t kTrainingRecords = 512;
constexpr std::uint64_t kTrainingFactor = 16;
constexpr std::size_t kDictionaryBytesMax = 32 << 10;

Unexpected damaged_position() { return fail(ErrorCode::kCorrupted, "log.damaged-position"); }

/// What record 0 says.
Suite suite_in(Bytes first_record) {
  const auto record = Json::parse(first_record);
  const Json* event = record ? record->find("event") : nullptr;
  return event == nullptr ? Suite::kSha256 : suite_in_genesis(*event);
}

std::uint64_t next_training(std::optional<std::uint64_t> dictionary) {
  return dictionary ? *dictionary * kTrainingFactor : kTrainingRecords;
}

}  // namespace

Result<std::unique_ptr<Log>> Log::open(const DatabaseOptions& options) {
  TRY_ASSIGN(auto database, Database::open(options));
  std::unique_ptr<Log> log(new Log(std::move(database)));
  TRY(log->load());
  return log;
}

Result<void> Log::load() {
  TRY_ASSIGN(const auto stored, database_->get(log_position_key()));
  LogPosition position;
  if (stored) {
    TRY_ASSIGN(position, decode_position(*stored));
  } else {
    const auto any = database_->iterate();
    any->seek_to_first();
    TRY(any->status());
    if (any->valid()) return damaged_position();
    position.root = empty_root();
  }
  TRY(load_dictionaries(position.dictionary));
  TRY(load_suite(position.size));
  TRY_ASSIGN(TreeEdge edge, load_edge(position));
  const auto range = edge.range().hashes();
  if (edge.root() != position.root || !std::ranges::equal(range, position.range)) {
    return damaged_position();
  }
  edge_ = std::make_shared<const TreeEdge>(std::move(edge));
  train_at_ = next_training(position.dictionary);
  make_view(std::move(position));
  for (std::uint64_t i = view_->size() / kFrameRecords * kFrameRecords; i < view_->size(); ++i) {
    TRY_ASSIGN(StoredRecord record, view_->record(i));
    tail_.push_back(std::move(record.bytes));
  }
  return {};
}

/// There is one at each length at which one was trained; the newest is named by the position.
Result<void> Log::load_dictionaries(std::optional<std::uint64_t> newest) {
  Dictionaries dictionaries;
  while (newest) {
    TRY_ASSIGN(const auto value, database_->get(dictionary_key(*newest)));
    const Bytes bytes = value ? Bytes(*value) : Bytes();
    if (bytes.size() < 40 || sha256(bytes.substr(40)).view() != bytes.substr(8, 32)) {
      return fail(ErrorCode::kCorrupted, "log.damaged-packing");
    }
    TRY_ASSIGN(dictionaries[*newest], Dictionary::from(bytes.substr(40)));
    const std::uint64_t before = read_be64(bytes.substr(0, 8));
    if (before >= *newest) return fail(ErrorCode::kCorrupted, "log.damaged-packing");
    newest = before == 0 ? std::nullopt : std::optional(before);
  }
  dictionaries_ = std::make_shared<const Dictionaries>(std::move(dictionaries));
  return {};
}

/// Record 0 is not compared with the tree yet, since that takes the suite; with another one it
/// would not be under the root.
Result<void> Log::load_suite(std::uint64_t size) {
  if (size == 0) return {};
  const bool single = size < kFrameRecords;
  TRY_ASSIGN(const auto packed, database_->get(single ? record_key(0) : frame_key(0)));
  if (!packed) return damaged_position();
  Buffer bytes;
  TRY_ASSIGN(const auto records, unpack_records(*packed, single ? 1 : kFrameRecords,
                                                dictionary_at(*dictionaries_, 0), bytes));
  suite_ = suite_in(records[0]);
  return {};
}

/// Hashes the records and full tiles that the partial tiles stand for.
Result<TreeEdge> Log::load_edge(const LogPosition& position) const {
  std::vector<std::vector<Hash>> levels;
  for (const TileLevel& level : tile_levels(position.size)) {
    std::vector<Hash> hashes;
    const std::uint64_t first = level.full_tiles * kTileWidth;
    for (std::uint64_t i = first; i < first + level.partial_width; ++i) {
      if (level.level > 0) {
        TRY_ASSIGN(const auto tile, database_->get(tile_key(level.level - 1, i)));
        if (!tile || tile->size() != kTileBytes) return damaged_position();
        hashes.push_back(root_of(tile_hashes(*tile)));
        continue;
      }
      const std::uint64_t frame = i / kFrameRecords * kFrameRecords;
      const bool single = frame + kFrameRecords > position.size;
      TRY_ASSIGN(const auto packed, database_->get(single ? record_key(i) : frame_key(frame)));
      if (!packed) return damaged_position();
      const std::uint64_t count = single ? 1 : kFrameRecords;
      Buffer bytes;
      TRY_ASSIGN(
          const auto records,
          unpack_records(*packed, count, dictionary_at(*dictionaries_, single ? i : frame), bytes));
      for (const Bytes record : std::span(records).first(count)) {
        hashes.push_back(record_leaf(record, suite_));
      }
      i += count - 1;
    }
    levels.push_back(std::move(hashes));
  }
  return TreeEdge::from(position.size, std::move(levels));
}

void Log::make_view(LogPosition position) {
  view_ = std::make_shared<const LogView>(LogView::Parts{.database = database_,
                                                         .snapshot = database_->snapshot(),
                                                         .tiles = tiles_,
                                                         .dictionaries = dictionaries_,
                                                         .edge = edge_,
                                                         .position = std::move(position),
                                                         .suite = suite_});
}

/// Whole frames go in as frames at once; a frame replaces the singles of earlier commits.
void Log::write_records(const LogCommit& commit, WriteBatch& batch) {
  std::uint64_t index = view_->size();
  std::uint64_t unwritten = index;  // the first that no earlier commit wrote
  for (const NewRecord& record : commit.records) {
    tail_.push_back(record.bytes);
    ++index;
    if (index % kFrameRecords != 0) continue;
    const std::uint64_t first = index - kFrameRecords;
    batch.put(frame_key(first), pack_records(tail_, dictionary_at(*dictionaries_, first)));
    for (std::uint64_t i = first; i < unwritten; ++i) batch.erase(record_key(i));
    tail_.clear();
    unwritten = index;
  }
  const std::uint64_t first = index - tail_.size();
  for (std::uint64_t i = std::max(first, unwritten); i < index; ++i) {
    batch.put(record_key(i), pack_records(std::span(tail_).subspan(i - first, 1),
                                          dictionary_at(*dictionaries_, i)));
  }
}

void Log::write_seals(const LogCommit& commit, WriteBatch& batch) {
  for (const NewCapture& capture : commit.captures) {
    const auto records = commit.records.subspan(capture.first - view_->size(), capture.seal->count);
    std::vector<Hash> leaves;
    for (const NewRecord& record : records) leaves.push_back(record.record.event_hash);
    const SealEntry entry{.seal = *capture.seal,
                          .rollback = capture.rollback,
                          .subtrees = subtrees_of(leaves, suite_)};
    const FirstRecord first{capture.first, records.front().record.time_ms, leaves.front()};
    batch.put(log_seal_key(capture.first),
              seals_.write(entry, first, dictionary_at(*dictionaries_, capture.first)));
  }
}

/// The entries in long form of stored captures that begin at `first` or later.
Result<void> Log::sample_seals(std::uint64_t first, std::vector<Buffer>& samples) const {
  const auto at = database_->iterate(nullptr, false);
  for (at->seek(be64(first)); at->valid(); at->next()) {
    const Bytes key = at->key();
    if (key.size() < sizeof(first)) continue;
    const std::uint64_t index = read_be64(key.substr(0, sizeof(first)));
    if (key != log_seal_key(index) || at->value().starts_with(kShortSeal)) continue;
    TRY_ASSIGN(Buffer text, unpack_at(*dictionaries_, index, at->value()));
    samples.push_back(std::move(text));
  }
  return at->status();
}

/// A dictionary of the newest records and seals, when it is time for one.
Result<std::shared_ptr<const Dictionary>> Log::train(const LogCommit& commit) {
  const std::uint64_t size = view_->size() + commit.records.size();
  if (size < train_at_) return std::shared_ptr<const Dictionary>();
  train_at_ = size * kTrainingFactor;
  std::vector<Buffer> samples;
  const std::uint64_t first = size - std::min(size, kTrainingRecords);
  for (std::uint64_t i = first; i < size; ++i) {
    if (i >= view_->size()) {
      samples.push_back(packed_text(commit.records[i - view_->size()].bytes));
    } else if (auto record = view_->record(i)) {
      samples.push_back(packed_text(record->bytes));
    }
  }
  TRY(sample_seals(first, samples));
  const auto dictionary = Dictionary::from(train_dictionary(samples, kDictionaryBytesMax));
  // Without one, packing is only worse.
  return dictionary ? *dictionary : std::shared_ptr<const Dictionary>();
}

Result<void> Log::append(const LogCommit& commit) {
  assert(!commit.records.empty());
  if (view_->size() == 0) suite_ = suite_in(commit.records.front().bytes);
  WriteBatch batch;
  write_records(commit, batch);
  write_seals(commit, batch);
  TreeEdge edge = *edge_;
  std::vector<FullTile> completed;
  for (const NewRecord& record : commit.records) {
    edge.append(record_leaf(record.bytes, suite_), completed);
  }
  for (const FullTile& tile : completed) batch.put(tile_key(tile.level, tile.index), tile.bytes);

  LogPosition position;
  position.size = edge.size();
  position.root = edge.root();
  const auto range = edge.range().hashes();
  position.range.assign(range.begin(), range.end());
  position.dictionary = view_->position().dictionary;
  position.time_ms = commit.records.back().record.time_ms;
  position.engine = commit.engine;
  position.vault = commit.vault;
  Dictionaries dictionaries = *dictionaries_;
  TRY_ASSIGN(auto trained, train(commit));
  if (trained) {
    batch.put(dictionary_key(position.size), be64(position.dictionary.value_or(0)) +
                                                 Buffer(sha256(trained->bytes()).view()) +
                                                 Buffer(trained->bytes()));
    dictionaries.emplace(position.size, std::move(trained));
    position.dictionary = position.size;
  }
  batch.put(log_position_key(), encode(position));
  TRY(database_->write(batch, Sync::kYes));

  edge_ = std::make_shared<const TreeEdge>(std::move(edge));
  dictionaries_ = std::make_shared<const Dictionaries>(std::move(dictionaries));
  make_view(std::move(position));
  return {};
}

}  // namespace nianlun
