#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/capture.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/signature.h"
#include "ledger/suite.h"

namespace nianlun {

/// Where an event of the outbox is on its way.
enum class OutboxState {
  kWaiting,   ///< saved here
  kSealed,    ///< in a seal that was not answered yet
  kReceived,  ///< has a record
  kRefused,   ///< has a record that says why
};

struct OutboxEntry {
  std::uint64_t number = 0;  ///< 1, 2, ... on this device
  OutboxState state = OutboxState::kWaiting;
  Json event;
  std::int64_t saved_ms = 0;
  std::uint64_t record = 0;         ///< index, once there is an answer
  std::string outcome;              ///< accepted, disputed, refused
  std::vector<std::string> broken;  ///< guards
};

/// An event that is to be saved.
struct NewOutboxEvent {
  Json event;
  std::vector<std::string> disclosures;
  std::int64_t saved_ms = 0;
  Suite suite = Suite::kSha256;  ///< of the ledger that it is for
};

/// The events that a device recorded and what became of them, in a LevelDB of its own. What add()
/// and add_all() returned for survives a kill at any moment; a seal is on disk before it is sent,
/// and is sent again, the same, until it is answered.
///
/// A seal's sequence and previous are counted for each ledger and submitter.
///
/// Threads: one caller at a time; one process at a time.
/// Errors:  kIo, kCorrupted; kConflict if another process has it open.
class Outbox {
 public:
  static Result<std::unique_ptr<Outbox>> open(const std::filesystem::path& directory);
  virtual ~Outbox() = default;

  /// Saves an event with its disclosures, synced, and returns its number.
  /// kInvalidArgument  no ledger would take the event: see capture_event()
  Result<std::uint64_t> add(const Json& event, std::vector<std::string> disclosures,
                            std::int64_t saved_ms, Suite suite = Suite::kSha256);
  /// The same of many, with one sync: all of them, or none. The number of the first; the others
  /// follow. They are in memory several times meanwhile.
  virtual Result<std::uint64_t> add_all(std::span<const NewOutboxEvent> events) = 0;
  /// Visits every event in the order of their numbers, until `visit` returns false.
  virtual Result<void> each(const std::function<bool(const OutboxEntry&)>& visit) const = 0;
  virtual Result<std::uint64_t> count(OutboxState state) const = 0;
  /// Removes an event that is not sealed yet.
  /// kConflict  it is sealed already
  /// kNotFound  there is no such event
  virtual Result<void> remove(std::uint64_t number) = 0;

  /// The sealed document that must be sent next: the one that waits for its answer, else one made
  /// of up to `events_max` waiting events and saved. Nothing if nothing waits.
  struct SealContext {
    std::string ledger;            ///< identity
    Suite suite = Suite::kSha256;  ///< of the ledger
    std::vector<const PrivateKey*> keys;
    std::optional<TreeHead> after;
    std::int64_t now_ms = 0;
    std::uint64_t monotonic_ms = 0;
    std::string boot;
    std::size_t events_max = 500;
  };
  virtual Result<std::optional<Json>> next_document(const SealContext& context) = 0;
  /// Takes the CaptureJob that the server answered for the document of next_document().
  /// kInvalidArgument  it is for another seal, or says not what became of each event
  /// kNotFound         nothing waits for an answer
  virtual Result<void> answered(const Json& capture_job) = 0;
  /// Takes the document of next_document() apart again: its events wait, and its sequence is free.
  /// Only for a document that the server refused as a whole and has no record of.
  /// kNotFound  nothing waits for an answer
  virtual Result<void> unseal() = 0;
};

}  // namespace nianlun
