#pragma once

// The value that the log keeps of a capture beside its records (docs/formats.md, section 6).

#include <span>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/tile.h"

namespace nianlun {

inline constexpr std::uint64_t kSubtreeEvents = kTileWidth;

/// The roots over each kSubtreeEvents leaves of a seal; the root over them is the seal's. Nothing
/// if there would be but one.
std::vector<Hash> subtrees_of(std::span<const Hash> leaves, Suite suite);

Buffer encode(const SealEntry& entry);
/// kCorrupted  not what encode() makes, or the subtrees do not lead to the seal's root
Result<SealEntry> decode_seal_entry(Bytes bytes, Suite suite);

}  // namespace nianlun
