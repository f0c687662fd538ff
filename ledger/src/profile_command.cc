#include "profile_command.h"

#include <iostream>

#include "ledger/files.h"
#include "ledger/profile_check.h"
#include "tool.h"
#include "try.h"

namespace nianlun {
namespace {

Result<bool> check(const ProfileArguments& arguments) {
  TRY_ASSIGN(const Json json, read_json_file(arguments.file));
  TRY_ASSIGN(const auto profile, parse_profile(json));
  const std::vector<Finding> findings = check_profile(*profile, {"en", "zh"});
  ScenarioReport report;
  const bool played = !arguments.scenarios.empty();
  if (played) {
    TRY_ASSIGN(const std::vector<Scenario> scenarios, load_scenarios(arguments.scenarios));
    TRY_ASSIGN(report, run_scenarios(*profile, scenarios));
  }
  const ScenarioReport* shown = played ? &report : nullptr;
  if (arguments.json) {
    std::cout << check_json(*profile, findings, shown).dump() << '\n';
  } else {
    std::cout << check_text(*profile, findings, shown, arguments.language);
  }
  return findings.empty() && (!played || report.complete());
}

}  // namespace

Result<Json> load_profile(const std::string& file, const std::vector<std::string>& languages) {
  TRY_ASSIGN(Json json, read_json_file(file));
  TRY_ASSIGN(const auto profile, parse_profile(json));
  for (const Finding& finding : check_profile(*profile, languages)) {
    if (finding.message != kNoText) continue;
    Arguments arguments = finding.arguments;
    arguments.emplace_back("path", file);
    arguments.emplace_back("pointer", finding.pointer);
    return fail(ErrorCode::kInvalidArgument, "tool.profile-lacks-text", std::move(arguments));
  }
  return json;
}

int run_profile_check(const ProfileArguments& arguments) {
  const auto holds = check(arguments);
  if (!holds) return complain(arguments.language, holds.error());
  const int written = finish(arguments.language, {});
  return *holds ? written : kExitFailed;
}

}  // namespace nianlun
