#include "jsonlogic_text.h"

#include <algorithm>

#include "try.h"

namespace nianlun::logic {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// ECMA-262, 12.2 and 12.3: what trim() takes away.
std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view kSpaces[] = {
      " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u00a0", "\u1680", "\u2000",
      "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
      "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"};
  for (bool found = true; found;) {
    found = false;
    for (const std::string_view space : kSpaces) {
      if (text.starts_with(space)) text.remove_prefix(space.size()), found = true;
      if (text.ends_with(space)) text.remove_suffix(space.size()), found = true;
    }
  }
  return text;
}

/// The longest StrDecimalLiteral (ECMA-262, 7.1.4.1) at the front of a text.
struct Literal {
  std::size_t bytes = 0;  // 0 if there is none
  bool infinite = false;
  std::string json;  // the same number in JSON's syntax
};

Literal read_literal(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t first = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return text.substr(first, at - first);
  };
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) ++at;
  if (text.substr(at).starts_with("Infinity")) return {at + 8, true, {}};
  std::string_view before = digits();
  std::string_view after;
  if (at < text.size() && text[at] == '.') {
    ++at;
    after = digits();
    if (before.empty() && after.empty()) return {};
  } else if (before.empty()) {
    return {};
  }
  std::size_t end = at;
  std::string exponent;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const std::size_t sign = at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (!digits().empty()) {
      end = at;
      exponent.assign(1, 'e').append(text.substr(sign, at - sign));
    }
  }
  before.remove_prefix(std::min(before.find_first_not_of('0'), before.size()));
  std::string json;
  if (negative) json += '-';
  json += before.empty() ? std::string_view("0") : before;
  if (!after.empty()) json.append(".").append(after);
  return {end, false, json + exponent};
}

Unexpected not_finite(std::string_view text) {
  return fail(ErrorCode::kInvalidArgument, "logic.not-a-number",
              {{"operator", "Number"}, {"text", std::string(text.substr(0, 64))}});
}

/// 0x1F, 0o17, 0b11; nothing if it is none of them.
Result<std::optional<Decimal>> prefixed_integer(std::string_view text) {
  using Outcome = Result<std::optional<Decimal>>;
  if (text.size() < 3 || text[0] != '0') return Outcome(std::nullopt);
  const char letter = static_cast<char>(text[1] | 0x20);
  const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  Decimal value;
  for (const char c : text.substr(2)) {
    const char low = static_cast<char>(c | 0x20);
    const int digit = is_digit(c) ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : 99;
    if (digit >= base) return Outcome(std::nullopt);
    TRY_ASSIGN(const Decimal shifted, multiply(value, base));
    TRY_ASSIGN(value, add(shifted, digit));
  }
  return Outcome(value);
}

}  // namespace

Result<std::optional<Decimal>> text_to_number(std::string_view text) {
  using Outcome = Result<std::optional<Decimal>>;
  text = trimmed(text);
  if (text.empty()) return Outcome(Decimal());
  const Literal literal = read_literal(text);
  if (literal.bytes != text.size()) return prefixed_integer(text);
  if (literal.infinite) return not_finite(text);
  TRY_ASSIGN(const Decimal decimal, Decimal::parse(literal.json));
  return Outcome(decimal);
}

Result<std::optional<Decimal>> number_at_front(std::string_view text) {
  using Outcome = Result<std::optional<Decimal>>;
  const Literal literal = read_literal(trimmed(text));
  if (literal.bytes == 0) return Outcome(std::nullopt);
  if (literal.infinite) return not_finite(text);
  TRY_ASSIGN(const Decimal decimal, Decimal::parse(literal.json));
  return Outcome(decimal);
}

std::strong_ordering compare_texts(std::string_view a, std::string_view b) {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_a == a.end() || in_b == b.end()) return a.size() <=> b.size();
  const auto x = static_cast<unsigned char>(*in_a);
  const auto y = static_cast<unsigned char>(*in_b);
  if (x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0)) return y <=> x;
  return x <=> y;
}

std::u16string utf16(std::string_view text) {
  std::u16string units;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t c = length == 1 ? lead : static_cast<char32_t>(lead & (0xffU >> (length + 1)));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      c = (c << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    }
    i += length;
    if (c < 0x10000) {
      units += static_cast<char16_t>(c);
    } else {
      units += static_cast<char16_t>(0xd7c0 + (c >> 10));
      units += static_cast<char16_t>(0xdc00 + (c & 0x3ff));
    }
  }
  return units;
}

std::optional<std::string> utf8(std::u16string_view units) {
  std::string text;
  for (std::size_t i = 0; i < units.size(); ++i) {
    char32_t c = units[i];
    if (c >= 0xd800 && c < 0xe000) {
      const char32_t next = i + 1 < units.size() ? units[i + 1] : 0;
      if (c >= 0xdc00 || next < 0xdc00 || next >= 0xe000) return {};
      c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00);
      ++i;
    }
    const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
    const auto follow = [&](unsigned shift) { put(0x80 | ((c >> shift) & 0x3f)); };
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xc0 | (c >> 6)), follow(0);
    } else if (c < 0x10000) {
      put(0xe0 | (c >> 12)), follow(6), follow(0);
    } else {
      put(0xf0 | (c >> 18)), follow(12), follow(6), follow(0);
    }
  }
  return text;
}

}  // namespace nianlun::logic
