#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/capture.h"
#include "ledger/result.h"
#include "ledger/seal.h"

namespace nianlun {

inline constexpr std::size_t kAdmissionBytesMax = 900'000;  ///< of one message to a log engine

/// What ingress stamps on an event.
struct AdmissionEvent {
  CaptureEvent event;
  std::string salt;  ///< of its record: base64url of 16 random octets
  /// What was found broken at ingress: guards over private values,
  /// "<profile>@<version>/<step>/<guard>", and of the whole seal "history" or "time".
  std::vector<std::string> outcomes;
};

/// A capture with what ingress stamped: all that the state machine sees, so that every node makes
/// the same records of it (docs/formats.md, section 7).
struct Admission {
  std::int64_t time_ms = 0;  ///< receipt, since 1970 UTC
  Seal seal;                 ///< its signatures were verified at ingress
  bool rollback = true;      ///< all or none, else each event on its own
  std::vector<AdmissionEvent> events;
};

Buffer encode_admission(const Admission& admission);
/// Reads strictly; signatures are not checked again.
/// kCorrupted  not what encode_admission() makes
Result<Admission> decode_admission(Bytes bytes, Suite suite = Suite::kSha256);

}  // namespace nianlun
