#pragma once

// What the tool writes into a ledger's folder itself, without a server.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/admission.h"
#include "ledger/capture.h"
#include "ledger/hash.h"
#include "ledger/ledger.h"
#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

/// Where a seal stands among those of its submitter.
struct SealPlace {
  Suite suite = Suite::kSha256;  ///< of the ledger
  std::uint64_t sequence = 1;
  std::optional<Hash> previous = {};
};

/// The next place in the sequence of a key's seals, as far as the ledger has them.
Result<SealPlace> next_place(const Reading& reading, const std::string& did);

/// Events as these keys seal them, the submitter's first. `ledger`: its identity, or the origin
/// for a genesis.
Result<Admission> sealed_offline(std::vector<CaptureEvent> events, const std::string& ledger,
                                 const std::vector<PrivateKey>& keys, const SealPlace& place,
                                 std::int64_t time_ms);

}  // namespace nianlun
