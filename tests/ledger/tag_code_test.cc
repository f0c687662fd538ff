#include "ledger/tag_code.h"

#include <doctest/doctest.h>

#include <random>
#include <set>

namespace nianlun {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::vector<std::string> sample_codes() {
  std::mt19937_64 random(20260301);
  std::vector<std::string> codes{make_tag_code(std::string(8, '\0')),
                                 make_tag_code(std::string(8, '\xff'))};
  while (codes.size() < 200) {
    const std::uint64_t bits = random();
    codes.push_back(make_tag_code({reinterpret_cast<const char*>(&bits), sizeof bits}));
  }
  return codes;
}

std::string refusal_of(std::string_view typed) {
  const auto code = normalize_tag_code(typed);
  REQUIRE_MESSAGE(!code.has_value(), typed);
  return code.error().message;
}

TEST_CASE("a tag code holds sixty random bits and reads back") {
  CHECK(make_tag_code(std::string(8, '\0')) == "0000000000000");
  CHECK(make_tag_code(std::string_view("\x00\x44\x32\x14\xC7\x42\x54\xB0", 8)).substr(0, 12) ==
        "0123456789AB");
  std::set<std::string> seen;
  for (const std::string& code : sample_codes()) {
    CHECK(code.size() == kTagCodeCharacters);
    CHECK(is_tag_code(code));
    CHECK(normalize_tag_code(code).value() == code);
    CHECK(seen.insert(code).second);
  }
  // Each of the first 60 bits matters, and no other.
  const std::string base(8, '\0');
  for (std::size_t bit = 0; bit < 64; ++bit) {
    std::string flipped = base;
    flipped[bit / 8] = static_cast<char>(0x80 >> bit % 8);
    CHECK((make_tag_code(flipped) != make_tag_code(base)) == (bit < 60));
  }
}

TEST_CASE("every wrong character of a tag code is found, at every position") {
  for (const std::string& code : sample_codes()) {
    for (std::size_t i = 0; i < code.size(); ++i) {
      for (const char c : kAlphabet) {
        std::string other = code;
        other[i] = c;
        REQUIRE(is_tag_code(other) == (c == code[i]));
      }
    }
  }
}

TEST_CASE("every exchange of two characters is found, for every pair of values and positions") {
  // The check is linear, so a code that is 0 but at two positions stands for all codes; but build
  // whole codes all the same: each pair of values at each pair of positions.
  for (std::size_t i = 0; i < kTagCodeCharacters; ++i) {
    for (std::size_t j = i + 1; j < kTagCodeCharacters; ++j) {
      for (const char a : kAlphabet) {
        for (const char b : kAlphabet) {
          std::string code(kTagCodeCharacters, '7');
          code[i] = a;
          code[j] = b;
          const std::size_t free = i == 0 ? (j == 1 ? 2 : 1) : 0;  // made right by this character
          for (const char c : kAlphabet) {
            code[free] = c;
            if (is_tag_code(code)) break;
          }
          REQUIRE(is_tag_code(code));
          std::swap(code[i], code[j]);
          REQUIRE(is_tag_code(code) == (a == b));
        }
      }
    }
  }
}

TEST_CASE("a tag code may be typed carelessly") {
  const std::string code = make_tag_code(std::string_view("\x00\x44\x32\x14\xC7\x42\x54\xB0", 8));
  const std::string shown = display_tag_code(code);
  CHECK(shown.size() == 15);
  CHECK(shown[4] == '-');
  CHECK(shown[9] == '-');
  CHECK(normalize_tag_code(shown).value() == code);
  std::string lower = " " + shown + " ";
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  CHECK(normalize_tag_code(lower).value() == code);
  std::string lookalike = code;  // 0 and 1 are the first two characters
  for (const char* first : {"OI", "oi", "OL", "ol", "0l"}) {
    lookalike.replace(0, 2, first);
    CHECK(normalize_tag_code(lookalike).value() == code);
    CHECK(!is_tag_code(lookalike));
  }
  CHECK(!is_tag_code(shown));
  CHECK(!is_tag_code(lower));
}

TEST_CASE("a refused tag code is told what is wrong with it") {
  const std::string code = make_tag_code(std::string_view("\x12\x34\x56\x78\x9a\xbc\xde\xf0", 8));
  CHECK(refusal_of("") == "tag-code.length");
  CHECK(refusal_of(code.substr(1)) == "tag-code.length");
  CHECK(refusal_of(code + "0") == "tag-code.length");
  CHECK(refusal_of(std::string(100000, '0')) == "tag-code.length");
  for (const char* wrong : {"*", "%", "\n", "树", "_"}) {
    CHECK(refusal_of(code.substr(1) + wrong) == "tag-code.character");
  }
  CHECK(normalize_tag_code("ab树").error().arguments[0].second == "树");
  std::string other = code;
  other[3] = other[3] == '5' ? '6' : '5';
  CHECK(refusal_of(other) == "tag-code.check");
}

}  // namespace
}  // namespace nianlun
