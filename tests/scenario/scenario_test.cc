// Every step of every profile is accepted somewhere, and every guard broken somewhere, with the
// verdicts that the stories expect.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "ledger/profile_check.h"

namespace {

using nianlun::Json;

struct Subject {
  const char* profile;
  const char* scenarios;
};

std::shared_ptr<const nianlun::Profile> load(const std::filesystem::path& file) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto json = Json::parse(text);
  REQUIRE(json);
  const auto profile = nianlun::parse_profile(*json);
  REQUIRE(profile);
  return *profile;
}

std::string told(const nianlun::Error& error) {
  std::string out = error.message;
  for (const auto& [name, value] : error.arguments) out += " " + name + "=" + value;
  return out;
}

const std::filesystem::path kSource = NIANLUN_SOURCE_DIR;

void check_whole(const Subject& subject) {
  const auto profile = load(kSource / subject.profile);
  const auto findings = nianlun::check_profile(*profile, {"zh", "en"});
  const auto scenarios = nianlun::load_scenarios(kSource / subject.scenarios);
  REQUIRE_MESSAGE(scenarios, told(scenarios.error()));
  const auto report = nianlun::run_scenarios(*profile, *scenarios);
  REQUIRE_MESSAGE(report, told(report.error()));
  const std::string text = nianlun::check_text(*profile, findings, &*report, "en");
  CHECK_MESSAGE(findings.empty(), text);
  CHECK_MESSAGE(report->complete(), text);
}

TEST_CASE("every step and every guard for trees is tried out") {
  check_whole({"ledger/profiles/forest.json", "tests/scenario/forest"});
}

TEST_CASE("every step and every guard for vaccines is tried out") {
  check_whole({"ledger/profiles/vaccine.json", "tests/scenario/vaccine"});
}

TEST_CASE("a domain that the code never saw is tried out in the same way") {
  check_whole({"tests/scenario/library/profile/library.json", "tests/scenario/library"});
}

TEST_CASE("a verdict that is not the expected one, and what was never tried, are reported") {
  const auto profile = load(kSource / "tests/scenario/library/profile/library.json");
  const auto story = Json::parse(R"({
    "names": {"book": "{domain}/book/{}"},
    "actors": {"desk": {"roles": ["librarian"]}},
    "events": [{"by": "desk", "step": "bought", "broken": ["role"],
                "event": {"epcList": ["@book:1"], "nianlun:title": "The year ring"}}]})");
  REQUIRE(story);
  const auto report = nianlun::run_scenarios(*profile, {{"story.json", *story}});
  REQUIRE_MESSAGE(report, told(report.error()));
  REQUIRE(report->deviations.size() == 1);
  CHECK(report->deviations[0].expected == "disputed role");
  CHECK(report->deviations[0].got == "accepted");
  CHECK(report->accepted.at("bought") == 1);
  CHECK(report->untried().size() == 4 + 4);
}

TEST_CASE("a scenario that is none says where") {
  const auto profile = load(kSource / "tests/scenario/library/profile/library.json");
  const auto run = [&](const char* events) {
    const auto story =
        Json::parse(std::string(R"({"actors": {"desk": {}}, "events": [)") + events + "]}");
    REQUIRE(story);
    return nianlun::run_scenarios(*profile, {{"story.json", *story}});
  };
  const auto unknown_step = run(R"({"by": "desk", "step": "sold"})");
  REQUIRE(!unknown_step);
  CHECK(told(unknown_step.error()) == "check.scenario-step what=sold scenario=story.json event=1");
  const auto unknown_name = run(R"({"by": "desk", "step": "lent", "event": {"epcList": ["@x"]}})");
  REQUIRE(!unknown_name);
  CHECK(unknown_name.error().message == "check.scenario-name");
  const auto nobody = run(R"({"step": "lent"})");
  REQUIRE(!nobody);
  CHECK(nobody.error().message == "check.scenario-member");
  CHECK(!nianlun::load_scenarios(kSource / "tests/scenario/none"));
}

}  // namespace
