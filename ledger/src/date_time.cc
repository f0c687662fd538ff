// is_date_time(): the form of xsd:dateTime (XML Schema 1.1 part 2, 3.3.7), read by hand.

#include <optional>

#include "ledger/data_integrity.h"

namespace nianlun {
namespace {

/// Takes exactly `count` digits from the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

int days_in(int year, int month) {
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (month == 2) return is_leap ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return false;
  const auto month = take_number(text, 2);
  if (!month || *month < 1 || *month > 12 || !take(text, '-')) return false;
  const auto day = take_number(text, 2);
  return day && *day >= 1 && *day <= days_in(*year, *month);
}

bool take_time(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return false;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return false;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return false;
  if (!take(text, '.')) return true;
  bool any = false;
  while (take_number(text, 1)) any = true;
  return any;
}

bool is_offset(std::string_view text) {
  if (text.empty() || text == "Z") return true;
  if (!take(text, '+') && !take(text, '-')) return false;
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ':')) return false;
  const auto minute = take_number(text, 2);
  return minute && text.empty() && *minute <= 59 && *hour * 60 + *minute <= 14 * 60;
}

}  // namespace

bool is_date_time(std::string_view text) {
  constexpr std::size_t kSizeMax = 64;  // octets; a fraction may be of any length
  return text.size() <= kSizeMax && take_date(text) && take(text, 'T') && take_time(text) &&
         is_offset(text);
}

}  // namespace nianlun
