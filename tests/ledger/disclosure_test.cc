#include "ledger/disclosure.h"

#include <doctest/doctest.h>

#include "ledger/encoding.h"

namespace nianlun {

TEST_CASE("the disclosures of RFC 9901 are read and have its digests") {
  struct {
    const char* encoded;
    const char* salt;
    const char* name;
    const char* value;
    const char* digest;
  } const kCases[] = {
      {"WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
       "_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius",
       "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"},
      {"WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd", "2GLC42sKQveCfGfryNRN9w",
       "given_name", "John", "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4"},
      {"WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImZhbWlseV9uYW1lIiwgIkRvZSJd", "eluV5Og3gSNII8EYnsxA_A",
       "family_name", "Doe", "TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo"}};
  for (const auto& expected : kCases) {
    const auto parsed = parse_disclosure(expected.encoded);
    REQUIRE(parsed);
    CHECK(parsed->salt == expected.salt);
    CHECK(parsed->name == expected.name);
    CHECK(parsed->value == Json(expected.value));
    CHECK(parsed->encoded == expected.encoded);
    CHECK(disclosure_digest(parsed->encoded) == expected.digest);
  }
}

TEST_CASE("a disclosure is made without spaces and reads back as it was") {
  const Disclosure made = make_disclosure("_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius");
  CHECK(made.encoded == "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd");
  CHECK(made.value == Json("Möbius"));
  const Json value = *Json::parse(R"({"b":[1.50,null],"a":"\"\n"})");
  const Disclosure nested = make_disclosure("salt", "", value);
  const auto parsed = parse_disclosure(nested.encoded);
  REQUIRE(parsed);
  CHECK(parsed->name.empty());
  CHECK(parsed->value == value);
}

TEST_CASE("another salt, name or value gives another digest") {
  const auto digest = [](const char* salt, const char* name, Json value) {
    return disclosure_digest(make_disclosure(salt, name, std::move(value)).encoded);
  };
  const std::string first = digest("salt", "name", 1);
  CHECK(first.size() == 43);
  CHECK(first == digest("salt", "name", 1));
  CHECK(first != digest("salu", "name", 1));
  CHECK(first != digest("salt", "namf", 1));
  CHECK(first != digest("salt", "name", "1"));
}

TEST_CASE("what is not a disclosure is refused") {
  for (const char* text : {"", "{}", "1", "[]", R"(["s","n"])", R"(["s","n",1,2])", R"([1,"n",1])",
                           R"(["s",1,1])", R"(["","n",1])", R"(["s","_sd",1])", R"(["s","...",1])",
                           R"(["s","n",1] x)", R"(["s","n",{"a":1,"a":1}])"}) {
    CAPTURE(text);
    const auto parsed = parse_disclosure(base64url(text));
    REQUIRE(!parsed);
    CHECK(parsed.error().code == ErrorCode::kInvalidArgument);
  }
  const std::string good = make_disclosure("salt", "name", 12).encoded;
  CHECK(parse_disclosure(good));
  for (const std::string& text : {good + "=", good + "A", good.substr(1), " " + good, good + "."}) {
    CHECK(!parse_disclosure(text));
  }
  CHECK(parse_disclosure(std::string((1 << 20) + 1, 'A')).error().code == ErrorCode::kTooLarge);
}

}  // namespace nianlun
