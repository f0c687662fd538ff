#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/json.h"
#include "ledger/profile.h"
#include "ledger/result.h"

namespace nianlun {

/// The message of a text that a language lacks; its argument says which.
inline constexpr std::string_view kNoText = "check.no-text";

/// Something that is wrong with a profile though parse_profile() reads it.
struct Finding {
  std::string pointer;  ///< JSON pointer into the profile
  std::string message;  ///< id of the catalogue
  Arguments arguments;
};

/// What can be proved of a profile by reading it: every state is reached and left, or is an end;
/// every role and kind is used; every text is there in every language; every guard asks for facts
/// that exist and that are not private.
///
/// Threads: any. Errors: none; what is wrong is in the findings, in the order of the profile.
std::vector<Finding> check_profile(const Profile& profile,
                                   const std::vector<std::string>& languages);

/// A story of events with the verdicts that are expected of them (docs/profiles.md, Scenarios).
struct Scenario {
  std::string name;  ///< of its file
  Json json;
};
/// Every *.json of a folder, in the order of their names.
/// kNotFound         no such folder, or no scenario in it
/// kInvalidArgument  a file that is not JSON; the argument "file" names it
Result<std::vector<Scenario>> load_scenarios(const std::filesystem::path& folder);

struct ScenarioReport {
  struct Deviation {
    std::string scenario;
    std::size_t event = 0;  ///< 1, 2, ... in the scenario
    std::string step;
    std::string expected;  ///< "disputed certificate"
    std::string got;
  };
  std::uint64_t scenarios = 0;
  std::uint64_t events = 0;
  std::vector<Deviation> deviations;
  /// By step: how often it was accepted. Every step of the profile is there.
  std::map<std::string, std::uint64_t, std::less<>> accepted;
  /// By "<step>/<guard>": how often it was broken. Every guard of the profile is there, and of the
  /// implicit ones those that were broken.
  std::map<std::string, std::uint64_t, std::less<>> broken;

  /// The steps that were never accepted and the guards that were never broken.
  std::vector<std::string> untried() const;
  bool complete() const { return deviations.empty() && untried().empty(); }
};

/// Plays each scenario on a ledger of its own in memory, which has adopted only this profile.
///
/// Threads: any. Errors: kInvalidArgument  a scenario that is no scenario: the arguments "scenario"
///                       and "event" say where; others as Machine
Result<ScenarioReport> run_scenarios(const Profile& profile,
                                     const std::vector<Scenario>& scenarios);

/// {"profile", "holds": true|false, "findings": [...], "scenarios": {...}}; `scenarios` may be
/// null.
Json check_json(const Profile& profile, const std::vector<Finding>& findings,
                const ScenarioReport* scenarios);
/// The same for people, one line per finding, ending in a line that says whether it holds.
std::string check_text(const Profile& profile, const std::vector<Finding>& findings,
                       const ScenarioReport* scenarios, std::string_view language);

}  // namespace nianlun
