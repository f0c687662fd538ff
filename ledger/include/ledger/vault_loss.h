#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "ledger/admission.h"
#include "ledger/ledger.h"
#include "ledger/result.h"

namespace nianlun {

/// What the vault of a ledger has lost: writes of private values, tokens or erasures.
struct VaultLoss {
  std::uint64_t made = 0;     ///< writes that it has had, as far as anything tells of them
  std::uint64_t missing = 0;  ///< how many of these are gone
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;  ///< first and last; at most 20
  bool anchor = true;  ///< the anchor can be read; else later tokens and erasures may be gone too
  bool any() const { return missing > 0 || !anchor; }
};

/// Of a ledger that nobody has open. Errors: kIo, kCorrupted.
Result<VaultLoss> vault_loss(const LedgerOptions& options);

/// Records that the loss is accepted, by the admission that `make` seals for the ledger, and then
/// takes the vault as it is, so that the ledger opens again. Broken off, it can be done again. The
/// index of the record.
/// kConflict         nothing is lost
/// kInvalidArgument  the record was not accepted: whoever sealed it is not the authority
Result<std::uint64_t> accept_vault_loss(
    const LedgerOptions& options,
    const std::function<Result<Admission>(const Ledger&, const VaultLoss&)>& make);

}  // namespace nianlun
