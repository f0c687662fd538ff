#pragma once

#include <cstddef>
#include <filesystem>

#include "ledger/bytes.h"
#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

inline constexpr std::size_t kFileBytesMax = 64 << 20;

/// The whole file; "-" is standard input.
/// kNotFound  there is none; kTooLarge over `bytes_max`; kIo it cannot be read
Result<Buffer> read_file(const std::filesystem::path& path, std::size_t bytes_max = kFileBytesMax);

/// The JSON in it. Further: kCorrupted  it is none
Result<Json> read_json_file(const std::filesystem::path& path);

/// Replaces the file by a rename after a sync, and makes its folder, so that a reader finds the old
/// or the new text and never a part of one. Only its owner may read it. kIo  it cannot be written
Result<void> write_file(const std::filesystem::path& path, Bytes bytes);

}  // namespace nianlun
