// check_ledger(): everything again, from the bytes on disk.

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "ledger/encoding.h"
#include "ledger/json.h"
#include "ledger/tile.h"
#include "ledger/time.h"
#include "ledger_files.h"
#include "state_keys.h"
#include "state_store.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kProblemsMax = 100;
constexpr std::uint64_t kProgressRecords = 1000;

/// The capture that is being read: each of its events has a record with the event's leaf.
class CaptureCheck {
 public:
  /// Whether the seal of the capture that ends here holds, and what was asked for fits what became
  /// of the events: with rollback none is taken beside one that was refused, without it none is
  /// kept out for another's sake.
  Result<void> finish() {
    if (!entry_) return {};
    const SealEntry entry = *std::exchange(entry_, std::nullopt);
    const bool as_asked = entry.rollback ? !(refused_ && taken_) : !kept_out_;
    if (as_asked && verify_seal(entry.seal, leaves_)) return {};
    return fail(ErrorCode::kCorrupted, "check.seal", {{"index", std::to_string(first_)}});
  }

  Result<void> add(const StoredRecord& stored, const SealEntry& entry) {
    Result<void> before;
    if (!entry_ || entry_->seal.hash != entry.seal.hash) {
      before = finish();
      entry_ = entry;
      first_ = stored.index;
      leaves_.clear();
      refused_ = taken_ = kept_out_ = false;
    }
    note_outcome(stored.record.verdict);
    const bool in_order = stored.record.position == leaves_.size();
    leaves_.push_back(stored.record.event_hash);
    TRY(std::move(before));
    if (in_order) return {};
    return fail(ErrorCode::kCorrupted, "check.order", {{"index", std::to_string(stored.index)}});
  }

 private:
  /// A duplicate tells only of an earlier capture.
  void note_outcome(const Verdict& verdict) {
    if (verdict.broken == std::vector<std::string>{std::string(kDuplicate)}) return;
    (verdict.outcome == Outcome::kRefused ? refused_ : taken_) = true;
    kept_out_ = kept_out_ || verdict.broken == std::vector<std::string>{"rollback"};
  }

  std::optional<SealEntry> entry_;
  std::uint64_t first_ = 0;
  std::vector<Hash> leaves_;
  bool refused_ = false;
  bool taken_ = false;
  bool kept_out_ = false;
};

class LedgerCheck {
 public:
  LedgerCheck(const LedgerOptions& options, const Progress& progress)
      : options_(options), progress_(progress) {}

  Result<CheckReport> run() {
    auto log = Log::open(database_options(options_, Part::kLog, false));
    if (!log && log.error().code != ErrorCode::kCorrupted) return Unexpected{log.error()};
    if (!log) {
      note(Unexpected{log.error()});
      return std::move(report_);
    }
    log_ = (*log)->view();
    report_.records = log_->size();
    report_.root = log_->position().root;
    note(check_records());
    note(check_keys());
    note(check_checkpoint());
    note(check_vault());
    std::error_code ignored;
    std::filesystem::remove_all(options_.directory / "state.check", ignored);
    return std::move(report_);
  }

 private:
  void note(const Result<void>& result) {
    if (!result && report_.problems.size() < kProblemsMax) {
      report_.problems.push_back(result.error());
    }
  }

  /// Records, seals, tiles and root, and the state that a fold anew makes of them.
  Result<void> check_records() {
    DatabaseOptions anew = database_options(options_, Part::kState, true);
    anew.directory = options_.directory / "state.check";
    anew.read_only_check = false;
    std::error_code ignored;
    std::filesystem::remove_all(anew.directory, ignored);
    TRY_ASSIGN(std::shared_ptr<Database> folded, Database::open(anew));
    TreeEdge edge;
    CaptureCheck capture;
    std::int64_t time_ms = kDateTimeMsMin;
    const auto check = [&](const StoredRecord& stored, const SealEntry& entry) -> Result<void> {
      note(capture.add(stored, entry));
      if (seals_.empty() || entry.seal.hash != last_seal_) seals_.insert(stored.index);
      last_seal_ = entry.seal.hash;
      if (stored.record.time_ms < time_ms) {
        note(fail(ErrorCode::kCorrupted, "check.order", {{"index", std::to_string(stored.index)}}));
      }
      time_ms = stored.record.time_ms;
      std::vector<FullTile> tiles;
      edge.append(record_leaf(stored.bytes), tiles);
      for (const FullTile& tile : tiles) note(check_tile(tile));
      if (progress_ && (stored.index + 1) % kProgressRecords == 0) progress_(stored.index + 1);
      return {};
    };
    TRY(log_->scan(0, check));
    note(capture.finish());
    if (edge.root() != log_->position().root) {
      return fail(ErrorCode::kCorrupted, "log.damaged-position");
    }
    const auto machine = options_.machine();
    TRY(catch_up(folded, *log_, *machine, {}));
    return compare_states(*folded);
  }

  Result<void> check_tile(const FullTile& tile) const {
    TRY_ASSIGN(const Buffer stored, log_->tile(tile.level, tile.index, kTileWidth));
    if (stored == tile.bytes) return {};
    return fail(ErrorCode::kCorrupted, "log.damaged-tile",
                {{"index", std::to_string(tile.index)}, {"level", std::to_string(tile.level)}});
  }

  /// Key for key, the position included. A state that lost its newest records in a crash is brought
  /// up in memory, as opening the ledger for reading does: a check changes nothing.
  Result<void> compare_states(const Database& folded) const {
    TRY_ASSIGN(std::shared_ptr<Database> stored,
               Database::open(database_options(options_, Part::kState, false)));
    const DatabaseView before(stored);
    TRY_ASSIGN(const TreeHead position, state_position(before));
    TRY(compare_state(position, *log_));
    StateOverlay after(before);
    const auto machine = options_.machine();
    TRY(fold_records(*log_, position.size, *machine, after));
    const auto is_newer = [&](Bytes key) {
      return after.changes().contains(key) || (key == kPositionKey && position.size < log_->size());
    };
    TRY(compare_unchanged(*stored, folded, is_newer));
    for (const auto& [key, value] : after.changes()) {
      TRY_ASSIGN(const auto anew, folded.get(key));
      if (anew != value) return other_state(key);
    }
    return {};
  }

  static Unexpected other_state(Bytes key) {
    return fail(ErrorCode::kCorrupted, "check.state", {{"key", hex(key)}});
  }

  /// Compares what two states hold but for the keys that are newer in the second.
  static Result<void> compare_unchanged(const Database& stored, const Database& folded,
                                        const std::function<bool(Bytes)>& is_newer) {
    const auto ours = stored.iterate(nullptr, false);
    const auto theirs = folded.iterate(nullptr, false);
    const auto skip = [&](Iterator& at) {
      while (at.valid() && is_newer(at.key())) at.next();
    };
    ours->seek_to_first();
    theirs->seek_to_first();
    for (;; ours->next(), theirs->next()) {
      skip(*ours);
      skip(*theirs);
      if (!ours->valid() || !theirs->valid()) break;
      if (ours->key() != theirs->key() || ours->value() != theirs->value()) {
        return other_state(ours->key());
      }
    }
    TRY(ours->status());
    TRY(theirs->status());
    if (ours->valid()) return other_state(ours->key());
    if (theirs->valid()) return other_state(theirs->key());
    return {};
  }

  /// Whether the log holds nothing that it should not.
  Result<void> check_keys() {
    const auto at = log_->keys();
    for (at->seek_to_first(); at->valid(); at->next()) {
      if (is_expected(at->key())) continue;
      note(fail(ErrorCode::kCorrupted, "check.key", {{"key", hex(at->key())}}));
    }
    return at->status();
  }

  bool is_expected(Bytes key) const {
    if (key == log_position_key()) return true;
    if (key.size() < 9) return false;
    const std::uint64_t index = read_be64(key.substr(0, 8));
    const std::uint64_t framed = log_->size() / kFrameRecords * kFrameRecords;
    switch (key[8]) {
      case 'r':
        return key.size() == 9 && index >= framed && index < log_->size();
      case 'f':
        return key.size() == 9 && index % kFrameRecords == 0 && index < framed;
      case 's':
        return key.size() == 9 && seals_.contains(index);
      case 'd':
        return key.size() == 9 && log_->dictionaries().contains(index);
      case 't': {
        const unsigned level = static_cast<unsigned char>(key.back());
        const std::uint64_t covered = std::uint64_t{1} << (8 * (std::min(level, 6U) + 1));
        return key.size() == 10 && level < 7 && (index + 1) % covered == 0 && index < log_->size();
      }
      default:
        return false;
    }
  }

  Result<void> check_checkpoint() const {
    TRY_ASSIGN(const LedgerIdentity identity, read_identity(*log_));
    TRY_ASSIGN(const SignedCheckpoint last,
               CheckpointFile(checkpoint_path(options_), identity.verifier).read());
    return CheckpointFile::compare(last.checkpoint, *log_);
  }

  Result<void> check_vault() const {
    TRY_ASSIGN(const auto vault, open_vault(options_, log_.get()));
    return vault->check();
  }

  const LedgerOptions& options_;
  const Progress& progress_;
  std::shared_ptr<const LogView> log_;
  std::set<std::uint64_t> seals_;  // first records of captures
  Hash last_seal_;
  CheckReport report_;
};

}  // namespace

Result<CheckReport> check_ledger(const LedgerOptions& options,
                                 const std::function<void(std::uint64_t)>& progress) {
  return LedgerCheck(options, progress).run();
}

Result<std::uint64_t> rebuild_state(const LedgerOptions& options,
                                    const std::function<void(std::uint64_t)>& progress) {
  if (options.read_only) return fail(ErrorCode::kForbidden, "ledger.read-only");
  TRY_ASSIGN(const auto log, Log::open(database_options(options, Part::kLog, false)));
  std::error_code error;
  std::filesystem::remove_all(part_folder(options, Part::kState), error);
  if (error) {
    return fail(
        ErrorCode::kIo, "ledger.file-failed",
        {{"file", part_folder(options, Part::kState).string()}, {"reason", error.message()}});
  }
  TRY_ASSIGN(const std::shared_ptr<Database> state,
             Database::open(database_options(options, Part::kState, true)));
  const auto machine = options.machine();
  TRY(catch_up(state, *log->view(), *machine, progress));
  return log->view()->size();
}

}  // namespace nianlun
