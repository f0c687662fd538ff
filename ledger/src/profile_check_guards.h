#pragma once

#include <vector>

#include "ledger/profile_check.h"

namespace nianlun {

/// The findings on a step's guards: whether the facts that they ask for exist.
void check_guards(const Profile& profile, const Profile::Step& step,
                  std::vector<Finding>& findings);

/// Whether a path of the event is in clear in that step: what is judged by the ledger must be.
bool is_clear(const Profile& profile, const Profile::Step& step, std::string_view path);

}  // namespace nianlun
