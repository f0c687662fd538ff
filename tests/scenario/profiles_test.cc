// The profiles that come with the ledger hold together.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "ledger/profile.h"
#include "ledger/profile_check.h"

namespace {

using nianlun::Json;

std::shared_ptr<const nianlun::Profile> load(const std::string& file) {
  std::ifstream in(std::string(NIANLUN_SOURCE_DIR) + "/" + file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto json = Json::parse(text);
  REQUIRE_MESSAGE(json, file);
  auto profile = nianlun::parse_profile(*json);
  if (!profile) {
    std::string where;
    for (const auto& [name, value] : profile.error().arguments) where += name + "=" + value + " ";
    FAIL(file << ": " << profile.error().message << " " << where);
  }
  return *profile;
}

TEST_CASE("the profiles for trees and vaccines are profiles") {
  CHECK(load("ledger/profiles/forest.json")->steps.size() >= 28);
  CHECK(load("ledger/profiles/vaccine.json")->steps.size() >= 20);
}

const std::vector<std::string> kLanguages = {"zh", "en"};

TEST_CASE("the profiles hold together as far as reading them tells") {
  for (const char* file : {"ledger/profiles/forest.json", "ledger/profiles/vaccine.json"}) {
    const auto profile = load(file);
    const auto findings = nianlun::check_profile(*profile, kLanguages);
    CHECK_MESSAGE(findings.empty(), nianlun::check_text(*profile, findings, nullptr, "en"));
  }
}

TEST_CASE(
    "each profile says whom its private values are about, and how long they are kept, and why") {
  for (const char* file : {"ledger/profiles/forest.json", "ledger/profiles/vaccine.json"}) {
    CAPTURE(file);
    const auto profile = load(file);
    REQUIRE(profile->retention);
    CHECK(profile->retention->basis.size() == kLanguages.size());
    int subjects = 0;
    for (const auto& [path, member] : profile->private_members) {
      subjects += member.subject ? 1 : 0;
      const bool sent = std::ranges::any_of(profile->steps, [&](const auto& step) {
        return std::ranges::find(step.required, path) != step.required.end() &&
               !profile->is_public(&step, path);
      });
      CHECK_MESSAGE(sent, path);
    }
    CHECK(subjects == 1);
  }
  CHECK(load("ledger/profiles/vaccine.json")->retention->attribute == "expiry");
}

TEST_CASE(
    "a star in a prefix is one segment, so that lots and instances of a GTIN are told apart") {
  const auto profile = load("ledger/profiles/vaccine.json");
  const auto kind = [&](std::string_view id) -> std::string {
    const auto* found = profile->kind_of(id, "https://id.example.org");
    return found == nullptr ? "" : found->name;
  };
  CHECK(kind("https://id.gs1.org/01/06901234567892/10/B1") == "batch");
  CHECK(kind("https://id.gs1.org/01/06901234567892/21/S1") == "box");
  CHECK(kind("https://id.gs1.org/01/06901234567892") == "");
  CHECK(kind("https://id.gs1.org/01//10/B1") == "");
  CHECK(kind("https://id.gs1.org/01/a/b/10/B1") == "");
  CHECK(kind("https://id.example.org/batch/7") == "batch");
  CHECK(kind("https://other.example.org/batch/7") == "");
}

}  // namespace
