#include "epcis_formats.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace nianlun {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::int64_t kSecondsPerDay = 86400;
constexpr int kExponentMax = 400;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number in `count` digits from `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_of_month(int year, int month) {
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month == 2 && is_leap(year)) return 29;
  return kDays[static_cast<std::size_t>(month - 1)];
}

/// Days from 1970-01-01 to 1 January of `year`, for year >= 0.
std::int64_t days_before_year(int year) {
  // Leap days in the years 0 to year-1, less those before 1970 (year 0 is a leap year).
  const std::int64_t y = year;
  const std::int64_t leap_days = y == 0 ? 0 : (y - 1) / 4 - (y - 1) / 100 + (y - 1) / 400 + 1;
  constexpr std::int64_t kLeapDaysBefore1970 = 1969 / 4 - 1969 / 100 + 1969 / 400 + 1;
  return (y - 1970) * 365 + leap_days - kLeapDaysBefore1970;
}

/// The zone's minutes east of UTC; nothing if `text` isn't a whole zone.
std::optional<int> zone_minutes(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return {};
  const int hours = digits(text, 1, 2);
  const int minutes = digits(text, 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return {};
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string text = std::to_string(value);
  out.append(width - std::min(width, text.size()), '0').append(text);
}

}  // namespace

std::optional<std::int64_t> date_time_ms(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') {
    return {};
  }
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) ||
      hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return {};
  }
  std::size_t at = 19;
  std::int64_t ms = 0;
  if (text[at] == '.') {
    const std::size_t start = ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == start) return {};
    for (std::size_t i = start; i < start + 3; ++i) ms = ms * 10 + (i < at ? text[i] - '0' : 0);
    if (start + 3 < at && text[start + 3] >= '5') ++ms;
  }
  const auto zone = zone_minutes(text.substr(at));
  if (!zone) return {};
  std::int64_t days = days_before_year(year) + day - 1;
  for (int m = 1; m < month; ++m) days += days_of_month(year, m);
  const std::int64_t utc_minutes = days * 1440 + hour * 60 + minute - *zone;
  if (second == 60 && ((utc_minutes % 1440) + 1440) % 1440 != 1439) return {};
  return (utc_minutes * 60 + second) * kMsPerSecond + ms;
}

std::string date_time_text(std::int64_t ms) {
  const auto floor_divide = [](std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
  };
  const std::int64_t day = floor_divide(ms, kSecondsPerDay * kMsPerSecond);
  const std::int64_t in_day = ms - day * kSecondsPerDay * kMsPerSecond;
  // At or before the right year, whichever way the days count.
  auto year =
      static_cast<int>(std::max<std::int64_t>(0, 1970 + floor_divide(day, day < 0 ? 365 : 366)));
  while (days_before_year(year + 1) <= day) ++year;
  std::int64_t rest = day - days_before_year(year);
  int month = 1;
  for (; rest >= days_of_month(year, month); ++month) rest -= days_of_month(year, month);
  std::string out;
  append_padded(out, year, 4);
  append_padded(out += '-', month, 2);
  append_padded(out += '-', rest + 1, 2);
  append_padded(out += 'T', in_day / 3600000, 2);
  append_padded(out += ':', in_day / 60000 % 60, 2);
  append_padded(out += ':', in_day / kMsPerSecond % 60, 2);
  append_padded(out += '.', in_day % kMsPerSecond, 3);
  return out += 'Z';
}

std::optional<std::string> plain_decimal(std::string_view text) {
  std::string out;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    if (text[0] == '-') out = '-';
    text.remove_prefix(1);
  }
  std::string number;
  int scale = 0;  // digits of `number` after the point
  bool point = false;
  std::size_t at = 0;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
    } else {
      number += text[at];
      scale += point ? 1 : 0;
    }
    if (at > kExponentMax) return {};
  }
  if (number.empty()) return {};
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return {};
    ++at;
    if (at + 1 < text.size() && text[at] == '+' && is_digit(text[at + 1])) ++at;
    int exponent = 0;
    const auto [end, error] =
        std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    if (exponent > kExponentMax || exponent < -kExponentMax) return {};
    scale -= exponent;
  }
  if (scale < 0) {
    number.append(static_cast<std::size_t>(-scale), '0');
    scale = 0;
  }
  const auto decimals = static_cast<std::size_t>(scale);
  if (number.size() <= decimals) number.insert(0, decimals + 1 - number.size(), '0');
  std::string whole = number.substr(0, number.size() - decimals);
  std::string fraction = number.substr(number.size() - decimals);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (whole == "0" && fraction.empty()) return "0";
  out += whole;
  if (!fraction.empty()) (out += '.') += fraction;
  return out;
}

}  // namespace nianlun
