#pragma once

#include <filesystem>
#include <string>

#include "ledger/bytes.h"
#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun::scanner {

/// The whole file. kNotFound  there is none; kIo  it cannot be read
Result<Buffer> read_file(const std::filesystem::path& path);

/// The JSON in it. Further: kCorrupted  it is none
Result<Json> read_json(const std::filesystem::path& path);

/// Replaces the file by a rename after a sync, and makes its folder, so that a reader finds the old
/// or the new text and never a part of one. kIo  it cannot be written
Result<void> write_file(const std::filesystem::path& path, Bytes bytes);

}  // namespace nianlun::scanner
