#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nianlun {

/// A decimal number as it is printed: digits only, no sign, no leading zeros, below 2^64.
inline std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  if (text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Cuts off the text before the first `separator`, and the separator; nothing if there is none.
inline std::optional<std::string_view> cut(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  if (end == rest.npos) return std::nullopt;
  const std::string_view head = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return head;
}

/// Reads one code point of UTF-8 (RFC 3629) off the front of `rest`, which is not empty; nothing if
/// it is malformed: too long a form, a surrogate, beyond U+10FFFF, or cut short.
inline std::optional<char32_t> next_code_point(std::string_view& rest) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  const unsigned char first = octet(0);
  const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || rest.size() < length) return std::nullopt;
  char32_t point = length == 1 ? first : first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return std::nullopt;
    point = point << 6 | (octet(i) & 0x3f);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kSmallest[length] || point > 0x10ffff) return std::nullopt;
  if (point >= 0xd800 && point < 0xe000) return std::nullopt;
  rest.remove_prefix(length);
  return point;
}

inline bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (!next_code_point(text)) return false;
  }
  return true;
}

/// Whether `text` may stand in a note: UTF-8 without control characters but newlines.
inline bool is_note_text(std::string_view text) {
  while (!text.empty()) {
    const auto point = next_code_point(text);
    if (!point || (*point < 0x20 && *point != '\n')) return false;
  }
  return true;
}

/// Text as it may be shown beside what was proved: a control character begins lines, or turns the
/// direction of what follows, and would show something else than was signed. U+FFFD stands in its
/// place.
inline std::string printable(std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    const auto point = next_code_point(text);
    if (!point) text.remove_prefix(1);
    const char32_t c = point.value_or(0);
    const bool controls = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
    const bool turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
                       c == 0x200e || c == 0x200f || c == 0x061c;
    out += controls || turns ? kReplacement : before.substr(0, before.size() - text.size());
  }
  return out;
}

}  // namespace nianlun
