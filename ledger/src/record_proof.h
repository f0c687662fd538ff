#pragma once

// A record with all that proves it under a root of the log.

#include <cstdint>

#include "ledger/ledger.h"
#include "ledger/receipt.h"
#include "ledger/result.h"

namespace nianlun {

/// `size` covers the record.
Result<ProvenRecord> prove_record(const Reading& reading, std::uint64_t index, std::uint64_t size);

}  // namespace nianlun
