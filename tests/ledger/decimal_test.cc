#include "ledger/decimal.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

namespace nianlun {
namespace {

Decimal decimal(std::string_view text) {
  const Result<Decimal> parsed = Decimal::parse(text);
  CAPTURE(text);
  REQUIRE(parsed);
  return *parsed;
}

std::string nines(int count) { return std::string(static_cast<std::size_t>(count), '9'); }

}  // namespace

TEST_CASE("a decimal prints in its shortest plain form, however it was written") {
  const std::pair<const char*, const char*> rows[] = {
      {"0", "0"},
      {"-0", "0"},
      {"-0.000", "0"},
      {"0e999999999", "0"},
      {"12.50", "12.5"},
      {"1e3", "1000"},
      {"1E+3", "1000"},
      {"1.25e-2", "0.0125"},
      {"-1.0", "-1"},
      {"100", "100"},
      {"1000000000000000", "1000000000000000"},
      {"0.000000000000001", "0.000000000000001"},
      {"10e-16", "0.000000000000001"},
      {"0.1000000000000000000000000", "0.1"},
      {"-123456789012345678901234567890.123456789012345",
       "-123456789012345678901234567890.123456789012345"},
      {"0.00001e34", "100000000000000000000000000000"}};
  for (const auto& [text, plain] : rows) {
    CAPTURE(text);
    CHECK(decimal(text).text() == plain);
    CHECK(decimal(plain) == decimal(text));
  }
}

TEST_CASE("what is not a JSON number is refused") {
  for (const char* text : {"", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1e1.5", " 1", "1 ",
                           "0x10", "NaN", "Infinity", "1,5", "--1", "1.2.3", "\xd9\xa1"}) {
    CAPTURE(text);
    const Result<Decimal> parsed = Decimal::parse(text);
    REQUIRE(!parsed);
    CHECK(parsed.error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("a digit too many on either side is refused and never rounded") {
  const std::vector<std::string> texts = {"1" + std::string(30, '0'),  nines(31),        "1e30",
                                          "1e999999999999999999999",   "0." + nines(16), "1e-16",
                                          "1" + std::string(1000, '0')};
  for (const std::string& text : texts) {
    CAPTURE(text);
    const Result<Decimal> parsed = Decimal::parse(text);
    REQUIRE(!parsed);
    CHECK(parsed.error().code == ErrorCode::kTooLarge);
  }
  CHECK(Decimal::parse(nines(30) + "." + nines(15)));
}

TEST_CASE("results that don't fit are refused") {
  const Decimal largest = decimal(nines(30) + "." + nines(15));
  const Decimal smallest = decimal("0.000000000000001");
  CHECK(add(largest, smallest).error().code == ErrorCode::kTooLarge);
  CHECK(subtract(-largest, smallest).error().code == ErrorCode::kTooLarge);
  CHECK(multiply(smallest, decimal("0.1")).error().code == ErrorCode::kTooLarge);
  CHECK(multiply(decimal("1e15"), decimal("1e15")).error().code == ErrorCode::kTooLarge);
  CHECK(multiply(largest, largest).error().code == ErrorCode::kTooLarge);
  CHECK(subtract(largest, smallest)->text() == nines(30) + "." + nines(14) + "8");
  CHECK(multiply(decimal("1e15"), decimal("1e14"))->text() == "1" + std::string(29, '0'));
  CHECK(multiply(decimal("1e-15"), decimal("1e29"))->text() == "100000000000000");
}

TEST_CASE("arithmetic and order agree with integers of 128 bits") {
  __extension__ typedef __int128 Wide;
  std::mt19937_64 random(7);  // NOLINT: a fixed seed is the point
  const auto draw = [&] { return static_cast<std::int64_t>(random()) >> (4 + random() % 59); };
  const auto text_of = [](Wide value) {  // in units of 1e-6
    const bool negative = value < 0;
    std::string digits;
    for (Wide rest = negative ? -value : value; rest != 0 || digits.size() < 7; rest /= 10) {
      digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    }
    return (negative ? "-" : "") + digits.insert(digits.size() - 6, ".");
  };
  for (int i = 0; i < 20'000; ++i) {
    const Wide a = draw();
    const Wide b = draw();
    const Decimal x = decimal(text_of(a));
    const Decimal y = decimal(text_of(b));
    REQUIRE(*add(x, y) == decimal(text_of(a + b)));
    REQUIRE(*subtract(x, y) == decimal(text_of(a - b)));
    REQUIRE((x <=> y) == (a <=> b));
    REQUIRE((x == y) == (a == b));
    REQUIRE(*multiply(multiply(x, y).value(), 1'000'000) == decimal(text_of(a * b)));
  }
}

TEST_CASE("integers come and go without loss") {
  for (const std::int64_t value : {INT64_MIN, INT64_MIN + 1, std::int64_t{-1}, std::int64_t{0},
                                   std::int64_t{1'000'000'000'000'000}, INT64_MAX}) {
    CHECK(Decimal(value).text() == std::to_string(value));
    CHECK(Decimal(value).integer() == value);
  }
  CHECK(!decimal("9223372036854775808").integer());
  CHECK(!decimal("-9223372036854775809").integer());
  CHECK(!decimal("1.5").integer());
  CHECK(decimal("-1.5").truncated().text() == "-1");
  CHECK(!decimal("-0.5").truncated().is_negative());
  CHECK(decimal("0.5").is_integer() == false);
  CHECK((-Decimal(0)).is_negative() == false);
}

}  // namespace nianlun
