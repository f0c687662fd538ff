// What reading a profile tells of it, before anything is judged by it.
#include "ledger/profile_check.h"

#include <algorithm>
#include <set>

#include "ledger/private_values.h"
#include "profile_check_guards.h"

namespace nianlun {
namespace {

using Names = std::set<std::string, std::less<>>;

class Check {
 public:
  Check(const Profile& profile, const std::vector<std::string>& languages)
      : profile_(profile), languages_(languages) {}

  std::vector<Finding> run() {
    texts("/name", profile_.text);
    for (const auto& [role, text] : profile_.roles) texts("/roles/" + role, text);
    value_texts();
    for (const Profile::Kind& kind : profile_.kinds) kind_texts(kind);
    for (const Profile::Step& step : profile_.steps) {
      step_texts(step);
      members(step);
      evidence(step);
      ambiguity(step);
      check_guards(profile_, step, findings_);
    }
    private_texts();
    roles();
    for (const Profile::Kind& kind : profile_.kinds) {
      states(kind);
      attributes(kind);
    }
    return std::move(findings_);
  }

 private:
  void add(std::string pointer, std::string_view message, Arguments arguments = {}) {
    findings_.push_back({std::move(pointer), std::string(message), std::move(arguments)});
  }

  void texts(const std::string& pointer, const Texts& texts) {
    for (const std::string& language : languages_) {
      const auto found = texts.find(language);
      if (found == texts.end() || found->second.empty()) {
        add(pointer, kNoText, {{"language", language}});
      }
    }
  }

  void kind_texts(const Profile::Kind& kind) {
    const std::string pointer = "/kinds/" + kind.name;
    texts(pointer + "/name", kind.text);
    if (!kind.recalled.empty()) texts(pointer + "/recalled", kind.recalled);
    for (const auto& [state, text] : kind.states) {
      texts(pointer + "/states/" + state, text);
      if (!kind.verdicts.contains(state)) {
        add(pointer + "/verdict", "check.no-verdict", {{"state", state}});
      }
    }
    for (const auto& [name, attribute] : kind.attributes) {
      texts(pointer + "/attributes/" + name, attribute.text);
    }
  }

  /// What values are called, for members that somebody gets to see.
  void value_texts() {
    for (const auto& [path, values] : profile_.values) {
      for (const auto& [value, text] : values) texts("/values/" + path + "/" + value, text);
      const bool seen = std::ranges::any_of(profile_.steps, [&](const Profile::Step& step) {
        return is_clear(profile_, step, path);
      });
      if (!seen) add("/values/" + path, "check.private-values", {{"path", path}});
    }
  }

  void private_texts() {
    for (const auto& [path, member] : profile_.private_members) {
      texts("/private/" + path, member.text);
    }
    if (profile_.retention) texts("/retention/basis", profile_.retention->basis);
  }

  /// What is asked for must be in clear: whether it came is judged, and shown.
  void evidence(const Profile::Step& step) {
    const std::string pointer = "/steps/" + step.name + "/evidence";
    for (const Profile::Evidence& asked : step.evidence) {
      texts(pointer, asked.text);
      texts(pointer, asked.reason);
      if (!is_clear(profile_, step, asked.member)) {
        add(pointer, "check.private-evidence", {{"path", asked.member}});
      }
    }
  }

  void step_texts(const Profile::Step& step) {
    const std::string pointer = "/steps/" + step.name;
    texts(pointer + "/name", step.text);
    texts(pointer + "/say", step.say);
    for (const Profile::Guard& guard : step.guards) texts(pointer + "/guards", guard.text);
    for (const auto& [language, say] : step.say) placeholders(step, say);
  }

  /// What a passer-by is told must be public.
  void placeholders(const Profile::Step& step, std::string_view say) {
    for (std::size_t open = say.find('{'); open != say.npos; open = say.find('{', open + 1)) {
      const std::size_t close = std::min(say.find('}', open), say.size());
      const std::string_view path = say.substr(open + 1, close - open - 1);
      if (!is_clear(profile_, step, path)) {
        add("/steps/" + step.name + "/say", "check.private-text", {{"path", std::string(path)}});
      }
    }
  }

  /// Members that a step's items name, and that hold items, must be in clear.
  void members(const Profile::Step& step) {
    const auto is_item = [&](std::string_view member) {
      return std::ranges::find(step.items, member, &Profile::Participant::in) != step.items.end();
    };
    const std::string pointer = "/steps/" + step.name + "/items";
    for (const Profile::Participant& item : step.items) {
      if (!is_clear(profile_, step, item.in)) {
        add(pointer, "check.private-item", {{"path", item.in}});
      }
      std::vector<std::string> others = item.origin;
      if (item.parent == Profile::Parent::kInto) others.push_back(item.parent_in);
      for (const std::string& other : others) {
        if (!is_item(other)) add(pointer, "check.unknown-item", {{"path", other}});
      }
    }
  }

  /// Events of others need not name their step, so no event of one step should pass for another's.
  void ambiguity(const Profile::Step& step) {
    for (const Profile::Step& other : profile_.steps) {
      if (&other != &step && passes_for(step, other)) {
        add("/steps/" + step.name + "/event", "check.ambiguous", {{"name", other.name}});
      }
    }
  }

  /// Whether an event made for `step` has all that `other` asks of its event and items.
  static bool passes_for(const Profile::Step& step, const Profile::Step& other) {
    for (const Json::Member& member : other.event.object()) {
      const Json* own = step.event.find(member.name);
      if (own == nullptr || *own != member.value) return false;
    }
    return std::ranges::all_of(other.items, [&](const Profile::Participant& theirs) {
      return theirs.optional || std::ranges::any_of(step.items, [&](const auto& ours) {
               return ours.in == theirs.in && ours.kind == theirs.kind &&
                      std::ranges::any_of(ours.from, [&](const std::string& state) {
                        return theirs.accepts(state);
                      });
             });
    });
  }

  void roles() {
    Names used(profile_.answers.begin(), profile_.answers.end());
    const auto take = [&](const std::vector<std::string>& roles) {
      used.insert(roles.begin(), roles.end());
    };
    take(profile_.corrections.later_roles);
    for (const Profile::Step& step : profile_.steps) {
      if (step.roles.empty()) add("/steps/" + step.name + "/roles", "check.nobody");
      take(step.roles);
      take(step.endorse);
      for (const Profile::Guard& guard : step.guards) {
        const Json* roles = guard.value.find("roles");
        if (guard.condition != Profile::Condition::kCosigned || roles == nullptr) continue;
        if (!roles->is_array()) continue;
        for (const Json& role : roles->array()) {
          if (role.is_string()) used.insert(role.string());
        }
      }
    }
    for (const auto& [role, text] : profile_.roles) {
      if (!used.contains(role)) add("/roles/" + role, "check.unused-role");
    }
  }

  /// Every state is reached from "new" by some steps, and left by one or taken note of by one.
  void states(const Profile::Kind& kind) {
    Names reached = {"new"};
    Names goes_on;
    bool used = false;
    for (bool grows = true; grows;) {
      grows = false;
      for (const Profile::Step& step : profile_.steps) {
        for (const Profile::Participant& item : step.items) {
          if (item.kind != kind.name) continue;
          used = true;
          goes_on.insert(item.from.begin(), item.from.end());
          const bool can = std::ranges::any_of(
              item.from, [&](const std::string& from) { return reached.contains(from); });
          if (can && !item.to.empty()) grows = reached.insert(item.to).second || grows;
        }
      }
    }
    const std::string pointer = "/kinds/" + kind.name;
    if (!used) return add(pointer, "check.unused-kind");
    for (const auto& [state, text] : kind.states) {
      if (!reached.contains(state)) add(pointer + "/states/" + state, "check.unreachable");
      if (!goes_on.contains(state) && !kind.is_end(state)) {
        add(pointer + "/states/" + state, "check.dead-end");
      }
    }
  }

  /// An attribute is set by some step of its kind that has its member in clear.
  void attributes(const Profile::Kind& kind) {
    for (const auto& [name, attribute] : kind.attributes) {
      const bool set = std::ranges::any_of(profile_.steps, [&](const Profile::Step& step) {
        return std::ranges::find(step.items, kind.name, &Profile::Participant::kind) !=
                   step.items.end() &&
               is_clear(profile_, step, attribute.from);
      });
      if (!set) add("/kinds/" + kind.name + "/attributes/" + name, "check.never-set");
    }
  }

  const Profile& profile_;
  const std::vector<std::string>& languages_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check_profile(const Profile& profile,
                                   const std::vector<std::string>& languages) {
  return Check(profile, languages).run();
}

}  // namespace nianlun
