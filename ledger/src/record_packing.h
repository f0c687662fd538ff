#pragma once

// Records as the log stores them: what is random in each lies beside the text, in half the octets
// that it takes as text, and the text alone is packed (docs/formats.md, section 6).

#include <array>
#include <cstddef>
#include <span>

#include "compression.h"

namespace nianlun {

inline constexpr std::size_t kFrameRecords = 4;

/// Up to kFrameRecords records.
Buffer pack_records(std::span<const Buffer> records, const Dictionary* dictionary);

/// Views of the `count` records, which are put together in `bytes`, whose room is used again.
/// kCorrupted  not what pack_records() makes of so many records with this dictionary
Result<std::array<Bytes, kFrameRecords>> unpack_records(Bytes packed, std::size_t count,
                                                        const Dictionary* dictionary,
                                                        Buffer& bytes);

/// What of a record is packed: dictionaries are made of it.
Buffer packed_text(Bytes record);

}  // namespace nianlun
