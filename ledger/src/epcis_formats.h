#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nianlun {

/// A date and time with zone (RFC 3339, 5.6) as milliseconds since 1970-01-01T00:00:00Z, rounded
/// half up; nothing if it is none. A leap second (23:59:60 in UTC) is the second after it.
std::optional<std::int64_t> date_time_ms(std::string_view text);

/// "2026-03-01T12:00:00.000Z", for years 0000 to 9999.
std::string date_time_text(std::int64_t ms);

/// A decimal number ("+012.500", "1e3") without sign, zeros and exponent that it does not need
/// ("12.5", "1000"); nothing if `text` is no number, or one that needs more than 400 digits.
std::optional<std::string> plain_decimal(std::string_view text);

}  // namespace nianlun
