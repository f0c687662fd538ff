#pragma once

// What a web server packs a file with (RFC 1952), and nothing else of zlib.

#include <cstddef>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

/// Unpacks a gzip file of one or more members; never holds more than `bytes_max` of what it is.
///
/// kInvalidArgument  not a whole gzip file, or something follows it
/// kTooLarge         it is more than `bytes_max`
Result<Buffer> gunzip(Bytes packed, std::size_t bytes_max);

}  // namespace nianlun
