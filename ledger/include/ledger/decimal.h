#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/result.h"

namespace nianlun {

/// An exact decimal number: up to 30 digits before the point and up to 15 after it.
///
/// Every operation yields the exact result or kTooLarge; nothing is rounded, and there is neither
/// NaN, infinity nor a negative zero. Equal values are equal however they were written.
///
/// Threads: a value is like an int.
/// Errors:  kTooLarge when a result has more digits than these bounds.
class Decimal {
 public:
  static constexpr int kDigitsBeforeMax = 30;
  static constexpr int kDigitsAfterMax = 15;
  static constexpr std::size_t kTextBytesMax = 1000;  ///< parse() refuses longer texts

  /// The value of a number in JSON's syntax (RFC 8259, 6): "-12.50", "1e3". Zeros that change
  /// nothing ("1.000") don't count as digits.
  ///
  /// kInvalidArgument  not a number in that syntax
  /// kTooLarge         more digits than a Decimal holds, or a text over kTextBytesMax
  static Result<Decimal> parse(std::string_view text);

  Decimal() = default;  ///< 0
  Decimal(std::int64_t value);
  Decimal(int value) : Decimal(static_cast<std::int64_t>(value)) {}
  Decimal(double) = delete;

  /// The shortest plain form: no exponent, no "+", no trailing zeros after the point; "0" for zero.
  std::string text() const;

  bool is_zero() const { return limbs_ == Limbs{}; }
  bool is_negative() const { return negative_; }
  bool is_integer() const { return limbs_[0] == 0; }
  /// The value if it is an integer that fits.
  std::optional<std::int64_t> integer() const;
  /// The value without its digits after the point.
  Decimal truncated() const;

  Decimal operator-() const;
  bool operator==(const Decimal&) const = default;
  std::strong_ordering operator<=>(const Decimal& other) const;

  friend Result<Decimal> add(const Decimal& a, const Decimal& b);
  friend Result<Decimal> subtract(const Decimal& a, const Decimal& b);
  friend Result<Decimal> multiply(const Decimal& a, const Decimal& b);

 private:
  // Base 10^15, the fraction first, so that a limb boundary is the decimal point.
  using Limbs = std::array<std::uint64_t, 3>;
  Limbs limbs_ = {};
  bool negative_ = false;  // never for zero
};

/// kTooLarge  the exact result does not fit
Result<Decimal> add(const Decimal& a, const Decimal& b);
Result<Decimal> subtract(const Decimal& a, const Decimal& b);
Result<Decimal> multiply(const Decimal& a, const Decimal& b);

}  // namespace nianlun
