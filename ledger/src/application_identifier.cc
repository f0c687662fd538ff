#include "application_identifier.h"

#include <array>
#include <charconv>

#include "try.h"

namespace nianlun {
namespace {

constexpr KeyRule kKeys[] = {
    {"00", "", "", ""},         {"01", "22,10,21", "235", ""}, {"253", "", "", ""},
    {"255", "", "", ""},        {"401", "", "", ""},           {"402", "", "", ""},
    {"414", "254", "7040", ""}, {"415", "8020", "", "8020"},   {"417", "7040", "", ""},
    {"8003", "", "", ""},       {"8004", "7040", "", ""},      {"8006", "22,10,21", "", ""},
    {"8010", "8011", "", ""},   {"8013", "", "", ""},          {"8017", "8019", "", ""},
    {"8018", "8019", "", ""},
};

struct ValueRule {
  std::string_view first;  // AIs from first to last, compared as text of equal length
  std::string_view last;
  std::string_view shape;
};

// GS1 Syntax Dictionary of July 2026: the AIs with their formats.
constexpr ValueRule kValues[] = {
    {"00", "00", "N18c"},
    {"01", "03", "N14c"},
    {"10", "10", "X1-20"},
    {"11", "13", "N6d"},
    {"15", "17", "N6d"},
    {"20", "20", "N2"},
    {"21", "22", "X1-20"},
    {"235", "235", "X1-28"},
    {"240", "241", "X1-30"},
    {"242", "242", "N1-6"},
    {"243", "243", "X1-20"},
    {"250", "251", "X1-30"},
    {"253", "253", "N13c X0-17"},
    {"254", "254", "X1-20"},
    {"255", "255", "N13c N0-12"},
    {"30", "30", "N1-8"},
    {"37", "37", "N1-8"},
    {"3900", "3909", "N1-15"},
    {"3910", "3919", "N3 N1-15"},
    {"3920", "3929", "N1-15"},
    {"3930", "3939", "N3 N1-15"},
    {"3940", "3943", "N4"},
    {"3950", "3955", "N6"},
    {"400", "400", "X1-30"},
    {"401", "401", "X1-30g"},
    {"402", "402", "N17c"},
    {"403", "403", "X1-30"},
    {"410", "417", "N13c"},
    {"420", "420", "X1-20"},
    {"421", "421", "N3 X1-9"},
    {"422", "422", "N3"},
    {"423", "423", "N3 N0-12"},
    {"424", "424", "N3"},
    {"425", "425", "N3 N0-12"},
    {"426", "426", "N3"},
    {"427", "427", "X1-3"},
    {"4300", "4301", "X1-35"},
    {"4302", "4306", "X1-70"},
    {"4307", "4307", "X2"},
    {"4308", "4308", "X1-30"},
    {"4309", "4309", "N20"},
    {"4310", "4311", "X1-35"},
    {"4312", "4316", "X1-70"},
    {"4317", "4317", "X2"},
    {"4318", "4318", "X1-20"},
    {"4319", "4319", "X1-30"},
    {"4320", "4320", "X1-35"},
    {"4321", "4323", "N1"},
    {"4324", "4325", "N6d N4"},
    {"4326", "4326", "N6d"},
    {"4330", "4333", "N6 X0-1"},
    {"7001", "7001", "N13"},
    {"7002", "7002", "X1-30"},
    {"7003", "7003", "N6d N4"},
    {"7004", "7004", "N1-4"},
    {"7005", "7005", "X1-12"},
    {"7006", "7006", "N6d"},
    {"7007", "7007", "N6d N0-6"},
    {"7008", "7008", "X1-3"},
    {"7009", "7009", "X1-10"},
    {"7010", "7010", "X1-2"},
    {"7011", "7011", "N6d N0-4"},
    {"7020", "7022", "X1-20"},
    {"7023", "7023", "X1-30g"},
    {"7030", "7039", "N3 X1-27"},
    {"7040", "7040", "N1 X3"},
    {"7041", "7041", "X1-4"},
    {"710", "717", "X1-20"},
    {"7230", "7239", "X2 X1-28"},
    {"7240", "7240", "X1-20"},
    {"7241", "7241", "N2"},
    {"7242", "7242", "X1-25"},
    {"7250", "7250", "N8"},
    {"7251", "7251", "N12"},
    {"7252", "7252", "N1"},
    {"7253", "7254", "X1-40"},
    {"7255", "7255", "X1-10"},
    {"7256", "7256", "X1-90"},
    {"7257", "7257", "X1-70"},
    {"7258", "7258", "X3"},
    {"7259", "7259", "X1-40"},
    {"8001", "8001", "N14"},
    {"8002", "8002", "X1-20"},
    {"8003", "8003", "N1z N13c X0-16"},
    {"8004", "8004", "X1-30g"},
    {"8005", "8005", "N6"},
    {"8006", "8006", "N14c N4p"},
    {"8007", "8007", "X1-34"},
    {"8008", "8008", "N6d N2 N0-4"},
    {"8009", "8009", "X1-50"},
    {"8010", "8010", "Y1-30g"},
    {"8011", "8011", "N1-12"},
    {"8012", "8012", "X1-20"},
    {"8013", "8014", "X6-25a"},
    {"8017", "8018", "N18c"},
    {"8019", "8019", "N1-10"},
    {"8020", "8020", "X1-25"},
    {"8026", "8026", "N14c N4p"},
    {"8030", "8030", "Z1-90"},
    {"8040", "8041", "N15"},
    {"8042", "8042", "N32"},
    {"8043", "8043", "N18 N0-2"},
    {"8110", "8110", "X1-70"},
    {"8111", "8111", "N4"},
    {"8112", "8112", "X1-70"},
    {"8200", "8200", "X1-70"},
    {"90", "90", "X1-30"},
    {"91", "99", "X1-90"},
};

// 310n to 369n: measures, whose last digit is the number of decimals, 0 to 5.
constexpr std::pair<std::string_view, std::string_view> kMeasures[] = {
    {"310", "316"}, {"320", "337"}, {"340", "357"}, {"360", "369"}};

bool is_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// General Specifications 7.11: character sets 82 (X), 39 (Y) and 64 (Z).
bool in_set(char set, char c) {
  switch (set) {
    case 'N':
      return c >= '0' && c <= '9';
    case 'Y':
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '#' || c == '-' || c == '/';
    case 'Z':
      return is_alphanumeric(c) || c == '-' || c == '_' || c == '=';
    default:
      return is_alphanumeric(c) ||
             std::string_view("!\"%&'()*+,-./:;<=>?_").find(c) != std::string_view::npos;
  }
}

struct Component {
  char set = 'N';
  std::size_t min = 0;
  std::size_t max = 0;
  char check = 0;
};

/// Takes the first component off a shape that this file vouches for.
Component next_component(std::string_view& shape) {
  Component component;
  component.set = shape[0];
  const auto number = [&](std::size_t& value) {
    const auto end = std::from_chars(shape.data(), shape.data() + shape.size(), value).ptr;
    shape.remove_prefix(static_cast<std::size_t>(end - shape.data()));
  };
  shape.remove_prefix(1);
  number(component.min);
  component.max = component.min;
  if (shape.starts_with('-')) {
    shape.remove_prefix(1);
    number(component.max);
  }
  if (!shape.empty() && shape[0] != ' ') {
    component.check = shape[0];
    shape.remove_prefix(1);
  }
  if (!shape.empty()) shape.remove_prefix(1);
  return component;
}

/// The pair of check characters of a GMN (General Specifications 7.9.5).
bool has_check_pair(std::string_view value) {
  static constexpr std::string_view kSet82 =
      "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
  static constexpr std::string_view kPairSet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  static constexpr std::array<unsigned, 23> kPrimes = {
      2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83};
  const std::string_view body = value.substr(0, value.size() - 2);
  std::size_t sum = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    sum += kSet82.find(body[i]) * kPrimes[body.size() - 1 - i];
  }
  sum %= 1021;
  return value[value.size() - 2] == kPairSet[sum / 32] && value.back() == kPairSet[sum % 32];
}

/// YYMMDD; the day 00 means the whole month. The century is the reader's to choose, so 29 February
/// is a date in years that divide by four.
bool is_date(std::string_view digits) {
  static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = (digits[0] - '0') * 10 + digits[1] - '0';
  const int month = (digits[2] - '0') * 10 + digits[3] - '0';
  const int day = (digits[4] - '0') * 10 + digits[5] - '0';
  if (month < 1 || month > 12 || day > kDays[month - 1]) return false;
  return month != 2 || day < 29 || year % 4 == 0;
}

bool passes(char check, std::string_view part) {
  switch (check) {
    case 'a':
      return has_check_pair(part);
    case 'c':
      return check_digit(part.substr(0, part.size() - 1)) == part.back();
    case 'd':
      return is_date(part);
    case 'g':  // a company prefix has at least four digits
      return part.size() >= 4 && is_digits(part.substr(0, 4));
    case 'p':
      return part.substr(0, 2) != "00" && part.substr(0, 2) <= part.substr(2);
    case 'z':
      return part == "0";
    default:
      return true;
  }
}

/// What is wrong with a value: nothing (0), its shape ('s'), or the check of that letter.
char find_fault(std::string_view shape, std::string_view value) {
  char fault = 0;
  while (!shape.empty()) {
    const Component component = next_component(shape);
    const std::string_view part = value.substr(0, component.max);
    if (part.size() < component.min) return 's';
    for (const char c : part) {
      if (!in_set(component.set, c)) return 's';
    }
    if (fault == 0 && !passes(component.check, part)) fault = component.check;
    value.remove_prefix(part.size());
  }
  if (!value.empty()) return 's';
  return fault == 'g' || fault == 'z' ? 's' : fault;
}

}  // namespace

const KeyRule* key_rule(std::string_view ai) {
  for (const KeyRule& rule : kKeys) {
    if (rule.ai == ai) return &rule;
  }
  return nullptr;
}

std::string_view value_shape(std::string_view ai) {
  if (ai.size() < 2 || ai.size() > 4 || !is_digits(ai)) return {};
  for (const ValueRule& rule : kValues) {
    if (rule.first.size() == ai.size() && rule.first <= ai && ai <= rule.last) return rule.shape;
  }
  for (const auto& [first, last] : kMeasures) {
    if (ai.size() == 4 && first <= ai.substr(0, 3) && ai.substr(0, 3) <= last && ai[3] <= '5') {
      return "N6";
    }
  }
  return {};
}

bool has_value_shape(std::string_view ai, std::string_view value) {
  const std::string_view shape = value_shape(ai);
  return !shape.empty() && !value.empty() && find_fault(shape, value) != 's';
}

Result<void> check_value(std::string_view ai, std::string_view value) {
  const Arguments arguments{{"ai", std::string(ai)}, {"value", std::string(value)}};
  const std::string_view shape = value_shape(ai);
  if (shape.empty()) return fail(ErrorCode::kInvalidArgument, "identifier.unknown-ai", arguments);
  switch (find_fault(shape, value)) {
    case 0:
      return {};
    case 's':
      return fail(ErrorCode::kInvalidArgument, "identifier.value-shape", arguments);
    case 'a':
    case 'c':
      return fail(ErrorCode::kInvalidArgument, "identifier.check-digit", arguments);
    default:
      return fail(ErrorCode::kInvalidArgument, "identifier.value-content", arguments);
  }
}

char check_digit(std::string_view digits) {
  int sum = 0;
  int weight = 3;
  for (std::size_t i = digits.size(); i > 0; --i) {
    sum += (digits[i - 1] - '0') * weight;
    weight = 4 - weight;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

}  // namespace nianlun
