#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/result.h"

namespace nianlun {

/// 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z in milliseconds since 1970 UTC.
inline constexpr std::int64_t kDateTimeMsMin = -62'135'596'800'000;
inline constexpr std::int64_t kDateTimeMsMax = 253'402'300'799'999;
/// The longest duration that parse_duration() takes: 10,000 years of 366 days.
inline constexpr std::int64_t kDurationMsMax = std::int64_t{3'660'000} * 86'400'000;

/// The instant that a date and time with its zone names, in milliseconds since 1970 UTC: XSD
/// dateTimeStamp (XML Schema 1.1 part 2, 3.4.28) and RFC 3339 date-time (5.6).
///
/// - The zone is mandatory: "Z" or +hh:mm or -hh:mm, up to 23:59. "T" and "Z" may be lower case,
///   as RFC 3339 says.
/// - Any number of digits of a second, rounded half up to milliseconds.
/// - 24:00:00 is the end of that day, as in ISO 8601 and XSD; nothing after it (24:00:01).
/// - A leap second (:60) is taken only where one can be, in the last minute of a month in UTC
///   (RFC 3339, 5.7). Like POSIX time it counts as the first second of the next month.
/// - Years 0001 to 9999, also after the zone and the rounding are applied.
///
/// Threads: any. Errors: kInvalidArgument for everything else.
Result<std::int64_t> parse_date_time(std::string_view text);

/// The minutes east of UTC of the zone that a text which parse_date_time() takes is written in:
/// 480 of "+08:00"; nothing of "Z", which names no place.
std::optional<int> zone_minutes_of(std::string_view date_time);

/// 2026-05-01T08:00:00.000Z from milliseconds since 1970 UTC. Outside kDateTimeMsMin..Max the year
/// has the sign or the further digits that XSD prescribes, and parse_date_time() refuses it.
std::string date_time(std::int64_t ms);

/// The milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds: P10D,
/// P2W, PT600M, P1DT12H, PT0.5S. A second may have up to three decimals; nothing else may have any.
///
/// kInvalidArgument  anything else: years and months, whose length depends on when; signs
/// kTooLarge         over kDurationMsMax
Result<std::int64_t> parse_duration(std::string_view iso);

}  // namespace nianlun
