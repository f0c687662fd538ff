#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/admission.h"
#include "ledger/bytes.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "ledger/machine.h"
#include "ledger/note.h"
#include "ledger/private_value.h"
#include "ledger/receipt.h"
#include "ledger/record.h"
#include "ledger/result.h"
#include "ledger/seal.h"
#include "ledger/state_view.h"

namespace leveldb {
class Env;
}

namespace nianlun {

class LogEngine;
class ProfileBook;
class Reading;

struct LedgerOptions {
  std::filesystem::path directory;  ///< docs/formats.md, section 6; one process at a time
  bool read_only = false;           ///< nothing is written or signed; submit() is kForbidden
  bool accept_vault_loss = false;   ///< of accept_vault_loss() alone
  /// No checkpoint is signed before sign_checkpoints() is called: others may have seen more of this
  /// log than it holds. Captures are taken all the same.
  bool hold_checkpoints = false;
  std::size_t queue_captures_max = 4096;               ///< submit() is kBusy beyond that
  std::size_t queue_bytes_max = 256 << 20;             ///< of canonical events, likewise
  std::size_t commit_events_max = 10'000;              ///< events of one group commit, about
  std::chrono::milliseconds checkpoint_interval{200};  ///< between two published checkpoints
  std::size_t cache_bytes = 128 << 20;
  leveldb::Env* env = nullptr;  ///< for tests; must outlive the ledger
  /// Makes the state machine; tests of the store put in one of their own.
  std::function<std::unique_ptr<Machine>()> machine = make_machine;
  /// Orders admissions; none: this machine alone does (log_engine.h). What it holds already is
  /// committed when the ledger is opened.
  std::shared_ptr<LogEngine> engine;
  /// Called once, in the sequencer's thread, when a sync failed: the process must end.
  std::function<void(const Error&)> fatal;
};

struct StoredRecord {
  std::uint64_t index = 0;
  Record record;
  Buffer bytes;  ///< record_bytes(), checked against the tree
};

/// A record as it is kept: its bytes were compared with the tree, and are not parsed yet.
struct KeptRecord {
  std::uint64_t index = 0;
  Hash hash;                     ///< record_hash() of its bytes
  Buffer bytes;                  ///< record_bytes()
  Suite suite = Suite::kSha256;  ///< of the ledger
};
/// kCorrupted  see parse_record()
Result<StoredRecord> parsed(KeptRecord kept);

/// What the log keeps of a capture beside its records.
struct SealEntry {
  Seal seal;
  bool rollback = true;        ///< whether one refused event was to keep all others out
  std::vector<Hash> subtrees;  ///< of the seal's tree, over 256 events each; none: up to 256 events
};

/// What a ledger was at one moment: every answer of it belongs together. It keeps files open while
/// it lives, so let it go after a request.
///
/// Threads: any thread may call any member.
/// Errors:  kIo; kCorrupted where stored bytes disagree with the tree. Integrity is checked on
///          every read.
class Reading {
 public:
  virtual ~Reading() = default;
  virtual std::uint64_t size() const = 0;  ///< records
  virtual const Hash& root() const = 0;
  virtual const StateView& state() const = 0;  ///< of exactly these records
  /// The profiles of the state.
  virtual Result<std::shared_ptr<const ProfileBook>> book() const;

  /// kNotFound  index >= size()
  virtual Result<KeptRecord> kept(std::uint64_t index) const = 0;
  /// kNotFound  likewise
  Result<StoredRecord> record(std::uint64_t index) const;
  /// The log's entries: record_hash() of each of `count` records from `first` on.
  /// kNotFound  not all are there
  virtual Result<std::vector<Hash>> record_hashes(std::uint64_t first, std::uint64_t count) const;
  /// The seal of the capture whose first record is `first`, and what was asked for with it.
  /// kNotFound  no capture begins there
  virtual Result<SealEntry> seal_entry(std::uint64_t first) const = 0;
  /// Its seal alone.
  Result<Seal> seal(std::uint64_t first) const;
  /// The path of a record to the root over `size` records; size <= size().
  virtual Result<std::vector<Hash>> inclusion(std::uint64_t index, std::uint64_t size) const = 0;
  virtual Result<std::vector<Hash>> consistency(std::uint64_t first,
                                                std::uint64_t second) const = 0;
  /// The bytes of a tile (c2sp.org/tlog-tiles) of `width` hashes; level 0 to 63.
  virtual Result<Buffer> tile(unsigned level, std::uint64_t index, unsigned width) const = 0;
  /// A private value from the vault, or nothing: never sent, or erased.
  virtual Result<std::optional<PrivateValue>> private_value(std::string_view digest) const = 0;
  /// Whether it was there and was erased.
  virtual Result<bool> is_erased(std::string_view digest) const = 0;
  /// The digests of private values that the profile wants found by their value.
  virtual Result<std::vector<std::string>> find_private(const PrivateQuery& query) const = 0;
  /// Visits every private value of the vault; `each` returns false to stop.
  virtual Result<void> each_private(
      const std::function<Result<bool>(std::string_view digest, const PrivateValue& value)>& each)
      const = 0;
  /// Its encoded disclosure alone.
  Result<std::optional<std::string>> disclosure(std::string_view digest) const;
  /// What a token was issued for (by hash of the token): JSON {party, roles}; nothing if unknown.
  virtual Result<std::optional<Json>> token(const Hash& token_hash) const = 0;
};

/// An append-only sequence of records that can prove what it holds, with the state that follows
/// from it and the vault of what may be erased.
///
/// Once submit() has called back with a result, every record of it is on disk, and every later
/// checkpoint commits to it. One thread, the sequencer, writes; captures that wait share one sync.
///
/// Threads: any thread may call any member.
/// Errors:  kIo and kCorrupted from any member that touches the disk.
class Ledger {
 public:
  using Done = std::function<void(Result<CaptureResult>)>;

  /// Makes the folder and record 0. `genesis` is the admission of the genesis event; `log_key`
  /// signs checkpoints under the origin's name.
  /// kConflict  the folder exists and isn't empty
  static Result<void> create(const LedgerOptions& options, const Admission& genesis,
                             const PrivateKey& log_key, const PrivateKey& gateway_key);

  /// Opens it: compares log, state, checkpoint, and lets the state catch up.
  /// kNotFound   no ledger there
  /// kConflict   open in another process
  /// kCorrupted  the log is smaller than the checkpoint or has another root, or the state is ahead
  ///             of the log or has another root, or the vault has lost writes: open it read_only to
  ///             look at it, then a vault that has lost writes answers no question
  static Result<std::unique_ptr<Ledger>> open(const LedgerOptions& options);

  /// Stops the sequencer after what was submitted, and publishes a last checkpoint.
  virtual ~Ledger() = default;

  virtual const std::string& origin() const = 0;
  virtual const std::string& identity() const = 0;  ///< origin#<hash of record 0>
  /// The key that signs checkpoints; of two that do so (rotation.h) the older.
  virtual const NoteVerifier& log_verifier() const = 0;
  /// How the log's key changed so far: who knows an older one is led on by them.
  virtual const std::vector<Rotation>& rotations() const = 0;
  virtual const PrivateKey* gateway_key() const = 0;  ///< nullptr: read_only

  /// Hands a capture to the sequencer. `done` is called once, in the sequencer's thread, after the
  /// sync; it must be quick. `disclosures` (encoded) are in the vault before that.
  /// kBusy       the queue is full: nothing was taken, try again later
  /// kForbidden  read_only
  virtual Result<void> submit(Admission admission, std::vector<std::string> disclosures,
                              Done done) = 0;
  /// submit() and wait.
  Result<CaptureResult> submit_and_wait(Admission admission,
                                        std::vector<std::string> disclosures = {});

  virtual std::shared_ptr<const Reading> read() const = 0;

  /// The newest signed checkpoint, a note; it is on disk.
  virtual std::string checkpoint() const = 0;
  /// Signs and publishes a checkpoint over all that is committed, now; nothing while they are held.
  virtual Result<void> publish_checkpoint() = 0;
  /// Checkpoints are held no more.
  virtual void sign_checkpoints() = 0;
  /// The log key's signature over octets that are no text (NoteSigner::sign_octets), for receipts
  /// that commit to a root which a published checkpoint has.
  /// kForbidden  read_only
  virtual Result<Buffer> sign_octets(Bytes octets) const = 0;
  /// Records a token's hash in the vault: JSON {party, roles}.
  virtual Result<void> put_token(const Hash& token_hash, const Json& grant) = 0;
  /// Erases private values and their entries in the index, off the disk too, once `record`, which
  /// says that it happened, is in the log; its index. The vault is written anew for it. After a
  /// crash either nothing was done, or it is brought to an end when the ledger is opened for
  /// writing. kForbidden  the record was not accepted: whoever sealed it is not the authority
  virtual Result<std::uint64_t> erase(const std::vector<std::string>& digests,
                                      Admission record) = 0;
  /// The same without a record; how many were there.
  virtual Result<std::uint64_t> erase(const std::vector<std::string>& digests) = 0;
};

struct CheckReport {
  std::uint64_t records = 0;
  Hash root;
  std::vector<Error> problems;  ///< at most 100
};
/// kLog leaves out the comparison of the state with a fold anew, which takes most of the time.
enum class CheckScope { kLog, kAll };
/// Recomputes every record, seal, tile and root of a ledger that nobody has open, compares the
/// checkpoint and the vault with them, and the state with a fold anew. `progress` gets the records
/// done.
Result<CheckReport> check_ledger(const LedgerOptions& options,
                                 const std::function<void(std::uint64_t)>& progress,
                                 CheckScope scope = CheckScope::kAll);
/// Throws `state` away and folds it anew from `log`.
Result<std::uint64_t> rebuild_state(const LedgerOptions& options,
                                    const std::function<void(std::uint64_t)>& progress);

/// Makes the index of private values anew, from the vault alone: of the members that the newest
/// versions of the profiles want there.
Result<void> rebuild_index(const LedgerOptions& options);

struct CompactReport {
  std::uint64_t bytes_before = 0;  ///< of all files in the folder
  std::uint64_t bytes_after = 0;
};
/// Rewrites `log`, `state` and `vault` of a ledger that nobody has open without what was
/// overwritten since. They hold the same keys and values afterwards.
Result<CompactReport> compact_ledger(const LedgerOptions& options);

}  // namespace nianlun
