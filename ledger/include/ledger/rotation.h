#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/entry_proof.h"
#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/receipt.h"
#include "ledger/result.h"

namespace nianlun {

/// How a reader who knows one key of a log comes to know its others (docs/formats.md, section 15):
/// each rotation is two records of the authority, the one that adopts the next key and the one that
/// retires the old, proven under the last checkpoint that both keys signed.
///
/// Threads: pure functions, any thread.

inline constexpr std::size_t kRotationsMax = 64;  ///< of one ledger

/// The members "checkpoint", "genesis", "adopted", "retired" of each.
Json rotations_list(std::span<const Rotation> rotations);
/// kInvalidArgument  anything else, or more than kRotationsMax
Result<std::vector<Rotation>> parse_rotations_list(const Json& list);

/// The same as a document: {"type": "LogKeyRotations", "v": 1, "rotations": [...]}.
Json rotations_json(std::span<const Rotation> rotations);
Result<std::vector<Rotation>> parse_rotations(const Json& json);

/// `keys` and those that they lead to, forwards and backwards. A retired key holds for checkpoints
/// up to the one that ended it. Rotations of a log of which no key is trusted say nothing.
/// `genesis`, if it is known, is the hash of the ledger's record 0.
/// kForbidden  a signature does not hold
/// kCorrupted  a hash or path does not lead where it must, or a rotation does not join the others
Result<TrustedKeys> follow_rotations(TrustedKeys keys, std::span<const Rotation> rotations,
                                     const std::optional<Hash>& genesis = {});

/// The key, its name the origin, that a record of this type names in `nianlun:logKey`.
/// kInvalidArgument  none
Result<NoteVerifier> log_key_in(const Json& event, std::string_view origin);

}  // namespace nianlun
