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

int run_profile_check(const ProfileArguments& arguments) {
  const auto holds = check(arguments);
  if (!holds) return complain(arguments.language, holds.error());
  const int written = finish(arguments.language, {});
  return *holds ? written : kExitFailed;
}

}  // namespace nianlun
