#include "ledger/decimal.h"

#include <algorithm>

#include "try.h"

namespace nianlun {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr int kLimbDigits = 15;
constexpr std::uint64_t kBase = 1'000'000'000'000'000;
constexpr int kDigitsMax = Decimal::kDigitsBeforeMax + Decimal::kDigitsAfterMax;
static_assert(kDigitsMax == 3 * kLimbDigits && Decimal::kDigitsAfterMax == kLimbDigits);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Unexpected too_large() {
  return fail(ErrorCode::kTooLarge, "decimal.too-large",
              {{"before", std::to_string(Decimal::kDigitsBeforeMax)},
               {"after", std::to_string(Decimal::kDigitsAfterMax)}});
}

/// A number as it is written: its digits, and how many of them stand before the point once the
/// exponent has moved it.
struct Written {
  bool negative = false;
  std::string_view before;
  std::string_view after;
  std::int64_t exponent = 0;
};

/// Takes the digits at the front of `rest` away from it.
std::string_view take_digits(std::string_view& rest) {
  std::size_t count = 0;
  while (count < rest.size() && is_digit(rest[count])) ++count;
  const std::string_view digits = rest.substr(0, count);
  rest.remove_prefix(count);
  return digits;
}

bool take(std::string_view& rest, char c) {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

std::optional<Written> read(std::string_view rest) {
  Written written;
  written.negative = take(rest, '-');
  written.before = take_digits(rest);
  if (written.before.empty() || (written.before.size() > 1 && written.before[0] == '0')) return {};
  if (take(rest, '.')) {
    written.after = take_digits(rest);
    if (written.after.empty()) return {};
  }
  if (take(rest, 'e') || take(rest, 'E')) {
    const bool negative = take(rest, '-');
    if (!negative) take(rest, '+');
    const std::string_view digits = take_digits(rest);
    if (digits.empty()) return {};
    constexpr std::int64_t kExponentMax = 1'000'000;  // beyond any text; keeps the sum in range
    for (const char c : digits) {
      written.exponent = std::min(written.exponent * 10 + (c - '0'), kExponentMax);
    }
    if (negative) written.exponent = -written.exponent;
  }
  if (!rest.empty()) return {};
  return written;
}

}  // namespace

Decimal::Decimal(std::int64_t value) : negative_(value < 0) {
  const auto bits = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = negative_ ? 0 - bits : bits;
  limbs_[1] = magnitude % kBase;
  limbs_[2] = magnitude / kBase;
}

Result<Decimal> Decimal::parse(std::string_view text) {
  if (text.size() > kTextBytesMax) return too_large();
  const std::optional<Written> written = read(text);
  if (!written) {
    return fail(ErrorCode::kInvalidArgument, "decimal.syntax", {{"text", std::string(text)}});
  }
  // Digit i of before+after counts 10^(high - i); digits of zero are free, wherever they stand.
  const auto before = static_cast<std::int64_t>(written->before.size());
  const std::int64_t high = before - 1 + written->exponent;
  Decimal result;
  std::array<std::uint8_t, kDigitsMax> digits = {};  // the last is 10^-15
  std::int64_t i = 0;
  for (const std::string_view part : {written->before, written->after}) {
    for (const char c : part) {
      const std::int64_t power = high - i++;
      if (c == '0') continue;
      if (power >= kDigitsBeforeMax || power < -kDigitsAfterMax) return too_large();
      digits[static_cast<std::size_t>(kDigitsBeforeMax - 1 - power)] =
          static_cast<std::uint8_t>(c - '0');
    }
  }
  for (std::size_t limb = 0; limb < 3; ++limb) {
    const std::size_t first = (2 - limb) * kLimbDigits;
    for (std::size_t d = first; d < first + kLimbDigits; ++d) {
      result.limbs_[limb] = result.limbs_[limb] * 10 + digits[d];
    }
  }
  result.negative_ = written->negative && !result.is_zero();
  return result;
}

std::string Decimal::text() const {
  std::string digits;
  for (const std::uint64_t limb : {limbs_[2], limbs_[1]}) {
    const std::string part = std::to_string(limb);
    if (!digits.empty()) digits.append(kLimbDigits - part.size(), '0');
    if (limb != 0 || !digits.empty()) digits += part;
  }
  if (digits.empty()) digits += '0';
  if (limbs_[0] != 0) {
    const std::string part = std::to_string(limbs_[0]);
    digits += '.';
    digits.append(kLimbDigits - part.size(), '0');
    digits += part;
    while (digits.back() == '0') digits.pop_back();
  }
  if (negative_) digits.insert(digits.begin(), '-');
  return digits;
}

std::optional<std::int64_t> Decimal::integer() const {
  if (!is_integer()) return {};
  const Wide magnitude = static_cast<Wide>(limbs_[2]) * kBase + limbs_[1];
  constexpr Wide kMax = INT64_MAX;
  if (magnitude > kMax + (negative_ ? 1 : 0)) return {};
  const auto bits = static_cast<std::uint64_t>(magnitude);
  return static_cast<std::int64_t>(negative_ ? 0 - bits : bits);
}

Decimal Decimal::truncated() const {
  Decimal result = *this;
  result.limbs_[0] = 0;
  if (result.is_zero()) result.negative_ = false;
  return result;
}

Decimal Decimal::operator-() const {
  Decimal result = *this;
  result.negative_ = !negative_ && !is_zero();
  return result;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (negative_ != other.negative_) {
    return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  for (const std::size_t limb : {2U, 1U, 0U}) {
    if (limbs_[limb] == other.limbs_[limb]) continue;
    return (limbs_[limb] < other.limbs_[limb]) != negative_ ? std::strong_ordering::less
                                                            : std::strong_ordering::greater;
  }
  return std::strong_ordering::equal;
}

Result<Decimal> add(const Decimal& a, const Decimal& b) {
  if (a.negative_ == b.negative_) {
    Decimal sum;
    sum.negative_ = a.negative_;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const std::uint64_t limb = a.limbs_[i] + b.limbs_[i] + carry;
      carry = limb >= kBase ? 1 : 0;
      sum.limbs_[i] = limb - carry * kBase;
    }
    if (carry != 0) return too_large();
    return sum;
  }
  // Signs differ: the smaller magnitude is taken from the larger one.
  const bool a_larger = std::lexicographical_compare(b.limbs_.rbegin(), b.limbs_.rend(),
                                                     a.limbs_.rbegin(), a.limbs_.rend());
  const Decimal& large = a_larger ? a : b;
  const Decimal& small = a_larger ? b : a;
  Decimal difference;
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::uint64_t limb = kBase + large.limbs_[i] - small.limbs_[i] - borrow;
    borrow = limb >= kBase ? 0 : 1;
    difference.limbs_[i] = limb >= kBase ? limb - kBase : limb;
  }
  assert(borrow == 0);
  difference.negative_ = large.negative_ && !difference.is_zero();
  return difference;
}

Result<Decimal> subtract(const Decimal& a, const Decimal& b) { return add(a, -b); }

Result<Decimal> multiply(const Decimal& a, const Decimal& b) {
  std::array<std::uint64_t, 6> product = {};
  for (std::size_t i = 0; i < 3; ++i) {
    if (a.limbs_[i] == 0) continue;
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const Wide limb = static_cast<Wide>(a.limbs_[i]) * b.limbs_[j] + product[i + j] + carry;
      carry = static_cast<std::uint64_t>(limb / kBase);
      product[i + j] = static_cast<std::uint64_t>(limb % kBase);
    }
    product[i + 3] = carry;
  }
  // The product has 30 digits after the point: the lower 15 must be zeros, as must all beyond 30.
  if (product[0] != 0 || product[4] != 0 || product[5] != 0) return too_large();
  Decimal result;
  result.limbs_ = {product[1], product[2], product[3]};
  result.negative_ = a.negative_ != b.negative_ && !result.is_zero();
  return result;
}

}  // namespace nianlun
