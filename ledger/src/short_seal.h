#pragma once

// The short form of a capture's entry: what differs from an earlier entry of the same sender, and
// neither what the record beside it says nor what an earlier record does (docs/formats.md,
// section 6).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "ledger/ledger.h"

namespace nianlun {

inline constexpr char kShortSeal = 3;  ///< its first octet; packed values begin with others

/// What the first record of a capture says that its entry need not.
struct FirstRecord {
  std::uint64_t index = 0;
  std::int64_t time_ms = 0;
  Hash event_hash;
};

/// What is the same in all entries of a sender but for what a short one says. Nothing: this one has
/// no short form.
std::optional<Hash> common_of(const Seal& seal);

/// `base` is the index of an entry in the long form with the same common_of(); `previous` that of
/// the first record of the sender's seal before, if it is known.
Buffer encode_short(const SealEntry& entry, const FirstRecord& first, std::uint64_t base,
                    std::optional<std::uint64_t> previous);

/// Where a short entry finds what it leaves out.
struct SealLookup {
  std::function<Result<std::shared_ptr<const SealEntry>>(std::uint64_t)> entry;  ///< in long form
  std::function<Result<Hash>(std::uint64_t)> seal;  ///< of the capture that begins there
};
/// What is wrong with it shows in the seal's hash or in that of the proofs, which are the record's.
/// kCorrupted  it is not what encode_short() makes, or as what a lookup says
Result<SealEntry> decode_short(Bytes bytes, const FirstRecord& first, const SealLookup& lookup);

}  // namespace nianlun
