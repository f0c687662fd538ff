// The outcome of a check, for programs and for people.
#include <algorithm>
#include <string>

#include "ledger/messages.h"
#include "ledger/profile_check.h"

namespace nianlun {
namespace {

bool is_implicit(const Profile& profile, std::string_view step_and_guard) {
  const std::size_t slash = step_and_guard.find('/');
  const Profile::Step* step = profile.step(step_and_guard.substr(0, slash));
  const std::string_view guard = step_and_guard.substr(slash + 1);
  return step == nullptr ||
         std::ranges::find(step->guards, guard, &Profile::Guard::id) == step->guards.end();
}

Json counts(const std::map<std::string, std::uint64_t, std::less<>>& counted) {
  Json json(Json::Object{});
  for (const auto& [name, times] : counted) json.set(name, times);
  return json;
}

Json finding_json(const Finding& finding) {
  Json arguments(Json::Object{});
  for (const auto& [name, value] : finding.arguments) arguments.set(name, value);
  return Json(Json::Object{{"pointer", finding.pointer},
                           {"message", finding.message},
                           {"arguments", std::move(arguments)}});
}

Json scenarios_json(const ScenarioReport& report) {
  Json deviations(Json::Array{});
  for (const auto& each : report.deviations) {
    deviations.push(Json(Json::Object{{"scenario", each.scenario},
                                      {"event", std::uint64_t{each.event}},
                                      {"step", each.step},
                                      {"expected", each.expected},
                                      {"got", each.got}}));
  }
  Json untried(Json::Array{});
  for (const std::string& each : report.untried()) untried.push(each);
  return Json(Json::Object{{"scenarios", report.scenarios},
                           {"events", report.events},
                           {"accepted", counts(report.accepted)},
                           {"broken", counts(report.broken)},
                           {"untried", std::move(untried)},
                           {"deviations", std::move(deviations)}});
}

/// How many of the steps were accepted, and of the profile's own guards broken.
std::string tried_text(const Profile& profile, const ScenarioReport& report,
                       std::string_view language) {
  std::uint64_t steps = 0, guards = 0, guards_all = 0;
  for (const auto& [step, times] : report.accepted) steps += times > 0 ? 1 : 0;
  for (const auto& [guard, times] : report.broken) {
    if (is_implicit(profile, guard)) continue;
    ++guards_all;
    guards += times > 0 ? 1 : 0;
  }
  return text(language, "check.tried",
              {{"scenarios", std::to_string(report.scenarios)},
               {"events", std::to_string(report.events)},
               {"steps", std::to_string(steps)},
               {"steps_all", std::to_string(report.accepted.size())},
               {"guards", std::to_string(guards)},
               {"guards_all", std::to_string(guards_all)}});
}

bool holds(const std::vector<Finding>& findings, const ScenarioReport* scenarios) {
  return findings.empty() && (scenarios == nullptr || scenarios->complete());
}

}  // namespace

std::vector<std::string> ScenarioReport::untried() const {
  std::vector<std::string> names;
  for (const auto& [step, times] : accepted) {
    if (times == 0) names.push_back(step);
  }
  for (const auto& [guard, times] : broken) {
    if (times == 0) names.push_back(guard);
  }
  return names;
}

Json check_json(const Profile& profile, const std::vector<Finding>& findings,
                const ScenarioReport* scenarios) {
  Json list(Json::Array{});
  for (const Finding& finding : findings) list.push(finding_json(finding));
  Json json(Json::Object{{"profile", profile.label()},
                         {"holds", holds(findings, scenarios)},
                         {"findings", std::move(list)}});
  if (scenarios != nullptr) json.set("scenarios", scenarios_json(*scenarios));
  return json;
}

std::string check_text(const Profile& profile, const std::vector<Finding>& findings,
                       const ScenarioReport* scenarios, std::string_view language) {
  std::string out;
  const auto line = [&](std::string_view message, const Arguments& arguments) {
    out += text(language, message, arguments) + "\n";
  };
  for (const Finding& finding : findings) {
    out += finding.pointer + ": " + text(language, finding.message, finding.arguments) + "\n";
  }
  if (scenarios != nullptr) {
    for (const auto& each : scenarios->deviations) {
      line("check.deviation", {{"scenario", each.scenario},
                               {"event", std::to_string(each.event)},
                               {"step", each.step},
                               {"expected", each.expected},
                               {"got", each.got}});
    }
    for (const std::string& each : scenarios->untried()) line("check.untried", {{"what", each}});
    out += tried_text(profile, *scenarios, language) + "\n";
  }
  line(holds(findings, scenarios) ? "check.holds" : "check.fails", {{"profile", profile.label()}});
  return out;
}

}  // namespace nianlun
