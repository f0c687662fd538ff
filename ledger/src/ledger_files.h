#pragma once

// What lies in the folder of a ledger, and how it is opened and compared.

#include <memory>
#include <string>

#include "checkpoint_file.h"
#include "ledger/ledger.h"
#include "ledger/receipt.h"
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
std::filesystem::path next_log_key_path(const LedgerOptions& options);
std::filesystem::path rotations_path(const LedgerOptions& options);
std::filesystem::path gateway_key_path(const LedgerOptions& options);

/// The vault, compared with `log` unless it is new: Vault::open().
Result<std::unique_ptr<Vault>> open_vault(const LedgerOptions& options, const LogView* log);

/// Who a ledger is: by its record 0, and how its key changed since.
struct LedgerIdentity {
  GenesisSettings genesis;
  std::string identity;   ///< origin#<hash of record 0>
  NoteVerifier verifier;  ///< the key that signs now; of two the older
  std::vector<Rotation> rotations;
  TrustedKeys keys;  ///< all that it had, those that ended up to their end
};
/// kCorrupted  record 0 is no genesis, or what proves the rotations does not lead on from its key
Result<LedgerIdentity> read_identity(const LedgerOptions& options, const LogView& log);
/// kCorrupted  they do not lead on from the genesis' key
Result<void> set_rotations(std::vector<Rotation> rotations, LedgerIdentity& identity);

/// kNotFound   there is no such file
/// kCorrupted  it has more octets
Result<std::string> read_ledger_file(const std::filesystem::path& file, std::size_t bytes_max);

}  // namespace nianlun
