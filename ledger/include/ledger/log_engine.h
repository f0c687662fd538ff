#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ledger/admission.h"
#include "ledger/result.h"

namespace nianlun {

/// Orders admissions, so that every node makes the same records of them: it stands between ingress
/// and the state machine. A ledger notes in its log up to which position it has read, in the batch
/// with what came of it, and goes on from there when it is opened.
///
/// Threads: one caller at a time, the ledger's sequencer; other nodes append beside it.
/// Errors:  kIo, kBusy. After an error of append(), none of its admissions is ever read.
class LogEngine {
 public:
  virtual ~LogEngine() = default;

  /// Puts admissions at the end, one after the other; the position of the first.
  virtual Result<std::uint64_t> append(std::vector<Admission> admissions) = 0;

  /// Hands out admissions from `position` on, as long as they lie below durable(): at least one if
  /// there is one, no more after `events_max` events. What lies before `position` isn't asked for
  /// again.
  virtual Result<std::vector<Admission>> read(std::uint64_t position, std::size_t events_max) = 0;

  /// Admissions below this position are never lost or put in another order.
  virtual std::uint64_t durable() const = 0;
};

/// The engine of a ledger on one machine: it passes admissions straight on, and durability is that
/// of the ledger's own log. Its first position is `next`.
std::unique_ptr<LogEngine> embedded_engine(std::uint64_t next);

}  // namespace nianlun
