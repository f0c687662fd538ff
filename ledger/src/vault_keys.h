#pragma once

// What vault.cc and vault_loss.cc both know of the bytes of a vault.

#include <cstdint>
#include <filesystem>

#include "ledger/bytes.h"
#include "ledger/database.h"
#include "ledger/result.h"
#include "ledger/vault_loss.h"

namespace nianlun {

/// Of the number up to which marks of writes were taken away.
inline Buffer vault_forgotten_key() { return "b"; }

/// `vault.anchor`: how many writes there were.
Buffer vault_anchor_text(std::uint64_t writes);
/// kCorrupted  no anchor
Result<std::uint64_t> read_vault_anchor(const std::filesystem::path& file);

/// Adds what lies between the marks that are there, up to the writes that were made.
Result<void> find_gaps(const Database& database, VaultLoss& loss);

}  // namespace nianlun
