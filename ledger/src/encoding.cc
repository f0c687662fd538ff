#include "ledger/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64UrlDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase58Digits =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

constexpr std::uint8_t kNoDigit = 0xff;
using DigitValues = std::array<std::uint8_t, 256>;

constexpr DigitValues values_of(std::string_view digits) {
  DigitValues values{};
  for (std::uint8_t& value : values) value = kNoDigit;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr DigitValues kHexValues = values_of(kHexDigits);
constexpr DigitValues kBase64Values = values_of(kBase64Digits);
constexpr DigitValues kBase64UrlValues = values_of(kBase64UrlDigits);
constexpr DigitValues kBase58Values = values_of(kBase58Digits);

std::uint8_t octet(char c) { return static_cast<std::uint8_t>(c); }

Unexpected refuse(std::string_view encoding) {
  return fail(ErrorCode::kInvalidArgument, "encoding.malformed",
              {{"encoding", std::string(encoding)}});
}

/// Half as many octets as `text` has digits, which is an even number; false: not digits.
template <class Octet>
bool decode_hex(std::string_view text, Octet* out) {
  std::uint8_t any = 0;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::uint8_t high = kHexValues[octet(text[i])];
    const std::uint8_t low = kHexValues[octet(text[i + 1])];
    any |= high | low;
    *out++ = static_cast<Octet>(high << 4 | (low & 15));
  }
  return any <= 15;
}

std::string encode64(Bytes octets, std::string_view digits) {
  std::string out;
  out.reserve((octets.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int count = 0;  // bits that are not written yet
  for (const char c : octets) {
    bits = (bits << 8) | octet(c);
    for (count += 8; count >= 6; count -= 6) out += digits[(bits >> (count - 6)) & 63];
  }
  if (count > 0) out += digits[(bits << (6 - count)) & 63];
  return out;
}

Result<Buffer> decode64(std::string_view text, const DigitValues& values, std::string_view name) {
  Buffer out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::uint8_t value = values[octet(c)];
    if (value == kNoDigit) return refuse(name);
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count);
    }
  }
  // Six bits that remain are a lone digit; others must be zero, or two texts would mean the same.
  const std::uint32_t rest = bits & ((1u << count) - 1);
  if (count >= 6 || rest != 0) return refuse(name);
  return out;
}

// Base 58 works on numbers in limbs of 32 bits, least first, and five digits at a time.
constexpr std::uint32_t kFiveDigits = 58u * 58 * 58 * 58 * 58;

void multiply_and_add(std::vector<std::uint32_t>& limbs, std::uint32_t factor, std::uint32_t term) {
  std::uint64_t carry = term;
  for (std::uint32_t& limb : limbs) {
    carry += std::uint64_t{limb} * factor;
    limb = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
}

std::uint32_t divide_by_five_digits(std::vector<std::uint32_t>& limbs) {
  std::uint64_t rest = 0;
  for (std::size_t i = limbs.size(); i-- > 0;) {
    rest = (rest << 32) | limbs[i];
    limbs[i] = static_cast<std::uint32_t>(rest / kFiveDigits);
    rest %= kFiveDigits;
  }
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  return static_cast<std::uint32_t>(rest);
}

}  // namespace

std::string hex(Bytes octets) {
  std::string out(octets.size() * 2, '0');
  for (std::size_t i = 0; i < octets.size(); ++i) {
    out[2 * i] = kHexDigits[octet(octets[i]) >> 4];
    out[2 * i + 1] = kHexDigits[octet(octets[i]) & 15];
  }
  return out;
}

std::string hex(const Hash& hash) { return hex(hash.view()); }

Result<Buffer> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return refuse("hex");
  Buffer out(text.size() / 2, '\0');
  if (!decode_hex(text, out.data())) return refuse("hex");
  return out;
}

Result<Hash> hash_from_hex(std::string_view text) {
  Hash hash;
  if (text.size() != 2 * hash.bytes.size()) return refuse("hex");
  if (!decode_hex(text, hash.bytes.data())) return refuse("hex");
  return hash;
}

std::string base64(Bytes octets) {
  std::string out = encode64(octets, kBase64Digits);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

Result<Buffer> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return refuse("base64");
  if (text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
  return decode64(text, kBase64Values, "base64");
}

std::string base64url(Bytes octets) { return encode64(octets, kBase64UrlDigits); }

Result<Buffer> from_base64url(std::string_view text) {
  return decode64(text, kBase64UrlValues, "base64url");
}

std::string base58(Bytes octets) {
  const std::size_t zeros = std::min(octets.find_first_not_of('\0'), octets.size());
  std::vector<std::uint32_t> limbs((octets.size() - zeros + 3) / 4);
  for (std::size_t i = zeros; i < octets.size(); ++i) {
    const std::size_t place = octets.size() - 1 - i;  // from the least octet
    limbs[place / 4] |= std::uint32_t{octet(octets[i])} << (8 * (place % 4));
  }
  std::string out;  // least digit first
  out.reserve(zeros + octets.size() * 7 / 5 + 5);
  while (!limbs.empty()) {
    std::uint32_t five = divide_by_five_digits(limbs);
    for (int i = 0; i < 5; ++i, five /= 58) out += kBase58Digits[five % 58];
  }
  while (out.ends_with('1')) out.pop_back();
  out.append(zeros, '1');
  std::reverse(out.begin(), out.end());
  return out;
}

Result<Buffer> from_base58(std::string_view text) {
  constexpr std::size_t kCharactersMax = 256;
  if (text.size() > kCharactersMax) {
    return fail(ErrorCode::kTooLarge, "encoding.too-long",
                {{"encoding", "base58"}, {"max", std::to_string(kCharactersMax)}});
  }
  const std::size_t zeros = std::min(text.find_first_not_of('1'), text.size());
  std::vector<std::uint32_t> limbs;
  limbs.reserve(text.size() / 5 + 1);
  std::uint32_t factor = 1;
  std::uint32_t term = 0;
  for (std::size_t i = zeros; i < text.size(); ++i) {
    const std::uint8_t value = kBase58Values[octet(text[i])];
    if (value == kNoDigit) return refuse("base58");
    term = term * 58 + value;
    factor *= 58;
    if (factor == kFiveDigits || i + 1 == text.size()) {
      multiply_and_add(limbs, factor, term);
      factor = 1;
      term = 0;
    }
  }
  Buffer out(zeros, '\0');
  bool started = false;
  for (std::size_t i = limbs.size(); i-- > 0;) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      const auto value = static_cast<std::uint8_t>(limbs[i] >> shift);
      started = started || value != 0;
      if (started) out += static_cast<char>(value);
    }
  }
  return out;
}

}  // namespace nianlun
