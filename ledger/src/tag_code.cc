#include "ledger/tag_code.h"

#include <cassert>

#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static_assert(kAlphabet.size() == 32);

/// Multiplies by x in GF(2)[x] / (x^5 + x^2 + 1), where x generates all 31 nonzero elements.
constexpr unsigned times_x(unsigned value) {
  value <<= 1;
  return (value & 32U) != 0 ? value ^ 0b100101U : value;
}

/// The sum of the values, each times another power of x: 0 for a whole code. A wrong character
/// changes one term by something that isn't 0. Exchanging two changes the sum by the product of
/// the difference of their values and the difference of their weights, and no two weights are
/// equal.
constexpr unsigned weighted_sum(std::string_view code) {
  unsigned sum = 0;
  for (const char c : code) sum = times_x(sum) ^ static_cast<unsigned>(kAlphabet.find(c));
  return sum;
}

/// The letter of the alphabet that was meant, or the character itself.
char meant(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  switch (c) {
    case 'O':
      return '0';
    case 'I':
    case 'L':
      return '1';
    case 'U':
      return 'V';
    default:
      return c;
  }
}

/// The whole UTF-8 character that begins at `at`, so that a message can show it.
std::string_view character_at(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return text.substr(at, end - at);
}

}  // namespace

std::string make_tag_code(Bytes random) {
  assert(random.size() >= kTagCodeRandomBytes);
  std::string code;
  unsigned held = 0;
  int held_bits = 0;
  for (std::size_t next = 0; code.size() + 1 < kTagCodeCharacters;) {
    if (held_bits < 5) {
      held = (held << 8 | static_cast<unsigned char>(random[next++])) & 0xFFFF;
      held_bits += 8;
    }
    held_bits -= 5;
    code += kAlphabet[held >> held_bits & 31];
  }
  code += kAlphabet[times_x(weighted_sum(code))];
  return code;
}

Result<std::string> normalize_tag_code(std::string_view typed) {
  std::string code;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    if (typed[i] == ' ' || typed[i] == '-') continue;
    const char c = meant(typed[i]);
    if (kAlphabet.find(c) == std::string_view::npos) {
      return fail(ErrorCode::kInvalidArgument, "tag-code.character",
                  {{"character", std::string(character_at(typed, i))}});
    }
    if (code.size() <= kTagCodeCharacters) code += c;
  }
  if (code.size() != kTagCodeCharacters) {
    return fail(ErrorCode::kInvalidArgument, "tag-code.length",
                {{"characters", std::to_string(kTagCodeCharacters)}});
  }
  if (weighted_sum(code) != 0) return fail(ErrorCode::kInvalidArgument, "tag-code.check");
  return code;
}

bool is_tag_code(std::string_view code) {
  return code.size() == kTagCodeCharacters &&
         code.find_first_not_of(kAlphabet) == std::string_view::npos && weighted_sum(code) == 0;
}

std::string display_tag_code(std::string_view code) {
  assert(is_tag_code(code));
  std::string out(code.substr(0, 4));
  return out.append("-").append(code.substr(4, 4)).append("-").append(code.substr(8));
}

}  // namespace nianlun
