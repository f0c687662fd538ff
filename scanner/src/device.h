#pragma once

#include <cstdint>
#include <string>

#include "ledger/bytes.h"

namespace nianlun::scanner {

/// What the device knows by itself.

std::int64_t now_ms();         ///< since 1970 UTC
std::uint64_t monotonic_ms();  ///< since the device was started
std::string boot_id();         ///< another one after each start; "" if the system has none
int zone_offset_minutes(std::int64_t time_ms);  ///< of the device's time zone at that instant

/// 16 octets from the system's source of randomness. Ends the process if it has none: an event
/// that can be guessed is worse than none.
Buffer random_16();

}  // namespace nianlun::scanner
