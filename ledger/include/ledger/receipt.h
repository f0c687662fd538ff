#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/json.h"
#include "ledger/record.h"
#include "ledger/result.h"

namespace nianlun {

/// What a verified receipt proves (docs/formats.md, section 8).
struct ReceiptFacts {
  std::string origin;
  std::uint64_t index = 0;
  std::uint64_t size = 0;               ///< of the checkpoint's tree
  Record record;
  std::vector<std::string> signers;     ///< did:key, in the order of the seal
  std::vector<std::string> parties;     ///< of each signer, as enrolled
  std::vector<std::vector<std::string>> roles;
};

/// Checks a receipt offline, each hash and signature of it. `log_key` is the log's vkey (C2SP
/// signed-note) that the caller trusts; without one, the key that the genesis record names in the
/// receipt would be circular, so it must be given or taken from a genesis file.
///
/// kInvalidArgument  not a receipt, or the first thing in it that does not hold, by name
Result<ReceiptFacts> verify_receipt(const Json& receipt, std::string_view log_key);

}  // namespace nianlun
