#include "ledger/json.h"

#include <doctest/doctest.h>

#include "ledger/messages.h"

namespace nianlun {

TEST_CASE("a parsed value prints as it was written, without spaces") {
  const auto json = Json::parse(
      R"( {"b": [1, 2.50, -0, [] , [[]], 1e400], "a": {"x": null, "y": "é\n\u0001"} } )");
  REQUIRE(json);
  CHECK(json->dump() ==
        "{\"b\":[1,2.50,-0,[],[[]],1e400],\"a\":{\"x\":null,\"y\":\"é\\n\\u0001\"}}");
}

TEST_CASE("what is not I-JSON is refused, with the reason") {
  for (const char* text : {"", "{", "[1,]", "01", "1.", "\"\xff\"", R"("\ud800")", "nul", "1 2",
                           "{\"a\":1,}", "[1]x", "+1", "\"\t\"", "// c\n1"}) {
    CAPTURE(text);
    const auto json = Json::parse(text);
    REQUIRE(!json);
    CHECK(json.error().code == ErrorCode::kInvalidArgument);
    CHECK(nianlun::text("en", json.error()).find("not JSON") == 0);
  }
}

TEST_CASE("a duplicate member is refused and named") {
  const auto json = Json::parse(R"({"a":{"b":1,"b":2}})");
  REQUIRE(!json);
  CHECK(json.error().message == "json.duplicate-member");
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"m" + std::to_string(i) + "\":1,";
  CHECK(Json::parse(many + "\"n\":1}"));
  CHECK(!Json::parse(many + "\"m7\":1}"));
}

TEST_CASE("limits on depth and size are kept") {
  CHECK(Json::parse(std::string(64, '[') + std::string(64, ']')));
  CHECK(Json::parse(std::string(65, '[') + std::string(65, ']')).error().code ==
        ErrorCode::kTooLarge);
  CHECK(Json::parse("[1,2,3]", {.bytes_max = 6}).error().code == ErrorCode::kTooLarge);
}

}  // namespace nianlun
