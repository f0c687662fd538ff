#pragma once

// The one thread that writes: it takes everything that waits, has it judged, and commits it. Beside
// it a second one publishes checkpoints, so that no capture waits for their syncs.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "checkpoint_file.h"
#include "ledger/ledger.h"
#include "ledger/log_engine.h"
#include "log.h"
#include "vault.h"

namespace nianlun {

/// What a ledger writes to.
struct Store {
  std::unique_ptr<Log> log;
  std::shared_ptr<Database> state;
  std::shared_ptr<Vault> vault;
  std::unique_ptr<Machine> machine;
  std::shared_ptr<LogEngine> engine;
};

/// Threads: any thread may call any member; start() first, once.
/// Errors:  kIo once a write failed: nothing is written after that.
class Sequencer {
 public:
  Sequencer(const LedgerOptions& options, Store store, CheckpointFile file,
            std::vector<NoteSigner> signers, SignedCheckpoint checkpoint);
  /// Commits what waits, publishes a last checkpoint and ends the threads.
  ~Sequencer();
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;

  /// Reads what the engine has already, then begins to take captures.
  Result<void> start();

  Result<void> submit(Admission admission, std::vector<PrivateValue> values, Ledger::Done done);
  std::shared_ptr<const Reading> read() const;
  std::string checkpoint() const;
  Result<void> publish_checkpoint();
  void sign_checkpoints() { held_ = false; }
  const NoteSigner& signer() const { return signers_.front(); }

 private:
  struct Waiting {
    Admission admission;
    std::vector<PrivateValue> values;
    Ledger::Done done;
    std::size_t bytes = 0;
  };
  struct Group;

  void run();
  void run_publisher();
  std::vector<Waiting> take();
  Result<void> keep(const std::vector<PrivateValue>& values);
  Result<void> order(std::vector<Waiting> waiting);
  Result<void> drain();
  Result<void> commit(std::vector<Admission> admissions);
  void admit(Admission& admission, Group& group);
  Result<void> write(const Group& group);
  void fail_all(const Error& error);
  void make_view();

  const LedgerOptions options_;
  Store store_;                                       // the thread's own, but for the vault
  std::uint64_t engine_ = 0;                          // next position to read; the thread's own
  std::vector<Ledger::Done> ordering_;                // not ordered yet; the thread's own
  std::map<std::uint64_t, Ledger::Done> unanswered_;  // by position; the thread's own

  std::atomic<bool> held_;  // nothing is signed yet
  std::mutex publishing_;   // guards the file
  const CheckpointFile file_;
  const std::vector<NoteSigner> signers_;  // of two the older first

  mutable std::mutex mutex_;       // guards what follows
  std::condition_variable wake_;   // of the sequencer
  std::condition_variable ended_;  // of the publisher
  std::deque<Waiting> queue_;
  std::size_t queue_bytes_ = 0;
  bool stopping_ = false;
  std::optional<Error> failure_;
  std::shared_ptr<const LogView> view_;
  std::shared_ptr<const Reading> reading_;
  std::string checkpoint_;

  std::thread thread_;
  std::thread publisher_;
};

}  // namespace nianlun
