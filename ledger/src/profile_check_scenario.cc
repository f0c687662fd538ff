// Plays the stories that domain people write, and compares the verdicts with what they expect.
#include <algorithm>
#include <optional>

#include "ledger/encoding.h"
#include "ledger/jsonlogic.h"
#include "ledger/private_values.h"
#include "ledger/profile_check.h"
#include "ledger/time.h"
#include "profile_check_names.h"
#include "profile_check_world.h"
#include "try.h"

namespace nianlun {
namespace {

using Strings = std::vector<std::string>;

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kMinuteMs = 60'000;

/// What was sent under a label ("as"), for corrections and answers.
struct Sent {
  Json event;
  std::uint64_t index = 0;
};

/// One line of a scenario, ready to be sent.
struct Entry {
  Json event;
  Strings outcomes;
  std::string step;  ///< of the profile; empty: a registry event or a correction
};

Unexpected wrong(std::string_view message, std::string_view what = {}) {
  return fail(ErrorCode::kInvalidArgument, message, {{"what", std::string(what)}});
}

Result<Strings> strings_at(const Json& json, std::string_view name) {
  Strings values;
  const Json* found = json.find(name);
  if (found == nullptr) return values;
  if (found->is_string()) return Strings{found->string()};
  if (!found->is_array()) return wrong("check.scenario-member", name);
  for (const Json& item : found->array()) {
    if (!item.is_string()) return wrong("check.scenario-member", name);
    values.push_back(item.string());
  }
  return values;
}

std::string joined(std::string_view first, const Strings& rest) {
  std::string out(first);
  for (const std::string& word : rest) out += " " + word;
  return out;
}

class Play {
 public:
  Play(const Profile& profile, const Scenario& scenario, ScenarioReport& report)
      : profile_(profile), scenario_(scenario), report_(report) {}

  Result<void> run() {
    const Json& json = scenario_.json;
    if (!json.is_object()) return wrong("check.scenario-member", "");
    std::string domain(json.text("domain"));
    if (domain.empty()) domain = "https://id.example.org";
    TRY_ASSIGN(names_, ScenarioNames::parse(json.find("names"), domain));
    TRY_ASSIGN(world_, ScenarioWorld::make(profile_, domain));
    now_ms_ = profile_.from_ms;
    TRY(enrol(json.find("actors")));
    const Json* events = json.find("events");
    if (events == nullptr || !events->is_array()) return wrong("check.scenario-member", "events");
    for (const Json& each : events->array()) {
      ++number_;
      if (auto played = play(each); !played) return in_event(std::move(played).error());
    }
    return {};
  }

 private:
  Unexpected in_event(Error error) const {
    error.arguments.emplace_back("scenario", scenario_.name);
    error.arguments.emplace_back("event", std::to_string(number_));
    return Unexpected{std::move(error)};
  }

  Result<void> enrol(const Json* actors) {
    if (actors == nullptr || !actors->is_object()) return wrong("check.scenario-member", "actors");
    for (const Json::Member& actor : actors->object()) {
      TRY_ASSIGN(const Strings roles, strings_at(actor.value, "roles"));
      const std::string_view party = actor.value.text("party");
      TRY(world_->enrol(actor.name, party.empty() ? actor.name : party, roles));
      actors_.push_back(actor.name);
    }
    return {};
  }

  Result<void> play(const Json& line) {
    ++report_.events;
    TRY_ASSIGN(Strings signers, strings_at(line, "by"));
    if (signers.size() != 1) return wrong("check.scenario-member", "by");
    TRY_ASSIGN(const Strings with, strings_at(line, "with"));
    signers.insert(signers.end(), with.begin(), with.end());
    TRY(take_time(line));
    TRY(draw(line));
    TRY_ASSIGN(Entry entry, make_entry(line));
    TRY_ASSIGN(const EventResult result,
               world_->send(entry.event, signers, received_ms_, entry.outcomes));
    count(entry.step, result.verdict);
    if (const std::string label(line.text("as")); !label.empty()) {
      sent_[label] = {std::move(entry.event), result.index};
    }
    return compare(line, entry.step, result.verdict);
  }

  /// "at" is when it happened, in the scenario's time zone unless it says another; without it, one
  /// hour after the event before. "received" is when it came in, a minute later if unsaid.
  Result<void> take_time(const Json& line) {
    constexpr std::int64_t kLocalMs = 8 * kHourMs;
    const auto read = [&](std::string_view name, std::int64_t otherwise) -> Result<std::int64_t> {
      const std::string_view said = line.text(name);
      if (said.empty()) return otherwise;
      if (const auto exact = parse_date_time(said)) return *exact;
      const auto local = parse_date_time(std::string(said) + ":00+08:00");
      if (!local) return wrong("check.scenario-member", name);
      return *local;
    };
    TRY_ASSIGN(now_ms_, read("at", now_ms_ + kHourMs));
    TRY_ASSIGN(received_ms_, read("received", now_ms_ + kMinuteMs));
    std::string local = date_time(now_ms_ + kLocalMs);
    local.pop_back();
    event_time_ = local + "+08:00";
    return {};
  }

  /// "draw" gives a name to the first of some items of which something is asked with a step: which
  /// that is follows from the place of their records.
  Result<void> draw(const Json& line) {
    const Json* wanted = line.find("draw");
    if (wanted == nullptr) return {};
    const Profile::Step* step = profile_.step(wanted->text("step"));
    if (step == nullptr) return wrong("check.scenario-step", wanted->text("step"));
    TRY_ASSIGN(const Json items, names_.fill(Json(Json::Array{Json(wanted->text("of"))})));
    for (const Json& item : items.array()) {
      if (!item.is_string()) continue;
      TRY_ASSIGN(const bool drawn, world_->asks_any(*step, item.string()));
      if (!drawn) continue;
      names_.set(wanted->text("as"), item.string());
      return {};
    }
    return wrong("check.scenario-draw", wanted->text("of"));
  }

  Json registry_event(std::string_view type) const {
    return Json(Json::Object{
        {"type", type}, {"eventTime", event_time_}, {"eventTimeZoneOffset", "+08:00"}});
  }

  Result<const Sent*> labelled(std::string_view label) const {
    const auto found = sent_.find(label);
    if (found == sent_.end()) return wrong("check.scenario-label", label);
    return &found->second;
  }

  Result<Entry> make_entry(const Json& line) {
    if (line.find("step") != nullptr) return step_entry(line);
    if (const auto label = line.text("void"); !label.empty()) return void_entry(label, line);
    if (const auto label = line.text("endorse"); !label.empty()) return endorse_entry(label);
    if (const auto label = line.text("answer"); !label.empty()) return answer_entry(label, line);
    if (const auto actor = line.text("revoke"); !actor.empty()) return revoke_entry(actor, line);
    return wrong("check.scenario-member", "step");
  }

  Result<Entry> step_entry(const Json& line) {
    const Profile::Step* step = profile_.step(line.text("step"));
    if (step == nullptr) return wrong("check.scenario-step", line.text("step"));
    Json event(Json::Object{{"type", step->event.text("type")},
                            {"eventTime", event_time_},
                            {"eventTimeZoneOffset", "+08:00"}});
    for (const Json::Member& member : step->event.object()) event.set(member.name, member.value);
    event.set("nianlun:step", profile_.id + "/" + step->name);
    if (const Json* own = line.find("event")) {
      TRY_ASSIGN(const Json filled, names_.fill(*own));
      if (!filled.is_object()) return wrong("check.scenario-member", "event");
      for (const Json::Member& member : filled.object()) event.set(member.name, member.value);
    }
    const Json* bare = line.find("bare");
    if (bare == nullptr || *bare != Json(true)) TRY(world_->add_evidence(*step, event));
    Entry entry;
    entry.step = step->name;
    TRY_ASSIGN(entry.outcomes, private_outcomes(*step, event));
    TRY_ASSIGN(SplitEvent split,
               split_private(
                   event, [&](std::string_view path) { return profile_.is_public(step, path); },
                   [&] { return world_->salt(); }));
    entry.event = std::move(split.event);
    return entry;
  }

  /// What ingress finds broken of the guards over private members, and of what is required of them.
  Result<Strings> private_outcomes(const Profile::Step& step, const Json& event) const {
    const std::string prefix = profile_.label() + "/" + step.name + "/";
    Strings outcomes;
    for (const std::string& path : step.required) {
      if (at_path(event, path) == nullptr) {
        outcomes.push_back(prefix + "required");
        break;
      }
    }
    for (const Profile::Guard& guard : step.guards) {
      if (!guard.is_private) continue;
      TRY_ASSIGN(const Rule rule, Rule::compile(guard.value));
      TRY_ASSIGN(const bool holds, rule.holds(Json(Json::Object{{"event", event}})));
      if (!holds) outcomes.push_back(prefix + guard.id);
    }
    return outcomes;
  }

  Result<Entry> void_entry(std::string_view label, const Json& line) {
    TRY_ASSIGN(const Sent* sent, labelled(label));
    Entry entry;
    entry.event = sent->event;
    const std::string_view reason = line.text("reason");
    entry.event.set("errorDeclaration",
                    Json(Json::Object{{"declarationTime", event_time_},
                                      {"reason", reason.empty() ? "incorrect_data" : reason}}));
    return entry;
  }

  Result<Entry> endorse_entry(std::string_view label) {
    TRY_ASSIGN(const Sent* sent, labelled(label));
    Entry entry;
    entry.event = registry_event("nianlun:Endorsement");
    entry.event.set("nianlun:endorses", sent->index)
        .set("nianlun:recordHash", hex(world_->record_hash(sent->index)));
    return entry;
  }

  Result<Entry> answer_entry(std::string_view label, const Json& line) {
    TRY_ASSIGN(const Sent* sent, labelled(label));
    Entry entry;
    entry.event = registry_event("nianlun:ExceptionAnswered");
    entry.event
        .set("nianlun:exception",
             std::to_string(sent->index) + "/" + std::string(line.text("guard")))
        .set("nianlun:outcome", line.text("outcome"));
    return entry;
  }

  Result<Entry> revoke_entry(std::string_view actor, const Json& line) {
    if (std::ranges::find(actors_, actor) == actors_.end()) {
      return wrong("check.scenario-label", actor);
    }
    TRY_ASSIGN(const std::string key, world_->did(actor));
    const std::string_view reason = line.text("reason");
    Entry entry;
    entry.event = registry_event("nianlun:KeyRevoked");
    entry.event.set("nianlun:key", key).set("nianlun:reason", reason.empty() ? "left" : reason);
    return entry;
  }

  void count(const std::string& step, const Verdict& verdict) {
    if (step.empty()) return;
    if (verdict.outcome == Outcome::kAccepted) ++report_.accepted[step];
    for (const std::string& guard : verdict.broken) ++report_.broken[step + "/" + guard];
  }

  Result<void> compare(const Json& line, const std::string& step, const Verdict& verdict) {
    TRY_ASSIGN(Strings broken, strings_at(line, "broken"));
    std::string expected(line.text("expect"));
    if (expected.empty()) expected = broken.empty() ? "accepted" : "disputed";
    Strings got = verdict.broken;
    std::ranges::sort(broken);
    std::ranges::sort(got);
    if (expected == text(verdict.outcome) && broken == got) return {};
    report_.deviations.push_back({scenario_.name, number_, step, joined(expected, broken),
                                  joined(text(verdict.outcome), verdict.broken)});
    return {};
  }

  const Profile& profile_;
  const Scenario& scenario_;
  ScenarioReport& report_;
  ScenarioNames names_;
  std::unique_ptr<ScenarioWorld> world_;
  std::map<std::string, Sent, std::less<>> sent_;
  Strings actors_;
  std::size_t number_ = 0;
  std::int64_t now_ms_ = 0;
  std::int64_t received_ms_ = 0;
  std::string event_time_;
};

}  // namespace

Result<ScenarioReport> run_scenarios(const Profile& profile,
                                     const std::vector<Scenario>& scenarios) {
  ScenarioReport report;
  for (const Profile::Step& step : profile.steps) {
    report.accepted[step.name] = 0;
    for (const Profile::Guard& guard : step.guards) report.broken[step.name + "/" + guard.id] = 0;
  }
  for (const Scenario& scenario : scenarios) {
    ++report.scenarios;
    TRY(Play(profile, scenario, report).run());
  }
  return report;
}

}  // namespace nianlun
