#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/hash.h"
#include "ledger/result.h"

namespace nianlun {

/// What a log commits to: how many entries it has, and the root over them
/// (c2sp.org/tlog-checkpoint). It is the text of a signed note.
struct Checkpoint {
  std::string origin;  ///< names the log; not empty
  std::uint64_t size = 0;
  Hash root;
  std::vector<std::string> extensions;  ///< further lines, none of them empty; better none at all
  bool operator==(const Checkpoint&) const = default;
};

/// The text, with the newline at its end. The lines hold no newlines and are not empty (assert).
std::string checkpoint_text(const Checkpoint& checkpoint);

/// The checkpoint of exactly the text that checkpoint_text() makes.
/// kInvalidArgument  any other text
/// Threads: any.
Result<Checkpoint> parse_checkpoint(std::string_view text);

}  // namespace nianlun
