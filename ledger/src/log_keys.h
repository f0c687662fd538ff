#pragma once

// Keys and values of the `log` database (docs/formats.md, section 6).

#include <cstdint>
#include <optional>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/hash.h"
#include "ledger/result.h"

namespace nianlun {

Buffer record_key(std::uint64_t index);
Buffer frame_key(std::uint64_t first);
Buffer log_seal_key(std::uint64_t first);
Buffer dictionary_key(std::uint64_t first);
Buffer tile_key(unsigned level, std::uint64_t index);
Buffer log_position_key();

/// How far the log goes, and all that is needed to append to it.
struct LogPosition {
  std::uint64_t size = 0;
  Hash root;
  std::vector<Hash> range;                  ///< CompactRange::hashes()
  std::optional<std::uint64_t> dictionary;  ///< index of the newest
  std::int64_t time_ms = 0;                 ///< recordTime of the last record
  std::uint64_t engine = 0;                 ///< next position of the log engine
  std::uint64_t vault = 0;                  ///< writes of the vault
  bool operator==(const LogPosition&) const = default;
};
Buffer encode(const LogPosition& position);
/// kCorrupted  not what encode() makes, or of another format
Result<LogPosition> decode_position(Bytes bytes);

}  // namespace nianlun
