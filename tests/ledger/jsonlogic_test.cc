#include "ledger/jsonlogic.h"

#include <doctest/doctest.h>

#include <chrono>
#include <sstream>

#include "ledger/decimal.h"
#include "vectors.h"

namespace nianlun {
namespace {

Json json(std::string_view text) {
  Result<Json> parsed = Json::parse(text);
  CAPTURE(text);
  REQUIRE(parsed);
  return *std::move(parsed);
}

Result<Json> run(std::string_view rule, std::string_view data = "{}") {
  return evaluate(json(rule), json(data));
}

/// The same value with every number in its shortest form.
Json plain(Json value) {
  if (value.is_number()) return Json::number(Decimal::parse(value.number_text()).value().text());
  if (value.is_array()) {
    for (Json& item : value.array()) item = plain(item);
  } else if (value.is_object()) {
    for (Json::Member& member : value.object()) member.value = plain(member.value);
  }
  return value;
}

bool same(const Json& a, const Json& b) { return plain(a) == plain(b); }

}  // namespace

TEST_CASE("every operator yields what its rows say, from data and from a lookup alike") {
  std::istringstream lines(
      testing::read_file(NIANLUN_SOURCE_DIR "/tests/ledger/jsonlogic_rows.jsonl"));
  int rows = 0;
  for (std::string line; std::getline(lines, line); ++rows) {
    CAPTURE(line);
    const Json row = json(line);
    const Json& data = row.array()[1];
    const Result<Rule> rule = Rule::compile(row.array()[0]);
    REQUIRE(rule);
    const Result<Json> result = rule->evaluate(data);
    REQUIRE(result);
    CHECK(result->dump() == json(result->dump()).dump());
    CHECK_MESSAGE(same(*result, row.array()[2]), result->dump());
    CHECK(truthy(*result) == *rule->holds(data));
    // References differ and null is absent in a lookup, which is all that it changes.
    const Lookup lookup = [&](std::string_view path) {
      return evaluate(json(R"({"var":")" + std::string(path) + "\"}"), data);
    };
    const Result<Json> looked_up = rule->evaluate(lookup);
    REQUIRE(looked_up);
    const bool differs = line.find("{\"a\":null}") != std::string::npos ||
                         line.find("\"in\":[{\"var\":\"a.0\"}") != std::string::npos;
    if (!differs) CHECK_MESSAGE(same(*looked_up, row.array()[2]), looked_up->dump());
  }
  CHECK(rows >= 200);
}

TEST_CASE("numbers are exact where doubles are not") {
  CHECK(run(R"({"==":[{"+":[0.1,0.2]},0.3]})")->boolean());
  CHECK(run(R"({"-":[1,0.9]})")->number_text() == "0.1");
  CHECK(run(R"({"+":[9007199254740993,0.000000000000001]})")->number_text() ==
        "9007199254740993.000000000000001");
  CHECK(!run(R"({"==":[9007199254740993,9007199254740992]})")->boolean());
  CHECK(run(R"({"*":[0.1,0.1,10]})")->number_text() == "0.1");
}

TEST_CASE("what has no decimal result is an error, where JavaScript has NaN or throws") {
  for (const char* rule : {R"({"+":["x"]})",
                           R"({"+":[null]})",
                           R"({"+":[true,1]})",
                           R"({"+":[[]]})",
                           R"({"*":[]})",
                           R"({"*":["x",1]})",
                           R"({"-":["x"]})",
                           R"({"-":[1,"x"]})",
                           R"({"-":[{"var":"o"},1]})",
                           R"({"-":[]})",
                           R"({"max":[]})",
                           R"({"min":[]})",
                           R"({"max":[1,"x"]})",
                           R"({"min":[{"var":"o"}]})",
                           R"({"-":["Infinity"]})",
                           R"({"<":["Infinity",1]})",
                           R"({"missing_some":[1,"ab"]})",
                           R"({"missing_some":[1]})",

                           R"({"substr":["a😀b",2]})",
                           R"({"var":"s.0"})"}) {
    CAPTURE(rule);
    const Result<Json> result = run(rule, R"({"o":{},"s":"😀"})");
    REQUIRE(!result);
    CHECK(result.error().code == ErrorCode::kInvalidArgument);
  }
  CHECK(run(R"({"missing":{"var":"names"}})", R"({"names":[{"var":"x"}]})").error().code ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("numbers beyond decimals are refused once they are used") {
  CHECK(run(R"({"*":[1000000000000000,1000000000000000]})").error().code == ErrorCode::kTooLarge);
  CHECK(run(R"({"*":[0.00000001,0.00000001]})").error().code == ErrorCode::kTooLarge);
  CHECK(run(R"({"var":"a"})", R"({"a":1e40})").error().code == ErrorCode::kTooLarge);
  CHECK(run(R"({"==":["1e40",1]})").error().code == ErrorCode::kTooLarge);
  CHECK(run(R"({"var":"b"})", R"({"a":1e40,"b":1})")->number_text() == "1");
  CHECK(run("1e40").error().code == ErrorCode::kTooLarge);
}

TEST_CASE("division, unknown operators and custom ones are refused, also where never reached") {
  for (const char* rule : {R"({"/":[1,2]})", R"({"%":[1,2]})", R"({"log":1})", R"({"x":1})",
                           R"({"Math.abs":-1})", R"({"if":[true,1,{"/":[4,2]}]})",
                           R"([[{"nope":[]}]])", R"({"map":[[],{"nope":1}]})", R"({"":1})"}) {
    CAPTURE(rule);
    CHECK(run(rule).error().code == ErrorCode::kInvalidArgument);
    CHECK(check_rule(json(rule)).error().code == ErrorCode::kInvalidArgument);
  }
  CHECK(check_rule(json(R"({"/":[1,2]})")).error().message == "logic.division");
}

TEST_CASE("arguments are counted before a rule is adopted") {
  for (const char* rule : {R"({"==":[1]})",
                           R"({"==":[1,2,3]})",
                           R"({">":[1,2,3]})",
                           R"({"<":[1,2,3,4]})",
                           R"({"<":1})",
                           R"({"var":[]})",
                           R"({"var":["a",1,2]})",
                           R"({"if":[1]})",
                           R"({"!":[]})",
                           R"({"!":[1,2]})",
                           R"({"and":[]})",
                           R"({"max":[]})",
                           R"({"-":[1,2,3]})",
                           R"({"map":[[1]]})",
                           R"({"reduce":[[1]]})",
                           R"({"reduce":[[1],1,1,1]})",
                           R"({"in":["a"]})",
                           R"({"substr":"a"})",
                           R"({"missing":[]})",
                           R"({"missing_some":["a"]})",
                           R"({"and":[true,[{"!":[]}]]})"}) {
    CAPTURE(rule);
    const Result<void> checked = check_rule(json(rule));
    REQUIRE(!checked);
    CHECK(checked.error().message == "logic.argument-count");
  }
  for (const char* rule : {R"({"<":[1,{"var":"a"},3]})", R"({"var":""})", R"({"merge":[]})",
                           R"({"and":[{"!":{"var":"a"}},{"!!":1}]})", "true", R"([1,{"-":1}])"}) {
    CAPTURE(rule);
    CHECK(check_rule(json(rule)));
  }
}

TEST_CASE("the names that a rule asks its data for are told") {
  const std::pair<const char*, std::vector<std::string>> rows[] = {
      {R"({"and":[{">":[{"var":"b.c"},{"var":["a",{"var":"d"}]}]},{"var":"a"}]})",
       {"a", "b.c", "d"}},
      {R"({"some":[{"var":"items"},{"==":[{"var":"kind"},"x"]}]})", {"items"}},
      {R"({"reduce":[{"var":"l"},{"+":[{"var":"current"},1]},{"var":"start"}]})", {"l", "start"}},
      {R"({"missing":["x","y"]})", {"x", "y"}},
      {R"({"missing":{"merge":["x",{"if":[{"var":"c"},["y"],["z"]]}]}})", {"c", "x", "y", "z"}},
      {R"({"missing_some":[{"var":"n"},["x","y"]]})", {"n", "x", "y"}},
      {R"({"var":1})", {"1"}},
      {R"({"var":""})", {""}},
      {R"(["a",{"a":{"var":"q"},"b":1}])", {}}};
  for (const auto& [rule, names] : rows) {
    CAPTURE(rule);
    const auto found = variables_of(json(rule));
    REQUIRE(found);
    CHECK(*found == names);
  }
  for (const char* rule : {R"({"var":{"var":"a"}})", R"({"missing":{"var":"a"}})", R"({"x":1})",
                           R"({"missing_some":[1,{"var":"a"}]})", R"({"var":{"cat":["a","b"]}})"}) {
    CAPTURE(rule);
    CHECK(variables_of(json(rule)).error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("a lookup is asked once for each path, and its errors but kNotFound end the evaluation") {
  int asked = 0;
  const Lookup lookup = [&](std::string_view path) -> Result<Json> {
    ++asked;
    if (path == "a.b") return Json(7);
    if (path == "list") return Json(Json::Array{1, 2});
    if (path == "broken") return fail(ErrorCode::kIo, "test");
    return fail(ErrorCode::kNotFound, "test");
  };
  const auto look = [&](std::string_view rule) { return evaluate(json(rule), lookup); };
  CHECK(look(R"({"+":[{"var":"a.b"},{"var":"a.b"}]})")->number_text() == "14");
  CHECK(asked == 1);
  CHECK(look(R"({"var":["gone",3]})")->number_text() == "3");
  CHECK(look(R"({"missing":["a.b","gone"]})")->dump() == R"(["gone"])");
  CHECK(look(R"({"==":[{"var":"list"},{"var":"list"}]})")->boolean());
  CHECK(look(R"({"map":[{"var":"list"},{"var":"a.b"}]})")->dump() == "[null,null]");
  CHECK(look(R"({"var":"broken"})").error().code == ErrorCode::kIo);
  CHECK(look(R"({"missing":["broken"]})").error().code == ErrorCode::kIo);
}

TEST_CASE("an evaluation costs no more than its limits, whatever a rule grows") {
  std::string numbers = "[0";
  for (int i = 0; i < 999; ++i) numbers += ",0";
  numbers += "]";
  const std::string data = R"({"l":)" + numbers + "}";
  const auto growing = [](const std::string& body, const std::string& start) {
    return R"({"reduce":[{"var":"l"},)" + body + "," + start + "]}";
  };
  const std::string grown = R"({"var":"accumulator"})";
  for (const std::string& rule :
       {growing(R"({"cat":[)" + grown + "," + grown + "]}", R"("ab")"),
        growing("[" + grown + "," + grown + "]", "1"), growing("[" + grown + "]", "1"),
        growing(R"({"merge":[)" + grown + "," + grown + "]}", "[1]"),
        growing(R"({"map":[)" + numbers + R"(,{"map":[)" + numbers + ",1]}]}", "1")}) {
    CAPTURE(rule.substr(0, 100));
    const Result<Json> result = run(rule, data);
    REQUIRE(!result);
    CHECK(result.error().code == ErrorCode::kTooLarge);
  }
  const Json sum = json(R"({"+":[1,{"+":[1,{"+":[1,1]}]}]})");
  CHECK(evaluate(sum, Json(), {.steps_max = 3}));
  CHECK(evaluate(sum, Json(), {.steps_max = 2}).error().code == ErrorCode::kTooLarge);
  CHECK(evaluate(sum, Json(), {.depth_max = 4}));
  CHECK(evaluate(sum, Json(), {.depth_max = 3}).error().code == ErrorCode::kTooLarge);
}

TEST_CASE("truth is JsonLogic's") {
  for (const char* text : {"true", "1", "-0.5", "\"0\"", "\" \"", "[0]", "{}", "1e99"}) {
    CHECK(truthy(json(text)));
  }
  for (const char* text : {"false", "null", "0", "-0.0", "0e5", "\"\"", "[]"}) {
    CHECK(!truthy(json(text)));
  }
}

TEST_CASE("a guard of five operators takes about a microsecond") {
  const Rule guard = *Rule::compile(json(
      R"({"and":[{">":[{"var":"event.quantity"},0]},{"<=":[{"var":"event.quantity"},100.5]},
                 {"==":[{"var":"item.kind"},"a"]},{"in":[{"var":"event.step"},["x","y","z"]]}]})"));
  const Json data =
      json(R"({"event":{"quantity":12.5,"step":"z"},"item":{"kind":"a","id":"urn:1"}})");
  constexpr int kRuns = 20'000;
  const auto start = std::chrono::steady_clock::now();
  int held = 0;
  for (int i = 0; i < kRuns; ++i) held += *guard.holds(data) ? 1 : 0;
  const auto spent = std::chrono::steady_clock::now() - start;
  CHECK(held == kRuns);
  // The time is told and not checked: other work shares the machine.
  const auto each = std::chrono::duration_cast<std::chrono::nanoseconds>(spent) / kRuns;
  MESSAGE(each.count(), " ns per evaluation");
}

}  // namespace nianlun
