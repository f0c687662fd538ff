#include "uri.h"

#include <array>
#include <cstdint>

namespace nianlun {
namespace {

enum CharacterClass : std::uint8_t {
  kAlpha = 1,
  kDigit = 2,
  kHex = 4,
  kUnreserved = 8,
  kPathCharacter = 16,  // "pchar" of RFC 3986, without the percent sign
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  const auto add = [&](std::string_view characters, int mask) {
    for (const char c : characters) {
      auto& entry = classes[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint8_t>(entry | mask);
    }
  };
  for (char c = 'a'; c <= 'z'; ++c) add({&c, 1}, kAlpha | kUnreserved | kPathCharacter);
  for (char c = 'A'; c <= 'Z'; ++c) add({&c, 1}, kAlpha | kUnreserved | kPathCharacter);
  for (char c = '0'; c <= '9'; ++c) add({&c, 1}, kDigit | kUnreserved | kPathCharacter);
  add("0123456789abcdefABCDEF", kHex);
  add("-._~", kUnreserved | kPathCharacter);
  add("!$&'()*+,;=:@", kPathCharacter);
  return classes;
}
constexpr auto kClasses = make_classes();

bool is(char c, int mask) { return (kClasses[static_cast<unsigned char>(c)] & mask) != 0; }

/// The first position from `at` on that is neither a path character, a well-formed escape nor one
/// of `also`.
std::size_t skip(std::string_view text, std::size_t at, std::string_view also) {
  while (at < text.size()) {
    const char c = text[at];
    if (is(c, kPathCharacter) || also.find(c) != std::string_view::npos) {
      ++at;
    } else if (c == '%' && at + 2 < text.size() && is(text[at + 1], kHex) &&
               is(text[at + 2], kHex)) {
      at += 3;
    } else {
      break;
    }
  }
  return at;
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (true) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < 3 && is(text[digits], kDigit)) {
      value = value * 10 + (text[digits++] - '0');
    }
    if (digits == 0 || value > 255) return false;
    text.remove_prefix(digits);
    if (++parts == 4) return text.empty();
    if (text.empty() || text[0] != '.') return false;
    text.remove_prefix(1);
  }
}

/// RFC 3986, 3.2.2: eight groups, of which one run may be shortened to "::".
bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool shortened = false;
  if (text.starts_with("::")) {
    shortened = true;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    if (is_ipv4(text)) {
      groups += 2;
      break;
    }
    std::size_t digits = 0;
    while (digits < text.size() && is(text[digits], kHex)) ++digits;
    if (digits == 0 || digits > 4) return false;
    ++groups;
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (text.starts_with("::")) {
      if (shortened) return false;
      shortened = true;
      text.remove_prefix(2);
    } else if (text[0] == ':' && text.size() > 1) {
      text.remove_prefix(1);
    } else {
      return false;
    }
  }
  return shortened ? groups <= 7 : groups == 8;
}

bool is_ip_literal(std::string_view text) {  // what stands between the brackets
  if (!text.empty() && (text[0] == 'v' || text[0] == 'V')) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
    for (const char c : text.substr(1, dot - 1)) {
      if (!is(c, kHex)) return false;
    }
    for (const char c : text.substr(dot + 1)) {
      if (!is(c, kPathCharacter) || c == '@') return false;
    }
    return true;
  }
  return is_ipv6(text);
}

/// The position after "//[...]:port" or "//user@[...]", or `at` if no bracket follows.
std::size_t skip_ip_literal(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "//") return at;
  std::size_t open = at + 2;
  if (open < text.size() && text[open] != '[') {
    open = skip(text, open, "");
    if (open >= text.size() || text[open] != '[' || text[open - 1] != '@') return at;
    if (text.substr(at + 2, open - at - 3).find('@') != std::string_view::npos) return at;
  }
  const std::size_t close = text.find(']', open);
  if (close == std::string_view::npos) return at;
  if (!is_ip_literal(text.substr(open + 1, close - open - 1))) return at;
  std::size_t end = close + 1;
  if (end < text.size() && text[end] == ':') {
    ++end;
    while (end < text.size() && is(text[end], kDigit)) ++end;
  }
  if (end < text.size() && std::string_view("/?#").find(text[end]) == std::string_view::npos) {
    return at;
  }
  return end;
}

}  // namespace

bool is_uri(std::string_view text) {
  if (text.empty() || !is(text[0], kAlpha)) return false;
  std::size_t at = 1;
  while (at < text.size() &&
         (is(text[at], kAlpha | kDigit) || text[at] == '+' || text[at] == '-' || text[at] == '.')) {
    ++at;
  }
  if (at >= text.size() || text[at] != ':') return false;
  const std::size_t start = at + 1;
  at = skip(text, skip_ip_literal(text, start), "/");
  if (at == start) return false;
  if (at < text.size() && text[at] == '?') at = skip(text, at + 1, "/?");
  if (at < text.size() && text[at] == '#') at = skip(text, at + 1, "/?");
  return at == text.size();
}

std::optional<std::string> percent_decode(std::string_view text) {
  const auto digit = [](char c) {
    return is(c, kDigit) ? c - '0' : (c | 0x20) - 'a' + 10;  // 0x20: to lower case
  };
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || !is(text[i + 1], kHex) || !is(text[i + 2], kHex)) return {};
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

std::string percent_encode(std::string_view octets) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(octets.size());
  for (const char c : octets) {
    if (is(c, kUnreserved)) {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[octet >> 4];
    out += kDigits[octet & 15];
  }
  return out;
}

}  // namespace nianlun
