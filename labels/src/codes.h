#pragma once

#include <string>

#include "ledger/result.h"

namespace nianlun::labels {

/// A new tag code from the system's random source, which nobody can guess.
///
/// kIo  the system has no randomness to give
Result<std::string> new_tag_code();

}  // namespace nianlun::labels
