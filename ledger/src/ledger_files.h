#pragma once

// What lies in the folder of a ledger, and how it is opened and compared.

#include <memory>
#include <string>

#include "checkpoint_file.h"
#include "ledger/ledger.h"
#include "log.h"
#include "profile_book.h"
#include "vault.h"

namespace nianlun {

enum class Part { kLog, kState, kVault };
std::filesystem::path part_folder(const LedgerOptions& options, Part part);
DatabaseOptions database_options(const LedgerOptions& options, Part part, bool create);

std::filesystem::path checkpoint_path(const LedgerOptions& options);
std::filesystem::path vault_anchor_path(const LedgerOptions& options);
std::filesystem::path log_key_path(const LedgerOptions& options);
std::filesystem::path gateway_key_path(const LedgerOptions& options);

/// The vault, compared with `log` unless it is new: Vault::open().
Result<std::unique_ptr<Vault>> open_vault(const LedgerOptions& options, const LogView* log);

/// Who a ledger is: by its record 0.
struct LedgerIdentity {
  GenesisSettings genesis;
  std::string identity;  ///< origin#<hash of record 0>
  NoteVerifier verifier;
};
/// kCorrupted  record 0 is no genesis
Result<LedgerIdentity> read_identity(const LogView& log);

}  // namespace nianlun
