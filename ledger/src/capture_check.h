#pragma once

// Whether the records of a capture are what its seal is over.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/signature.h"
#include "record_brief.h"

namespace nianlun {

/// The capture that is being read: each of its events has a record with the event's leaf.
///
/// Threads: use one in one thread at a time.
/// Errors:  kCorrupted.
class CaptureCheck {
 public:
  /// The entry of the capture whose records come next. What end() found of the one before.
  Result<void> begin(std::uint64_t first, SealEntry entry);
  /// The next record of it.
  Result<void> add(std::uint64_t index, const RecordBrief& record);
  /// Whether the seal of the capture that ends here holds, and what was asked for fits what became
  /// of the events: with rollback none is taken beside one that was refused, without it none is
  /// kept out for another's sake.
  Result<void> end();

  /// Nothing before the first and after end().
  const std::optional<SealEntry>& entry() const { return entry_; }

 private:
  void note_outcome(const RecordBrief& record);
  Result<PublicKey> key_of(std::string_view did);

  std::optional<SealEntry> entry_;
  std::uint64_t first_ = 0;
  std::vector<Hash> leaves_;
  std::map<std::string, PublicKey, std::less<>> keys_;  // by DID, of those who sealed lately
  bool refused_ = false;
  bool taken_ = false;
  bool kept_out_ = false;
};

}  // namespace nianlun
