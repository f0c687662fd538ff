#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <random>

#include "ledger/encoding.h"
#include "ledger/hash.h"
#include "ledger/json.h"
#include "vectors.h"

namespace nianlun {
namespace {

std::filesystem::path testdata() {
  return testing::vectors() / "transparency/cyberphone-json-canonicalization/testdata";
}

std::string canonical_text(std::string_view text) {
  const auto json = Json::parse(text);
  REQUIRE(json);
  const auto out = canonical(*json);
  REQUIRE(out);
  return *out;
}

/// The doubles of the published number file, by the rule in its README: those that the README
/// lists, 2000 around the least normal double, then the finite non-zero ones of a SHA-256 chain.
class NumberFile {
 public:
  NumberFile() {
    const std::string readme = testing::read_file(testdata() / "README.md");
    const std::size_t end = readme.find("staticF64s");
    for (std::size_t at = readme.find("staticU64s"); (at = readme.find("0x", at)) < end; ++at) {
      std::uint64_t bits = 0;
      std::from_chars(readme.data() + at + 2, readme.data() + at + 18, bits, 16);
      start_.push_back(bits);
    }
    for (std::uint64_t i = 0; i < 2000; ++i) start_.push_back(0x0010000000000000 + i);
  }

  std::uint64_t next() {
    if (index_ < start_.size()) return start_[index_++];
    while (true) {
      if (used_ == 4) block_ = sha256(block_.view()), used_ = 0;
      std::uint64_t bits = 0;
      for (std::size_t i = 8; i-- > 0;) bits = bits << 8 | block_.bytes[used_ * 8 + i];
      ++used_;
      const auto value = std::bit_cast<double>(bits);
      if (value != 0 && std::isfinite(value)) return bits;
    }
  }

 private:
  std::vector<std::uint64_t> start_;
  std::size_t index_ = 0;
  Hash block_;
  std::size_t used_ = 4;  // of the block's four doubles
};

/// JSON text of a finite double with 17 digits, which suffice to name it.
std::string long_text(double value) {
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific, 16);
  return {buffer.data(), end.ptr};
}

Json random_value(std::mt19937_64& random, int depth) {
  static const char* const kNames[] = {"a",  "b",    "A",      "",  "é",          "€",
                                       "\n", "\x7f", "\uFB33", "😀", "\U0010FFFF", "\"\\/"};
  switch (random() % (depth > 0 ? 7 : 5)) {
    case 0:
      return {};
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<std::int64_t>(random()) >> (random() % 63);
    case 3: {
      const auto value = std::bit_cast<double>(random());
      return Json::number(long_text(std::isfinite(value) ? value : 0.5));
    }
    case 4:
      return kNames[random() % std::size(kNames)];
    case 5: {
      Json array{Json::Array()};
      for (auto i = random() % 5; i > 0; --i) array.push(random_value(random, depth - 1));
      return array;
    }
    default: {
      Json object{Json::Object()};
      for (auto i = random() % 9; i > 0; --i) {
        object.set(kNames[random() % std::size(kNames)], random_value(random, depth - 1));
      }
      return object;
    }
  }
}

}  // namespace

TEST_CASE("every published input becomes the published output, and that stays as it is") {
  int pairs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(testdata() / "input")) {
    CAPTURE(entry.path().string());
    const std::string out = canonical_text(testing::read_file(entry.path()));
    CHECK(out == testing::read_file(testdata() / "output" / entry.path().filename()));
    CHECK(canonical_text(out) == out);
    ++pairs;
  }
  CHECK(pairs == 6);
}

TEST_CASE("the first 100,000 lines of the published number file have its published hash") {
  NumberFile numbers;
  std::string lines;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = numbers.next();
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bits, 16).ptr;
    const auto text = canonical(Json::number(long_text(std::bit_cast<double>(bits))));
    REQUIRE(text);
    lines.append(digits.data(), end).append(",").append(*text).append("\n");
    if (i + 1 == 1000) {
      CHECK(hex(sha256(lines)) ==
            "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687");
    }
  }
  CHECK(hex(sha256(lines)) == "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7");
}

TEST_CASE("numbers print as ECMAScript prints them, at every threshold") {
  const std::pair<const char*, const char*> kCases[] = {
      {"0", "0"},
      {"-0", "0"},
      {"-0.0", "0"},
      {"0e999", "0"},
      {"1.0", "1"},
      {"-1", "-1"},
      {"1E3", "1000"},
      {"1e20", "100000000000000000000"},
      {"1e21", "1e+21"},
      {"123456789012345678901", "123456789012345680000"},
      {"999999999999999", "999999999999999"},
      {"9007199254740993", "9007199254740992"},
      {"0.000001", "0.000001"},
      {"1e-7", "1e-7"},
      {"0.00000012", "1.2e-7"},
      {"12.50", "12.5"},
      {"5e-324", "5e-324"},
      {"1e-400", "0"},
      {"-1e-400", "0"},

      {"0.5", "0.5"},
      {"100", "100"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"}};
  for (const auto& [text, expected] : kCases) {
    CAPTURE(text);
    CHECK(canonical_text(text) == expected);
  }
  const std::string tiny = "0." + std::string(400, '0') + "1";
  CHECK(canonical_text(tiny) == "0");
  CHECK(canonical_text(tiny + "e401") == "1");
  CHECK(*canonical(Json::number("1e-99999999999999999999")) == "0");
}

TEST_CASE("a number beyond the doubles is refused") {
  for (const std::string text : {"1e400", "-1e400", "1.8e308"}) {
    CAPTURE(text);
    CHECK(canonical(*Json::parse("[" + text + "]")).error().code == ErrorCode::kInvalidArgument);
    CHECK(!check_numbers_exact(*Json::parse(text)));
  }
  CHECK(!canonical(*Json::parse("1" + std::string(400, '0'))));
  CHECK(!canonical(Json::number("1e99999999999999999999")));
}

TEST_CASE("members are ordered by UTF-16 code units, not by code points") {
  CHECK(canonical_text("{\"\uFB33\":1,\"😀\":2,\"€\":3,\"\uD7FF\":4,\"aa\":5,\"a\":6,\"\":7}") ==
        "{\"\":7,\"a\":6,\"aa\":5,\"€\":3,\"\uD7FF\":4,\"😀\":2,\"\uFB33\":1}");
}

TEST_CASE("the first number that loses something is named by its pointer") {
  const auto pointer = [](const char* text) {
    const auto checked = check_numbers_exact(*Json::parse(text));
    return checked ? "exact" : checked.error().arguments.at(0).second;
  };
  CHECK(pointer(R"({"a":[1,-2,0,1.5,1e+21,1e-7,9007199254740992,100000000000000000000]})") ==
        "exact");
  CHECK(pointer(R"({"b":"1.0","a/~":[1,{"c":1.0}]})") == "/a~1~0/1/c");
  CHECK(pointer("[-0]") == "/0");
  CHECK(pointer("12345678901234567890") == "");
  for (const char* text : {"9007199254740993", "1e3", "1E21", "0.10", "1e-400", "-0.0"}) {
    CAPTURE(text);
    CHECK(pointer(text) == "");
  }
}

TEST_CASE("random values survive canonical, parse and canonical") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 3000; ++i) {
    const auto once = canonical(random_value(random, 4));
    REQUIRE(once);
    const auto parsed = Json::parse(*once);
    REQUIRE(parsed);
    REQUIRE(canonical(*parsed));
    CHECK(*canonical(*parsed) == *once);
    CHECK(parsed->dump() == *once);
    CHECK(check_numbers_exact(*parsed));
  }
}

}  // namespace nianlun
