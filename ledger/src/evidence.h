#pragma once

// What is asked for beside what a step must have: of every item, or of those that are drawn.

#include <string_view>

#include "ledger/profile.h"
#include "ledger/result.h"
#include "ledger/state_view.h"

namespace nianlun {

/// Whether a piece of evidence is asked of an item. The draw follows from the item's name and from
/// the place of its first record in the log, which nobody chooses, so asking again changes nothing.
Result<bool> is_asked(const StateView& state, const Profile& profile, const Profile::Step& step,
                      const Profile::Evidence& evidence, std::string_view item);

}  // namespace nianlun
