#include "canonical_cursor.h"

#include <bit>
#include <cstring>

namespace nianlun {
namespace {

constexpr std::size_t kDigitsMax = 15;    // which a double holds, so that they print the same
constexpr std::size_t kLeadingZeros = 5;  // after the point; with more there is an exponent

bool is_digit(char c) { return c >= '0' && c <= '9'; }
std::uint8_t octet(char c) { return static_cast<std::uint8_t>(c); }

constexpr std::uint64_t each_octet(std::uint8_t value) {
  return UINT64_C(0x0101'0101'0101'0101) * value;
}

/// The highest bit of each octet that is below `limit`, which is at most 0x80. Right up to the
/// first of them; octets behind it may have the bit by a borrow.
constexpr std::uint64_t below(std::uint64_t octets, std::uint8_t limit) {
  return (octets - each_octet(limit)) & ~octets & each_octet(0x80);
}

/// How many octets from the front stand for themselves in a string and are ASCII. Most of a record
/// is such text, so it is looked at eight octets at a time.
std::size_t plain_octets(std::string_view text) {
  constexpr std::size_t kOctets = sizeof(std::uint64_t);
  std::size_t at = 0;
  for (; at + kOctets <= text.size(); at += kOctets) {
    std::uint64_t octets = 0;
    std::memcpy(&octets, text.data() + at, kOctets);
    if constexpr (std::endian::native == std::endian::big) octets = __builtin_bswap64(octets);
    const std::uint64_t special = (octets & each_octet(0x80)) | below(octets, 0x20) |
                                  below(octets ^ each_octet('"'), 1) |
                                  below(octets ^ each_octet('\\'), 1);
    if (special != 0) return at + static_cast<std::size_t>(std::countr_zero(special)) / 8;
  }
  const auto is_plain = [](char c) {
    return c >= 0x20 && octet(c) < 0x80 && c != '"' && c != '\\';
  };
  while (at < text.size() && is_plain(text[at])) ++at;
  return at;
}

/// Whether one name stands before another, which their first characters mostly tell.
bool in_order(std::string_view before, std::string_view after) {
  if (before.empty() || after.empty() || before[0] == after[0]) return before < after;
  return before[0] < after[0];
}

}  // namespace

// The shapes of UTF-8 (RFC 3629, section 4): no surrogate, and nothing longer than it has to be.
bool CanonicalCursor::wide_character() {
  const auto octet_at = [&](std::size_t i) {
    return at_ + i < text_.size() ? octet(text_[at_ + i]) : std::uint8_t{0};
  };
  const std::uint8_t first = octet_at(0);
  const std::size_t more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  if (first < 0xC2 || first > 0xF4) return false;
  const std::uint8_t lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (octet_at(1) < lowest || octet_at(1) > highest) return false;
  for (std::size_t i = 2; i <= more; ++i) {
    if (octet_at(i) < 0x80 || octet_at(i) > 0xBF) return false;
  }
  at_ += 1 + more;
  return true;
}

bool CanonicalCursor::name(std::string_view& content) {
  if (!skip('"')) return false;
  content = text_.substr(at_, plain_octets(text_.substr(at_)));
  at_ += content.size();
  return skip('"');
}

bool CanonicalCursor::string(std::string_view& content) {
  if (!skip('"')) return false;
  const std::size_t begin = at_;
  for (at_ += plain_octets(text_.substr(at_)); !next_is('"');
       at_ += plain_octets(text_.substr(at_))) {
    if (!wide_character()) return false;
  }
  content = text_.substr(begin, at_ - begin);
  return skip('"');
}

bool CanonicalCursor::count(std::uint64_t& value) {
  const std::size_t begin = at_;
  value = 0;
  while (at_ < text_.size() && is_digit(text_[at_]) && at_ - begin < kDigitsMax) {
    value = value * 10 + octet(text_[at_++]) - '0';
  }
  const bool is_padded = at_ - begin > 1 && text_[begin] == '0';
  return at_ > begin && !is_padded && !(at_ < text_.size() && is_digit(text_[at_]));
}

bool CanonicalCursor::number() {
  const bool negative = skip('-');
  const std::size_t begin = at_;
  std::uint64_t whole = 0;
  if (!count(whole)) return false;
  if (!next_is('.')) return (whole > 0 || !negative) && !next_is('e') && !next_is('E');
  const std::size_t point = at_++;
  std::size_t zeros = 0;
  while (next_is('0')) ++at_, ++zeros;
  while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  const bool is_short = at_ - begin - 1 <= kDigitsMax && (whole > 0 || zeros <= kLeadingZeros);
  return at_ > point + 1 && text_[at_ - 1] != '0' && is_short && !next_is('e') && !next_is('E');
}

bool CanonicalCursor::object(unsigned depth_max) {
  if (!skip('{')) return false;
  if (skip('}')) return true;
  std::string_view before;
  for (bool first = true; first || skip(','); first = false) {
    std::string_view name;
    if (!this->name(name) || (!first && !in_order(before, name))) return false;
    before = name;
    if (!skip(':') || !value(depth_max)) return false;
  }
  return skip('}');
}

bool CanonicalCursor::array(unsigned depth_max) {
  if (!skip('[')) return false;
  if (skip(']')) return true;
  do {
    if (!value(depth_max)) return false;
  } while (skip(','));
  return skip(']');
}

bool CanonicalCursor::value(unsigned depth_max) {
  if (at_ == text_.size()) return false;
  std::string_view unused;
  switch (text_[at_]) {
    case '"':
      return string(unused);
    case '{':
      return depth_max > 0 && object(depth_max - 1);
    case '[':
      return depth_max > 0 && array(depth_max - 1);
    case 't':
      return skip("true");
    case 'f':
      return skip("false");
    case 'n':
      return skip("null");
    default:
      return number();
  }
}

}  // namespace nianlun
