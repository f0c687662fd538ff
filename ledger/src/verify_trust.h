#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/entry_proof.h"
#include "ledger/note.h"
#include "ledger/policy.h"
#include "ledger/result.h"

namespace nianlun {

/// Whom the reader of a receipt trusts.
struct Trust {
  TrustedKeys keys;  ///< of logs and witnesses, no key twice
  std::optional<Policy> policy;
};
/// kConflict  a key is given twice; else the errors of reading the file and the keys
Result<Trust> load_trust(const std::vector<std::string>& vkeys, const std::string& policy_file);

/// Whether as many witnesses cosigned as the policy, if there is one, wants.
/// kBusy  too few: names those that are missing
Result<void> check_quorum(const Trust& trust, std::span<const VerifiedSignature> cosigned);

/// Leaves one cosignature of each witness: one whose key changes signs with both for a while.
void once_each(std::vector<VerifiedSignature>& cosigned);

}  // namespace nianlun
