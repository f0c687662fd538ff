#pragma once

// Which keys sign a ledger's checkpoints: by its records, and by the files in its folder
// (docs/formats.md, section 15).

#include <filesystem>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/receipt.h"
#include "ledger_files.h"

namespace nianlun {

/// The private keys of those that sign by the state of `reading`, the older first. A rotation whose
/// second record is there is brought to its end: its proof is written, which nobody can make once
/// the old key is gone, and the new key takes the place of the old.
/// kCorrupted  there is no private key of one of them, or proofs of earlier rotations are missing
Result<std::vector<NoteSigner>> open_signers(const LedgerOptions& options, const LogView& log,
                                             const Reading& reading, LedgerIdentity& identity);

}  // namespace nianlun
