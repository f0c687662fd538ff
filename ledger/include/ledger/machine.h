#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ledger/admission.h"
#include "ledger/record.h"
#include "ledger/result.h"
#include "ledger/seal.h"
#include "ledger/state_view.h"

namespace nianlun {

/// What became of one event of a capture.
struct EventResult {
  std::uint64_t index = 0;  ///< of its record; of a duplicate: of the record that it repeats
  Verdict verdict;          ///< of a duplicate in admit()'s result: refused, kDuplicate
  bool duplicate = false;   ///< the record is an earlier one, of the same event
};

/// The guard that a record of an event names which an earlier record holds; its only `prior` is
/// that record.
inline constexpr std::string_view kDuplicate = "duplicate";

struct CaptureResult {
  Hash seal;
  std::uint64_t first = 0;          ///< its first record; there is one for each event
  std::int64_t time_ms = 0;         ///< of its records, since 1970 UTC; 0 if `repeated`
  std::vector<EventResult> events;  ///< in the order of the capture; empty if `repeated`
  bool repeated = false;            ///< the same seal was admitted before; nothing was added
  bool rollback = true;  ///< as admit() was asked; only the log knows it of an earlier one
};

struct NewRecord {
  Record record;
  Buffer bytes;  ///< record_bytes()
};

/// Judges captures and folds records: the same admissions, however they are cut into batches, give
/// the same records and the same state on every machine. It has no clock, randomness or floating
/// point.
///
/// Threads: one caller at a time.
/// Errors:  kIo and kCorrupted of the state beneath. What is wrong with an event is never an error
///          but its verdict.
class Machine {
 public:
  virtual ~Machine() = default;

  /// Judges a capture and folds its records into `state`. `size` is the number of records before
  /// it; the new ones are appended to `records`, with indexes from `size` on.
  virtual Result<CaptureResult> admit(const Admission& admission, std::uint64_t size,
                                      StateOverlay& state, std::vector<NewRecord>& records) = 0;

  /// Folds a record that was admitted before, judging nothing. The sequence of these calls for
  /// records 0, 1, ... gives the same state, key for key, as the calls of admit() gave.
  ///
  /// `seal` is the seal of the record's capture.
  virtual Result<void> fold(std::uint64_t index, const Record& record, const Seal& seal,
                            StateOverlay& state) = 0;
};

/// The machine of rules version 1, by the profiles that the state holds.
std::unique_ptr<Machine> make_machine();

/// What became of a capture, from state and records: the same at any time after its admission.
/// kNotFound  no capture with that seal
Result<CaptureResult> capture_result(
    const StateView& state, const Hash& seal,
    const std::function<Result<Record>(std::uint64_t index)>& record_of);

}  // namespace nianlun
