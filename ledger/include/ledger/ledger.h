#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/admission.h"
#include "ledger/json.h"
#include "ledger/record.h"
#include "ledger/result.h"
#include "ledger/seal.h"

namespace leveldb {
class Env;
}

namespace nianlun {

class LogEngine;

struct LedgerOptions {
  std::filesystem::path directory;          ///< DIR of docs/formats.md, section 6; one process at a time
  bool read_only = false;                   ///< answers reads, signs and admits nothing
  bool sync = true;                         ///< false only in the test that shows why not
  std::size_t queue_captures_max = 4096;    ///< submit() answers kBusy beyond
  std::size_t commit_events_max = 20'000;   ///< one group commit
  std::int64_t checkpoint_interval_ms = 200;
  std::size_t cache_bytes = 256 << 20;
  leveldb::Env* env = nullptr;              ///< tests; not owned
  LogEngine* engine = nullptr;              ///< not owned; nullptr: embedded
};

/// What became of one event of a capture.
struct EventOutcome {
  enum class Kind { kRecorded, kDuplicate };
  Kind kind = Kind::kRecorded;
  std::uint64_t index = 0;  ///< its record; of a duplicate, the record that was there before
  Verdict verdict;          ///< as recorded
};

/// The answer to a capture; the same for every repetition of it.
struct CaptureOutcome {
  Hash seal;                          ///< names the capture job
  std::vector<EventOutcome> events;   ///< one per event; empty if `rolled_back`
  bool rolled_back = false;           ///< all or none was asked, and an event was refused
  std::vector<EventOutcome> why;      ///< when rolled back: what would have become of each (index unused)
};

/// A verifiable ledger on LevelDB: log, state and vault, one writer, many readers.
///
/// Once submit() has called back with an outcome, its records are on disk and can be neither changed
/// nor removed: every later checkpoint commits to them. Formats: docs/formats.md.
///
/// Threads: any thread may call any member. Callbacks of submit() run on the sequencer's thread and
///          must be quick and must not call submit() back into a full queue.
/// Errors:  each member lists its own codes besides kIo and kCorrupted. Nothing throws but bad_alloc.
class Ledger {
 public:
  struct Create {
    std::filesystem::path directory;
    Json document;              ///< EPCISDocument with one sealed Genesis event
    std::string log_key;        ///< private note key (C2SP signed-note form) for `nianlun:logKey`
    std::string gateway_key_pem;
    std::int64_t time_ms = 0;
  };
  /// kConflict         there is a ledger already
  /// kInvalidArgument  the genesis is wrong
  static Result<void> create(const Create& create);

  /// Opens; brings `state` up to `log`. kConflict if another process holds it.
  static Result<std::unique_ptr<Ledger>> open(const LedgerOptions& options);
  ~Ledger();

  const std::string& origin() const;
  const std::string& identity() const;  ///< "<origin>#<hash of record 0>"
  const std::string& domain() const;    ///< identifier domain of the genesis
  const std::string& log_key() const;   ///< the log's vkey
  const std::vector<std::string>& languages() const;

  using Done = std::function<void(Result<CaptureOutcome>)>;
  /// Queues a capture whose seal was verified. Calls back after the fsync, in any order.
  ///
  /// Given to `done`: kForbidden (unknown key, or not the ledger's), kConflict (a sequence used twice), kBusy (stopping)
  /// Returned:        kBusy (the queue is full: nothing was queued, `done` is not called)
  Result<void> submit(Admission admission, Done done);

  /// Opens a document, checks its seal or, with a party's token, seals it as the gateway; takes
  /// disclosures into the vault and judges private guards. All that the threads of a server do
  /// before submit(). `now_ms` stamps it.
  ///
  /// kInvalidArgument, kTooLarge, kForbidden (neither seal nor known token)
  Result<Admission> prepare(Json document, std::string_view token, bool all_or_none, std::int64_t now_ms);

  /// The outcome of a capture that was answered before. kNotFound
  Result<CaptureOutcome> outcome(const Hash& seal) const;

  /// The newest durable head; not necessarily signed yet.
  TreeHead head() const;
  /// The newest signed checkpoint (a note).
  std::string checkpoint() const;

  Result<Buffer> record(std::uint64_t index) const;           ///< kNotFound
  Result<std::uint64_t> find_event(std::string_view event_id) const;  ///< newest record with it. kNotFound
  /// For records under the newest checkpoint. kNotFound; kBusy: not under a checkpoint yet
  Result<Json> receipt(std::uint64_t index) const;

  /// Who is asking: decides what a view shows.
  struct Reader {
    std::string party;               ///< URI, or empty: the public
    std::vector<std::string> roles;  ///< "<profile>/<role>"
  };
  /// The party of a token, or the public. Tokens are kept hashed in the vault.
  Result<Reader> reader_of_token(std::string_view token) const;
  /// Makes a token for a party; returned once, kept only hashed. kNotFound (no such party)
  Result<std::string> add_token(std::string_view party, const std::vector<std::string>& roles);

  struct Page {
    std::uint64_t before = kNoRecord;  ///< entries older than this record index
    std::size_t entries_max = 50;      ///< at most 200
  };
  /// One item as JSON: state, attributes, chain (newest first), ancestors, descendants (first page),
  /// containment, exceptions (see docs/http-api.md). kNotFound
  Result<Json> item(std::string_view id, const Reader& reader, Page page) const;
  /// The item that a tag code or any identifier stands for: a tag's item if it is fastened to one.
  Result<std::string> resolve(std::string_view id_or_code) const;
  /// One event as JSON: the event as the reader may see it, its record and verdict. kNotFound
  Result<Json> event(std::uint64_t index, const Reader& reader) const;
  /// Which steps the profile allows for an item now. kNotFound only if no kind fits.
  Result<Json> next_steps(std::string_view id) const;

  /// Calls `row` for every unit that comes from the lot or is inside what comes from it, with its holder,
  /// in a fixed order; `row` returns false to stop. kNotFound
  Result<void> scope(std::string_view lot, const std::function<bool(const Json& row)>& row) const;

  Result<Json> parties() const;     ///< enrolled parties with their keys' roles, first 1,000
  Result<Json> profiles() const;    ///< adopted profiles, newest versions, whole
  Result<Json> exceptions(const Reader& reader, Page page) const;  ///< open ones, newest first

  /// Recomputes every record, tile, root and checkpoint. `progress` gets done and total.
  Result<Json> check(const std::function<void(std::uint64_t, std::uint64_t)>& progress) const;

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Makes `state` anew from `log` while no one has the ledger open; returns records folded.
/// `compare_only`: changes nothing and fails with kCorrupted at the first key that differs.
enum class Rebuild { kReplace, kCompare };
Result<std::uint64_t> rebuild_state(const LedgerOptions& options, Rebuild mode);

}  // namespace nianlun
