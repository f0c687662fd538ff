// Reads the guards of a profile (docs/profiles.md).
#include <algorithm>
#include <array>

#include "ledger/decimal.h"
#include "ledger/jsonlogic.h"
#include "ledger/time.h"
#include "profile_at.h"
#include "try.h"

namespace nianlun {
namespace {

Result<void> need_duration(const At& at, std::string_view name) {
  if (const auto duration = at.member(name)) {
    TRY_ASSIGN(const std::string value, string_of(*duration));
    if (!parse_duration(value)) return duration->wrong("profile.no-duration");
  }
  return {};
}

Result<Rule> rule_of(const At& at) {
  if (!check_rule(*at.json)) return at.wrong("profile.bad-logic");
  auto rule = Rule::compile(*at.json);
  if (!rule) return at.wrong("profile.bad-logic");
  return rule;
}

/// A distance in metres, at least a decimetre and with at most three decimals.
Result<std::int64_t> distance_of(const At& parent, std::string_view name) {
  constexpr std::int64_t kLeastMm = 100, kMostMm = 100'000;
  TRY_ASSIGN(const At at, parent.need(name));
  TRY_ASSIGN(const std::string text, string_of(at));
  const auto metres = Decimal::parse(text);
  if (!metres) return at.wrong("profile.distance");
  const auto scaled = multiply(*metres, Decimal(1000));
  const auto millimetres = scaled ? scaled->integer() : std::nullopt;
  if (!millimetres || *millimetres < kLeastMm || *millimetres > kMostMm) {
    return at.wrong("profile.distance");
  }
  return *millimetres;
}

Result<void> parse_within(const At& at, Profile::Guard& guard) {
  using enum Profile::Condition;
  if (at.member("area")) {
    guard.condition = kWithinArea;
    TRY(at.only({"area", "of", "point", "tolerance"}));
    TRY(at.need("of"));
    TRY(at.need("point"));
    if (!at.member("tolerance")) return {};
    TRY_ASSIGN(guard.distance_mm, distance_of(at, "tolerance"));
    return {};
  }
  if (at.member("metres")) {
    guard.condition = kWithinDistance;
    TRY(at.only({"metres", "from", "point"}));
    TRY(at.need("from"));
    TRY(at.need("point"));
    TRY_ASSIGN(guard.distance_mm, distance_of(at, "metres"));
    return {};
  }
  if (at.member("until")) {
    guard.condition = kWithinUntil;
    return at.only({"until", "on"});
  }
  TRY(at.only({"duration", "since"}));
  TRY(at.need("duration"));
  TRY(at.need("since"));
  return need_duration(at, "duration");
}

Result<void> parse_requires(const At& at, Profile::Guard& guard) {
  if (at.member("document")) return at.only({"document"});
  const auto step = at.member("step");
  if (!step) return at.wrong("profile.no-condition");
  guard.condition = Profile::Condition::kStep;
  TRY(at.only({"step", "on", "until"}));
  if (step->json->is_string()) {
    guard.steps = {step->json->string()};
    return {};
  }
  TRY_ASSIGN(guard.steps, strings_of(at, "step"));
  return {};
}

/// Whether a condition has the members that it must have, and no others.
Result<void> members_of(const At& at, std::initializer_list<std::string_view> needed,
                        std::initializer_list<std::string_view> all) {
  TRY(at.only(all));
  for (const std::string_view name : needed) TRY(at.need(name));
  return {};
}

Result<void> parse_value(const At& at, Profile::Guard& guard) {
  using enum Profile::Condition;
  switch (guard.condition) {
    case kLogic: {
      TRY_ASSIGN(guard.rule, rule_of(at));
      return {};
    }
    case kWithinTime:
      return parse_within(at, guard);
    case kDocument:
      return parse_requires(at, guard);
    case kUnique:
      return members_of(at, {"value"}, {"value", "unless", "once"});
    case kApart: {
      TRY(members_of(at, {"point"}, {"point", "metres", "unless"}));
      TRY_ASSIGN(guard.distance_mm, distance_of(at, "metres"));
      return {};
    }
    case kCosigned:
      return members_of(at, {"roles"}, {"roles"});
    case kSeparate:
      return members_of(at, {"step", "by"}, {"step", "by", "on"});
    case kSensor:
      TRY(members_of(at, {"type", "min", "max"},
                     {"type", "min", "max", "gap", "consecutive", "cumulative", "covers"}));
      for (const char* name : {"gap", "consecutive", "cumulative"}) TRY(need_duration(at, name));
      if (at.member("covers")) TRY(at.need("gap"));
      return {};
    case kAnswered:
      return members_of(at, {"step", "since", "by"}, {"step", "since", "by"});
    case kAddressed:
      return members_of(at, {"by"}, {"by"});
    case kListed:
      return members_of(at, {"value"}, {"value"});
    case kBalance:
    case kNotRecalled:
    case kHolder:
    case kEvidence:
      return at.only({});
    case kWithinArea:
    case kWithinDistance:
    case kWithinUntil:
    case kStep:
      break;
  }
  return {};
}

Result<void> parse_condition(const At& at, Profile::Guard& guard) {
  using enum Profile::Condition;
  constexpr std::array<std::pair<std::string_view, Profile::Condition>, 15> kConditions = {
      {{"logic", kLogic},
       {"balance", kBalance},
       {"unique", kUnique},
       {"within", kWithinTime},
       {"requires", kDocument},
       {"cosigned", kCosigned},
       {"separate", kSeparate},
       {"sensor", kSensor},
       {"not_recalled", kNotRecalled},
       {"apart", kApart},
       {"holder", kHolder},
       {"answered", kAnswered},
       {"listed", kListed},
       {"evidence", kEvidence},
       {"addressed", kAddressed}}};
  std::optional<At> found;
  for (const auto& [name, condition] : kConditions) {
    if (const auto value = at.member(name)) {
      if (found) return at.wrong("profile.two-conditions");
      found = value;
      guard.condition = condition;
    }
  }
  if (!found) return at.wrong("profile.no-condition");
  guard.value = *found->json;
  return parse_value(*found, guard);
}

}  // namespace

Result<Profile::Guard> parse_guard(const Profile::Step& step, const At& at) {
  TRY(at.only({"id",     "text",   "else",     "private",  "of",       "logic",  "balance",
               "unique", "within", "requires", "cosigned", "separate", "sensor", "not_recalled",
               "apart",  "holder", "answered", "listed",   "evidence", "when",   "addressed"}));
  Profile::Guard guard;
  TRY_ASSIGN(const At id, at.need("id"));
  TRY_ASSIGN(guard.id, string_of(id));
  TRY_ASSIGN(const At text, at.need("text"));
  TRY_ASSIGN(guard.text, texts_of(text));
  TRY_ASSIGN(const At otherwise, at.need("else"));
  TRY_ASSIGN(const std::string consequence, string_of(otherwise));
  if (consequence != "refuse" && consequence != "dispute")
    return otherwise.wrong("profile.refuse-or-dispute");
  guard.refuse = consequence == "refuse";
  TRY_ASSIGN(guard.is_private, flag_of(at, "private"));
  if (const auto of = at.member("of")) {
    TRY_ASSIGN(guard.of, string_of(*of));
    if (std::ranges::find(step.items, guard.of, &Profile::Participant::in) == step.items.end()) {
      return of->wrong("profile.unknown-item");
    }
  }
  TRY(parse_condition(at, guard));
  if (const Json* on = guard.value.find("on")) {
    if (!on->is_string() || (on->string() != "item" && on->string() != "origin")) {
      return at.wrong("profile.item-or-origin");
    }
    guard.on_origin = on->string() == "origin";
  }
  if (const auto when = at.member("when")) {
    // What is claimed is found again from the guard alone, without asking when it was asked.
    if (guard.claims()) return when->wrong("profile.when-claims");
    guard.when_written = *when->json;
    TRY_ASSIGN(guard.when, rule_of(*when));
  }
  if (guard.is_private && guard.condition != Profile::Condition::kLogic) {
    return at.wrong("profile.private-logic-only");
  }
  return guard;
}

}  // namespace nianlun
