#pragma once

// What an item holds once an `apart` guard did not break: its cell of the grid and its place.

#include <optional>
#include <string_view>

#include "ledger/bytes.h"
#include "ledger/profile.h"

namespace nianlun {

/// Keys of `m` and `u` in state_keys.h.
struct PlaceClaim {
  Buffer cell;
  Buffer place;
};

/// Nothing if the point is no geo URI.
std::optional<PlaceClaim> claim_of_place(std::string_view profile, const Profile::Guard& guard,
                                         std::string_view item, std::string_view point);

}  // namespace nianlun
