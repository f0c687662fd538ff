#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/profile.h"

namespace nianlun::scanner {

/// Why an event was refused or disputed, in the reader's words: the text of a guard of the profile,
/// of one of the implicit guards, or the guard's id if neither knows it. `profile` may be null.
std::string guard_text(const Profile* profile, std::string_view step, std::string_view guard,
                       std::string_view language);

}  // namespace nianlun::scanner
