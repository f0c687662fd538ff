#include "ledger/time.h"

#include <optional>

#include "try.h"

namespace nianlun {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Unexpected invalid_date_time(std::string_view text) {
  constexpr std::size_t kShownBytesMax = 64;
  return fail(ErrorCode::kInvalidArgument, "time.date-time",
              {{"text", std::string(text.substr(0, kShownBytesMax))}});
}

Unexpected invalid_duration(std::string_view text) {
  constexpr std::size_t kShownBytesMax = 64;
  return fail(ErrorCode::kInvalidArgument, "time.duration",
              {{"text", std::string(text.substr(0, kShownBytesMax))}});
}

/// Reads fixed-width fields from the front; once something did not fit, `ok` stays false.
struct Reader {
  std::string_view rest;
  bool ok = true;

  std::int64_t digits(std::size_t count) {
    if (rest.size() < count) return ok = false, 0;
    std::int64_t value = 0;
    for (const char c : rest.substr(0, count)) {
      if (!is_digit(c)) return ok = false, 0;
      value = value * 10 + (c - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
  bool take(char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok = take(c) && ok; }
};

bool is_leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Both conversions count in years that begin on 1 March, so that the leap day comes last, and in
// eras of 400 years, which all have 146,097 days. Day 0 is 1970-01-01.
constexpr std::int64_t kEraDays = 146'097;
constexpr std::int64_t kEpochDay = 719'468;  // 1970-01-01, counted from 0000-03-01

std::int64_t day_number(std::int64_t year, std::int64_t month, std::int64_t day) {
  const std::int64_t march_year = month > 2 ? year : year - 1;
  const std::int64_t era = floor_divide(march_year, 400);
  const std::int64_t year_of_era = march_year - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * kEraDays + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         kEpochDay;
}

struct Date {
  std::int64_t year, month, day;
};

Date date_of(std::int64_t number) {
  const std::int64_t shifted = number + kEpochDay;
  const std::int64_t era = floor_divide(shifted, kEraDays);
  const std::int64_t day_of_era = shifted - era * kEraDays;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_of_year = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_of_year + 2) / 5 + 1;
  const std::int64_t month = month_of_year < 10 ? month_of_year + 3 : month_of_year - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

/// ".25" as 250, rounded half up (so ".9995" is 1000); 0 if there is no fraction.
std::int64_t read_fraction_ms(Reader& in) {
  if (!in.take('.')) return 0;
  std::int64_t ms = 0;
  std::size_t count = 0;
  for (; count < in.rest.size() && is_digit(in.rest[count]); ++count) {
    const std::int64_t digit = in.rest[count] - '0';
    if (count < 3) ms = ms * 10 + digit;
    if (count == 3 && digit >= 5) ++ms;
  }
  if (count == 0) in.ok = false;
  for (std::size_t i = count; i < 3; ++i) ms *= 10;
  in.rest.remove_prefix(count);
  return ms;
}

std::int64_t read_zone_ms(Reader& in) {
  if (in.take('Z') || in.take('z')) return 0;
  const bool east = in.take('+');
  if (!east) in.expect('-');
  const std::int64_t hours = in.digits(2);
  in.expect(':');
  const std::int64_t minutes = in.digits(2);
  if (hours > 23 || minutes > 59) in.ok = false;
  const std::int64_t ms = hours * kHourMs + minutes * kMinuteMs;
  return east ? ms : -ms;
}

std::string padded(std::int64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? text.insert(0, width - text.size(), '0') : text;
}

}  // namespace

Result<std::int64_t> parse_date_time(std::string_view text) {
  Reader in{text};
  const std::int64_t year = in.digits(4);
  in.expect('-');
  const std::int64_t month = in.digits(2);
  in.expect('-');
  const std::int64_t day = in.digits(2);
  if (!in.take('t')) in.expect('T');
  const std::int64_t hour = in.digits(2);
  in.expect(':');
  const std::int64_t minute = in.digits(2);
  in.expect(':');
  const std::int64_t second = in.digits(2);
  const std::string_view fraction = in.rest;
  const std::int64_t fraction_ms = read_fraction_ms(in);
  const bool fraction_zero =
      fraction.substr(0, fraction.size() - in.rest.size()).find_first_not_of(".0") ==
      std::string_view::npos;
  const std::int64_t zone_ms = read_zone_ms(in);
  if (!in.ok || !in.rest.empty() || year < 1 || month < 1 || month > 12 || day < 1 ||
      day > days_in_month(year, month) || hour > 24 || minute > 59 || second > 60) {
    return invalid_date_time(text);
  }
  if (hour == 24 && (minute != 0 || second != 0 || !fraction_zero)) return invalid_date_time(text);
  const std::int64_t whole_ms = day_number(year, month, day) * kDayMs + hour * kHourMs +
                                minute * kMinuteMs + second * kSecondMs - zone_ms;
  if (second == 60 &&
      (whole_ms % kDayMs != 0 || date_of(floor_divide(whole_ms, kDayMs)).day != 1)) {
    return invalid_date_time(text);
  }
  const std::int64_t ms = whole_ms + fraction_ms;
  if (ms < kDateTimeMsMin || ms > kDateTimeMsMax) return invalid_date_time(text);
  return ms;
}

std::optional<int> zone_minutes_of(std::string_view date_time) {
  constexpr std::size_t kZoneBytes = 6;
  if (date_time.size() < kZoneBytes) return std::nullopt;
  const std::string_view zone = date_time.substr(date_time.size() - kZoneBytes);
  if (zone[0] != '+' && zone[0] != '-') return std::nullopt;
  const auto two = [zone](std::size_t at) { return (zone[at] - '0') * 10 + (zone[at + 1] - '0'); };
  const int minutes = two(1) * 60 + two(4);
  return zone[0] == '-' ? -minutes : minutes;
}

std::string date_time(std::int64_t ms) {
  const std::int64_t days = floor_divide(ms, kDayMs);
  const std::int64_t rest = ms - days * kDayMs;
  const Date date = date_of(days);
  std::string text;
  if (date.year < 0) text += '-';
  text += padded(date.year < 0 ? -date.year : date.year, 4);
  text.append("-").append(padded(date.month, 2)).append("-").append(padded(date.day, 2));
  text.append("T").append(padded(rest / kHourMs, 2));
  text.append(":").append(padded(rest / kMinuteMs % 60, 2));
  text.append(":").append(padded(rest / kSecondMs % 60, 2));
  text.append(".").append(padded(rest % kSecondMs, 3)).append("Z");
  return text;
}

Result<std::int64_t> parse_duration(std::string_view iso) {
  Reader in{iso};
  in.expect('P');
  bool in_time = false;  // after the T
  int last = -1;         // the units come in this order, each at most once
  std::int64_t total_ms = 0;
  if (!in.ok || in.rest.empty()) return invalid_duration(iso);
  while (!in.rest.empty()) {
    if (!in_time && in.take('T')) in_time = true;
    std::size_t count = 0;
    std::int64_t value = 0;
    for (; count < in.rest.size() && is_digit(in.rest[count]); ++count) {
      if (value <= kDurationMsMax) value = value * 10 + (in.rest[count] - '0');
    }
    if (count == 0) return invalid_duration(iso);
    in.rest.remove_prefix(count);
    const std::string_view fraction = in.rest;
    const std::int64_t fraction_ms = read_fraction_ms(in);
    const std::size_t fraction_bytes = fraction.size() - in.rest.size();
    if (!in.ok || in.rest.empty()) return invalid_duration(iso);
    static constexpr std::string_view kUnits = "WDHMS";
    static constexpr std::int64_t kUnitMs[] = {7 * kDayMs, kDayMs, kHourMs, kMinuteMs, kSecondMs};
    const std::size_t unit = kUnits.find(in.rest[0]);
    if (unit == std::string_view::npos || static_cast<int>(unit) <= last ||
        in_time != (unit >= 2) || (fraction_bytes > 0 && unit != 4) || fraction_bytes > 4) {
      return invalid_duration(iso);
    }
    in.rest.remove_prefix(1);
    last = static_cast<int>(unit);
    if (value > kDurationMsMax / kUnitMs[unit]) total_ms = kDurationMsMax + 1;
    if (total_ms <= kDurationMsMax) total_ms += value * kUnitMs[unit] + fraction_ms;
  }
  if (in_time && last < 2) return invalid_duration(iso);  // "P1DT"
  if (total_ms > kDurationMsMax) {
    return fail(ErrorCode::kTooLarge, "time.duration-too-large",
                {{"text", std::string(iso.substr(0, 64))}});
  }
  return total_ms;
}

}  // namespace nianlun
