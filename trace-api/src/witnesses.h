#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/policy.h"
#include "witness_asker.h"

namespace nianlun::api {

/// A checkpoint that enough witnesses of the policy cosigned; it is on disk.
struct CosignedCheckpoint {
  Checkpoint checkpoint;
  std::string note;  ///< with the signature of the log and those of the witnesses
  std::vector<WitnessedBy> cosigned;
};

/// What is known of a witness.
struct WitnessStatus {
  std::string name;
  std::string vkey;
  std::string url;             ///< ""; it is not asked
  std::uint64_t size = 0;      ///< of what it cosigned last since the start; 0: nothing
  std::uint64_t time_s = 0;    ///< of that cosignature, since 1970
  std::optional<Error> error;  ///< of the last request, if it failed
  std::int64_t error_time_ms = 0;
};

/// A name of a policy, which is octets, as text: in hexadecimal if it is none.
std::string shown_name(std::string_view name);
/// The names of those that have not cosigned more than `size` records since the start.
std::string missing_names(std::span<const WitnessStatus> witnesses, std::uint64_t size);

struct WitnessesOptions {
  Policy policy;
  std::filesystem::path file;                  ///< DIR/checkpoint.cosigned
  std::chrono::milliseconds interval{10'000};  ///< no witness is asked more often
  std::chrono::milliseconds timeout{5'000};    ///< of each step of a request
  std::function<std::int64_t()> now_ms;        ///< since 1970 UTC
  /// Called when a cosigned checkpoint could not be kept; it is not published then.
  std::function<void(const Error&)> failed;
  /// Called when a witness shows more of this log, or another, than the ledger holds: it must sign
  /// nothing more.
  std::function<void(const Error&)> set_back;
  /// Called once if the quorum is not reached within `timeout` after the start: nothing new is
  /// signed meanwhile. And when it is signed again after that.
  std::function<void(const Error&)> waits;
  std::function<void()> signs_again;
};

/// Has the checkpoints of a ledger cosigned, in threads of its own, so that captures and
/// checkpoints wait for nobody.
///
/// It works in rounds: all witnesses are asked for the same checkpoint, the newest when the round
/// begins, since only cosignatures of one checkpoint make a quorum. A round is over when the quorum
/// is reached, or when it takes too long; a witness that is late skips what it missed.
///
/// A ledger that was opened with hold_checkpoints signs the first new checkpoint when the quorum
/// has cosigned the one that it had published last, each by a signature after the start: so many
/// have seen nothing beyond it. Whoever has says so, and that ends the process (`set_back`).
///
/// Threads: any thread may call any const member; one starts and stops it.
class Witnesses {
 public:
  /// Reads what was cosigned before.
  /// kConflict         the policy names logs, but not this one
  /// kInvalidArgument  a witness's URL is none
  /// kCorrupted        what was cosigned is damaged, or is not what the ledger holds
  static Result<std::unique_ptr<Witnesses>> start(Ledger& ledger, WitnessesOptions options);
  ~Witnesses();  ///< stops
  Witnesses(const Witnesses&) = delete;
  Witnesses& operator=(const Witnesses&) = delete;

  const Policy& policy() const { return options_.policy; }
  std::chrono::milliseconds interval() const { return options_.interval; }
  /// Whether the quorum was reached since the start.
  bool signing() const { return signing_; }
  /// The newest checkpoint that reached the quorum; null: there is none yet.
  std::shared_ptr<const CosignedCheckpoint> newest() const;
  /// The same if it covers a record; null: not yet.
  std::shared_ptr<const CosignedCheckpoint> covering(std::uint64_t index) const;
  /// In the order of the policy.
  std::vector<WitnessStatus> status() const;
  /// Returns when the requests that are under way have ended, each within its timeouts.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Round {
    SignedHead head;
    Clock::time_point began;
    bool settled = false;                           // guarded by mutex_
    std::map<std::size_t, Cosignature> cosigned{};  // by witness; guarded by mutex_
  };

  Witnesses(Ledger& ledger, WitnessesOptions options);
  Result<void> read_kept();
  void run_rounds();
  std::shared_ptr<Round> next_round();
  void run_asker(std::size_t number, WitnessAsker& asker);
  void note_answer(std::size_t number, Round& round, const Result<Cosignature>& answer);
  void publish(Round& round);
  void sign();
  void warn();
  std::optional<CosignedCheckpoint> cosigned_by(Round& round) const;

  Ledger& ledger_;
  WitnessesOptions options_;
  const Clock::time_point began_ = Clock::now();
  std::atomic<bool> signing_ = false;
  std::atomic<bool> warned_ = false;
  std::mutex publish_mutex_;  // of the file; taken before mutex_
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;                              // guarded by mutex_
  std::shared_ptr<Round> round_;                       // guarded by mutex_
  std::shared_ptr<const CosignedCheckpoint> newest_;   // guarded by mutex_
  std::vector<WitnessStatus> status_;                  // guarded by mutex_
  std::vector<std::unique_ptr<WitnessAsker>> askers_;  // none: no URL
  std::vector<std::thread> threads_;
};

}  // namespace nianlun::api
