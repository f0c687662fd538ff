#pragma once

#include <string>
#include <string_view>

#include "ledger/result.h"

namespace nianlun::labels {

/// The one spelling of a tag code. kInvalidArgument  it is none; its check character differs
Result<std::string> tag_code(std::string_view typed);

/// A new tag code from the system's random source, which nobody can guess.
Result<std::string> new_tag_code();

}  // namespace nianlun::labels
