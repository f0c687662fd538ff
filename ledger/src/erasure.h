#pragma once

// Erasing private values with a record of it, so that a crash leaves both or neither.

#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "vault.h"

namespace nianlun {

/// Ledger::erase() on an open ledger.
Result<std::uint64_t> erase_recorded(Ledger& ledger, Vault& vault,
                                     const std::vector<std::string>& digests, Admission record);

/// Brings to an end what a crash broke off: what is recorded is carried out, what is not was never
/// begun.
Result<void> resume_erasure(Vault& vault, const Reading& reading);

}  // namespace nianlun
