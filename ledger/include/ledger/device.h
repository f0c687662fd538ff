#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nianlun {

// What a machine knows by itself, which only programs ask for.

std::int64_t now_ms();         ///< since 1970 UTC
std::uint64_t monotonic_ms();  ///< since the machine was started
std::string boot_id();         ///< another one after each start; "" if the system has none
int zone_offset_minutes(std::int64_t time_ms);  ///< of the machine's time zone at that instant

/// The language that `--lang` of a command line asks for, else that of the environment: what help
/// is written in before the options are read.
std::string_view language_of(int argc, const char* const* argv);

}  // namespace nianlun
