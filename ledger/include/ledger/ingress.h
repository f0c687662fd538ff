#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ledger/admission.h"
#include "ledger/capture.h"
#include "ledger/ledger.h"
#include "ledger/result.h"

namespace nianlun {

/// What comes between a submitted document and the state machine: private values are checked,
/// guards over them are evaluated, times and salts are stamped. Runs in any thread.

struct Stamp {
  std::int64_t now_ms = 0;       ///< since 1970 UTC
  std::function<Buffer()> salt;  ///< 16 fresh random octets at each call
  bool rollback = true;
};

struct Submission {
  Admission admission;
  std::vector<std::string> disclosures;
};

/// Makes an admission of a sealed capture (parse_capture()).
/// kInvalidArgument  no seal, or the seal is for another ledger
/// kForbidden        the submitter's key, or the party that a gateway sealed for, is not enrolled:
///                   nothing of it may leave a record
Result<Submission> ingress(Capture capture, const Reading& reading, const std::string& identity,
                           const Stamp& stamp);

/// Seals an unsealed capture with the gateway's key, on behalf of a party: private members are
/// split off by the profiles first.
Result<Capture> seal_for(Capture unsealed, const std::string& party, const PrivateKey& gateway,
                         const Reading& reading, const std::string& identity, const Stamp& stamp);

}  // namespace nianlun
