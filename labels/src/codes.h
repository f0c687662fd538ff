#pragma once

#include <string>

#include "ledger/result.h"

namespace nianlun::labels {

/// A new tag code from the system's random source, which nobody can guess. Errors: none; a system
/// without such a source ends the process.
Result<std::string> new_tag_code();

}  // namespace nianlun::labels
