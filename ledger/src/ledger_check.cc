// check_ledger(): everything again, from the bytes on disk.

#include <algorithm>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "ledger/encoding.h"
#include "ledger_files.h"
#include "log_check.h"
#include "state_keys.h"
#include "state_store.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kProblemsMax = 100;

class LedgerCheck {
 public:
  LedgerCheck(const LedgerOptions& options, const Progress& progress, CheckScope scope)
      : options_(options), progress_(progress), scope_(scope) {}

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
    check_parts();
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

  /// The state is compared beside the log: it takes longer.
  void check_parts() {
    Result<void> state;
    std::jthread beside;
    if (scope_ == CheckScope::kAll) beside = std::jthread([&] { state = check_state(); });
    const auto to_report = [this](const Error& problem) { note(Unexpected{problem}); };
    note(LogCheck(*log_, to_report, progress_).run());
    if (beside.joinable()) beside.join();
    if (report_.problems.empty()) note(state);  // else it follows from another log
  }

  /// What a fold anew makes of the records, compared with what is stored.
  Result<void> check_state() const {
    DatabaseOptions anew = database_options(options_, Part::kState, true);
    anew.directory = options_.directory / "state.check";
    anew.read_only_check = false;
    anew.compress = anew.sync_each_file = false;  // it is thrown away
    std::error_code ignored;
    std::filesystem::remove_all(anew.directory, ignored);
    TRY_ASSIGN(std::shared_ptr<Database> folded, Database::open(anew));
    const auto machine = options_.machine();
    TRY(catch_up(folded, *log_, *machine, {}));
    return compare_states(*folded);
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

  Result<void> check_checkpoint() const {
    TRY_ASSIGN(const LedgerIdentity identity, read_identity(options_, *log_));
    TRY_ASSIGN(const SignedCheckpoint last,
               CheckpointFile(checkpoint_path(options_), identity.keys).read());
    return CheckpointFile::compare(last.checkpoint, *log_);
  }

  Result<void> check_vault() const {
    TRY_ASSIGN(const auto vault, open_vault(options_, log_.get()));
    return vault->check();
  }

  const LedgerOptions& options_;
  const Progress& progress_;
  const CheckScope scope_;
  std::shared_ptr<const LogView> log_;
  CheckReport report_;
};

}  // namespace

Result<CheckReport> check_ledger(const LedgerOptions& options,
                                 const std::function<void(std::uint64_t)>& progress,
                                 CheckScope scope) {
  return LedgerCheck(options, progress, scope).run();
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
