#pragma once

#include <filesystem>

#include "descriptor.h"
#include "ledger/result.h"

namespace nianlun {

/// Locks a file, which is made if it is not there, or a folder, for as long as the descriptor
/// lives; the system lets go of it when the process ends, however it does.
///
/// kConflict  another process has it; the error names `what`
/// kIo        it cannot be opened
Result<Descriptor> lock_file(const std::filesystem::path& path, const std::filesystem::path& what);
Result<Descriptor> lock_folder(const std::filesystem::path& path);

}  // namespace nianlun
