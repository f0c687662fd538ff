#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/hash.h"
#include "ledger/result.h"

namespace nianlun {

inline constexpr std::size_t kProofFileBytesMax = 2 << 20;

/// An entry's place in a log with all that proves it but the entry: a `.tlog-proof` file
/// (c2sp.org/tlog-proof). To verify: open the checkpoint's note with the keys that are trusted,
/// then verify_inclusion().
struct ProofFile {
  Buffer extra;  ///< anything, proven by nothing; empty if there is none
  std::uint64_t index = 0;
  std::vector<Hash> path;  ///< the leaf's sibling first, at most kProofHashesMax
  std::string checkpoint;  ///< a signed note; not empty, a newline at its end
  bool operator==(const ProofFile&) const = default;
};

std::string proof_file_text(const ProofFile& proof);

/// The proof of exactly the text that proof_file_text() makes. The checkpoint is not looked into.
/// kInvalidArgument  any other text
/// kTooLarge         over kProofFileBytesMax
/// Threads: any.
Result<ProofFile> parse_proof_file(std::string_view text);

}  // namespace nianlun
