// Whether the facts exist that a profile's guards ask for. A guard over a member that is never in
// clear, or over a step that is misspelt, would hold or break for ever without anybody noticing.
#include "profile_check_guards.h"

#include <algorithm>
#include <array>
#include <set>

#include "ledger/jsonlogic.h"
#include "ledger/private_values.h"

namespace nianlun {
namespace {

constexpr std::array<std::string_view, 6> kImplicit = {"identity", "required", "revoked",
                                                       "role",     "state",    "time"};

/// What guards may ask of an item or its lot, beside attributes.
constexpr std::array<std::string_view, 5> kFacts = {"balance", "container", "id", "place", "state"};

class GuardCheck {
 public:
  GuardCheck(const Profile& profile, const Profile::Step& step, const Profile::Guard& guard,
             std::vector<Finding>& findings)
      : profile_(profile), step_(step), guard_(guard), findings_(findings) {}

  void run() {
    using enum Profile::Condition;
    if (!guard_.when_written.is_null()) logic(guard_.when_written);
    switch (guard_.condition) {
      case kLogic:
        return logic(guard_.value);
      case kUnique:
        return clear(guard_.value.text("value"));
      case kWithinTime:
        return step_exists(guard_.value.text("since"));
      case kWithinArea:
        clear(guard_.value.text("of"));
        clear(guard_.value.text("point"));
        return attribute(guard_.value.text("area"), {});
      case kDocument:
        return clear("bizTransactionList");
      case kStep:
        for (const std::string& step : guard_.steps) step_exists(step);
        if (guard_.value.find("until") != nullptr) attribute(guard_.value.text("until"), {});
        return;
      case kCosigned:
        return cosigned_roles();
      case kSeparate:
        step_exists(guard_.value.text("step"));
        if (const auto by = guard_.value.text("by"); by != "party" && by != "key") {
          add("check.party-or-key", {});
        }
        return;
      case kSensor:
        clear("sensorElementList");
        if (const auto covers = guard_.value.text("covers"); !covers.empty()) step_exists(covers);
        return;
      case kWithinDistance:
        clear(guard_.value.text("point"));
        return attribute(guard_.value.text("from"), subject());
      case kWithinUntil:
        return attribute(guard_.value.text("until"), guard_.on_origin ? "" : subject());
      case kApart:
        return clear(guard_.value.text("point"));
      case kAnswered:
        step_exists(guard_.value.text("step"));
        step_exists(guard_.value.text("since"));
        return attribute(guard_.value.text("by"), subject());
      case kAddressed:
        return clear(guard_.value.text("by"));
      case kListed:
        clear(guard_.value.text("value"));
        if (!profile_.values.contains(guard_.value.text("value"))) {
          add("check.no-values", {{"path", std::string(guard_.value.text("value"))}});
        }
        return;
      case kEvidence:
        if (step_.evidence.empty()) add("check.no-evidence", {});
        return;
      case kBalance:
        if (std::ranges::none_of(step_.items, [](const auto& item) { return item.balance < 0; })) {
          add("check.nothing-drawn", {});
        }
        return;
      case kNotRecalled:
      case kHolder:
        return;
    }
  }

 private:
  void add(std::string_view message, Arguments arguments) {
    arguments.emplace_back("guard", guard_.id);
    findings_.push_back(
        {"/steps/" + step_.name + "/guards", std::string(message), std::move(arguments)});
  }

  void clear(std::string_view path) {
    if (!guard_.is_private && !is_clear(profile_, step_, path)) {
      add("check.private-fact", {{"path", std::string(path)}});
    }
  }

  void step_exists(std::string_view name) {
    if (profile_.step(name) == nullptr) add("check.unknown-step", {{"name", std::string(name)}});
  }

  /// Of one kind, or of any if `kind` is empty.
  void attribute(std::string_view name, std::string_view kind) {
    for (const Profile::Kind& each : profile_.kinds) {
      if ((kind.empty() || each.name == kind) && each.attributes.contains(name)) return;
    }
    add("check.unknown-attribute", {{"name", std::string(name)}});
  }

  void cosigned_roles() {
    const Json* roles = guard_.value.find("roles");
    if (roles == nullptr || !roles->is_array()) return add("check.unknown-role", {{"name", ""}});
    for (const Json& role : roles->array()) {
      if (!role.is_string() || !profile_.roles.contains(role.string())) {
        add("check.unknown-role", {{"name", role.dump()}});
      }
    }
  }

  /// The kind whose items the guard asks about.
  std::string_view subject() const {
    for (const Profile::Participant& item : step_.items) {
      if (guard_.of.empty() || item.in == guard_.of) return item.kind;
    }
    return {};
  }

  void logic(const Json& rule) {
    const auto paths = variables_of(rule);
    if (!paths) return add("check.computed-path", {});
    for (const std::string& path : *paths) fact(path);
  }

  void fact(std::string_view path) {
    constexpr std::string_view kEvent = "event.", kAttributes = "attributes.", kTimes = "times.";
    if (path.starts_with(kEvent)) return clear(path.substr(kEvent.size()));
    if (path.starts_with(kTimes)) return step_exists(path.substr(kTimes.size()));
    for (const std::string_view root : {std::string_view("item."), std::string_view("lot.")}) {
      if (!path.starts_with(root)) continue;
      const std::string_view rest = path.substr(root.size());
      if (std::ranges::find(kFacts, rest) != kFacts.end()) return;
      if (rest.starts_with(kAttributes)) {
        return attribute(rest.substr(kAttributes.size()), root == "item." ? subject() : "");
      }
    }
    if (path == "by.roles") return;
    // Inside a list, "accumulator" and "current" are reduce's own names.
    if (path == "accumulator" || path == "current") return;
    add("check.unknown-fact", {{"path", std::string(path)}});
  }

  const Profile& profile_;
  const Profile::Step& step_;
  const Profile::Guard& guard_;
  std::vector<Finding>& findings_;
};

}  // namespace

bool is_clear(const Profile& profile, const Profile::Step& step, std::string_view path) {
  // A path may go on inside a public member, with dots of its own.
  for (std::size_t end = path.size(); end != path.npos && end > 0; end = path.rfind('.', end - 1)) {
    const std::string_view head = path.substr(0, end);
    if (is_structural(head) || profile.is_public(&step, head)) return true;
  }
  return false;
}

void check_guards(const Profile& profile, const Profile::Step& step,
                  std::vector<Finding>& findings) {
  std::set<std::string_view> ids;
  for (const Profile::Guard& guard : step.guards) {
    const bool implicit = std::ranges::find(kImplicit, guard.id) != kImplicit.end();
    if (implicit || !ids.insert(guard.id).second) {
      findings.push_back(
          {"/steps/" + step.name + "/guards", "check.guard-twice", {{"guard", guard.id}}});
    }
    GuardCheck(profile, step, guard, findings).run();
  }
}

}  // namespace nianlun
