// The JSON Canonicalization Scheme (RFC 8785): members in order of their UTF-16 code units, numbers
// as ECMAScript prints them.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include "ledger/json.h"
#include "try.h"

namespace nianlun {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether `text` is an integer that reads the same in canonical form: at most 15 digits, which a
/// double always holds exactly, and not "-0".
bool is_plain_integer(std::string_view text) {
  constexpr std::size_t kDigitsMax = 15;
  if (text.starts_with('-')) {
    text.remove_prefix(1);
    if (text.starts_with('0')) return false;
  }
  return !text.empty() && text.size() <= kDigitsMax &&
         std::all_of(text.begin(), text.end(), is_digit);
}

/// Whether a number that no double holds is too small rather than too large: whether its first
/// digit that counts stands behind the decimal point, once the exponent has moved the point.
bool is_underflow(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t exponent_at = std::min(text.find_first_of("eE"), text.size());
  const std::string_view digits = text.substr(0, exponent_at);
  const std::size_t first = digits.find_first_of("123456789");
  if (first == std::string_view::npos) return true;
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const auto place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  std::string_view written = text.substr(std::min(exponent_at + 1, text.size()));
  if (written.starts_with('+')) written.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto error = std::from_chars(written.data(), written.data() + written.size(), exponent).ec;
  if (error == std::errc::result_out_of_range) return written.starts_with('-');
  // Both are far below the limits of an int64_t, or the text would fill the address space.
  return exponent < -place;
}

/// The finite double nearest to the number, as ECMAScript reads it, or nothing.
std::optional<double> to_double(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::invalid_argument || read != end) return std::nullopt;
  if (error == std::errc()) return std::isfinite(value) ? std::optional(value) : std::nullopt;
  return is_underflow(text) ? std::optional(0.0) : std::nullopt;
}

/// Number::toString of ECMAScript (ECMA-262, 6.1.6.1.20) for a finite value.
void append_double(std::string& out, double value) {
  if (value == 0) {
    out += '0';  // also for -0
    return;
  }
  if (value < 0) out += '-';
  std::array<char, 32> buffer;  // "d.ddddddddddddddd[d]e-ddd" takes 24
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                          std::fabs(value), std::chars_format::scientific);
  assert(error == std::errc());
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t exponent_at = text.find('e');
  std::array<char, 20> digit_buffer;
  std::size_t count = 0;  // significant digits; "k" in the standard
  for (const char c : text.substr(0, exponent_at)) {
    if (c != '.') digit_buffer[count++] = c;
  }
  const std::string_view digits(digit_buffer.data(), count);
  int exponent = 0;
  std::from_chars(text.data() + exponent_at + (text[exponent_at + 1] == '+' ? 2 : 1), end,
                  exponent);
  const int point = exponent + 1;  // digits before the decimal point; "n" in the standard
  const auto places = static_cast<std::size_t>(std::abs(point));
  if (point > 21 || point <= -6) {
    out += digits[0];
    if (count > 1) out.append(".").append(digits.substr(1));
    out.append(exponent < 0 ? "e-" : "e+").append(std::to_string(std::abs(exponent)));
  } else if (point <= 0) {
    out.append("0.").append(places, '0').append(digits);
  } else if (places >= count) {
    out.append(digits).append(places - count, '0');
  } else {
    out.append(digits.substr(0, places)).append(".").append(digits.substr(places));
  }
}

Result<void> append_number(std::string& out, const std::string& text) {
  if (is_plain_integer(text)) {
    out += text;
    return {};
  }
  const std::optional<double> value = to_double(text);
  if (!value) {
    return fail(ErrorCode::kInvalidArgument, "json.number-not-a-double", {{"number", text}});
  }
  append_double(out, *value);
  return {};
}

/// Whether `a` comes before `b` in the order of UTF-16 code units. That is the order of UTF-8's
/// octets, but for characters above U+FFFF (octets F0 to F4), whose surrogates come before U+E000
/// (octets EE and EF).
bool is_before(std::string_view a, std::string_view b) {
  const std::size_t size = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] == b[i]) continue;
    const auto rank = [](char c) {
      const auto octet = static_cast<unsigned char>(c);
      return octet == 0xee || octet == 0xef ? octet + 0x10 : int{octet};
    };
    return rank(a[i]) < rank(b[i]);
  }
  return a.size() < b.size();
}

Result<void> append_canonical(std::string& out, const Json& value);

Result<void> append_member(std::string& out, const Json::Member& member) {
  if (out.back() != '{') out += ',';
  append_json_string(out, member.name);
  out += ':';
  return append_canonical(out, member.value);
}

Result<void> append_object(std::string& out, const Json::Object& members) {
  out += '{';
  const auto by_name = [](const Json::Member& a, const Json::Member& b) {
    return is_before(a.name, b.name);
  };
  if (std::is_sorted(members.begin(), members.end(), by_name)) {
    for (const Json::Member& member : members) TRY(append_member(out, member));
  } else {
    std::vector<const Json::Member*> sorted;
    sorted.reserve(members.size());
    for (const Json::Member& member : members) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(),
              [&](const Json::Member* a, const Json::Member* b) { return by_name(*a, *b); });
    for (const Json::Member* member : sorted) TRY(append_member(out, *member));
  }
  out += '}';
  return {};
}

Result<void> append_canonical(std::string& out, const Json& value) {
  if (value.is_string()) {
    append_json_string(out, value.string());
  } else if (value.is_object()) {
    return append_object(out, value.object());
  } else if (value.is_array()) {
    out += '[';
    for (const Json& item : value.array()) {
      if (&item != value.array().data()) out += ',';
      TRY(append_canonical(out, item));
    }
    out += ']';
  } else if (value.is_number()) {
    return append_number(out, value.number_text());
  } else if (value.is_boolean()) {
    out += value.boolean() ? "true" : "false";
  } else {
    out += "null";
  }
  return {};
}

/// The pointer to the first number that is not canonical, or nothing. The pointer is put together
/// on the way back, so that values without a fault cost no allocation.
std::optional<std::string> find_inexact(const Json& value) {
  if (value.is_number()) {
    const std::string& text = value.number_text();
    if (is_plain_integer(text)) return std::nullopt;
    std::string expected;
    if (append_number(expected, text) && expected == text) return std::nullopt;
    return "";
  }
  if (value.is_array()) {
    std::size_t index = 0;
    for (const Json& item : value.array()) {
      if (const auto rest = find_inexact(item)) return "/" + std::to_string(index) + *rest;
      ++index;
    }
  } else if (value.is_object()) {
    for (const Json::Member& member : value.object()) {
      if (const auto rest = find_inexact(member.value)) {
        return "/" + pointer_token(member.name) + *rest;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> canonical(const Json& value) {
  constexpr std::size_t kUsualSize = 1024;  // octets; most events fit
  std::string out;
  out.reserve(kUsualSize);
  TRY(append_canonical(out, value));
  return out;
}

void sort_members(Json& value) {
  if (value.is_array()) {
    for (Json& item : value.array()) sort_members(item);
  } else if (value.is_object()) {
    // Our own clients send them sorted, and a sort moves even what stands right already.
    if (!std::ranges::is_sorted(value.object(), is_before, &Json::Member::name)) {
      std::ranges::sort(value.object(), is_before, &Json::Member::name);
    }
    for (Json::Member& member : value.object()) sort_members(member.value);
  }
}

Result<void> check_numbers_exact(const Json& value) {
  const std::optional<std::string> pointer = find_inexact(value);
  if (!pointer) return {};
  return fail(ErrorCode::kInvalidArgument, "json.number-not-canonical", {{"pointer", *pointer}});
}

}  // namespace nianlun
