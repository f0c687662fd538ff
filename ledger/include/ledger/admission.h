#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/seal.h"

namespace nianlun {

/// A capture with what ingress stamped on it: all that the state machine may know. The unit that a
/// log engine orders (docs/formats.md, section 7). Signatures were verified before.
struct Admission {
  Capture capture;                                ///< disclosures already taken away
  std::int64_t time_ms = 0;                       ///< receipt, since 1970 UTC
  std::vector<std::string> salts;                 ///< one per event, base64url of 16 octets
  std::vector<std::vector<std::string>> outcomes;  ///< per event: guards over private values found broken
};

/// The bytes of an admission batch of one capture, and back.
/// kCorrupted  not an admission of version 1
Buffer encode_admission(const Admission& admission);
Result<Admission> decode_admission(Bytes bytes);

}  // namespace nianlun
