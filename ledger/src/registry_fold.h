#pragma once

// Registry events: the genesis, parties, keys, roles, profiles, endorsements and answers.

#include "fold.h"

namespace nianlun {

bool is_registry_event(const Json& event);

/// Puts an accepted registry event into the state.
Result<void> fold_registry(const FoldInput& input, StateOverlay& state);

}  // namespace nianlun
