#include "ledger/event_guards.h"

#include <algorithm>
#include <map>
#include <optional>

#include "ledger/disclosure.h"
#include "ledger/private_values.h"
#include "text.h"

namespace nianlun {
namespace {

constexpr std::string_view kEvent = "event.";

/// Whether a rule asks for nothing but members of the event.
bool asks_event_alone(const Json& rule) {
  const auto paths = variables_of(rule);
  return paths && std::ranges::all_of(
                      *paths, [](const std::string& path) { return path.starts_with(kEvent); });
}

/// A rule without a result, over values of a kind that it does not expect, does not hold.
bool holds_for(const Rule& rule, const Json& event) {
  return rule
      .holds([&event](std::string_view path) -> Result<Json> {
        const Json* value = value_at(event, path.substr(kEvent.size()));
        return value == nullptr ? Json() : *value;
      })
      .value_or(false);
}

}  // namespace

const Json* value_at(const Json& json, std::string_view path) {
  if (path.empty()) return &json;
  if (json.is_array()) {
    const std::size_t dot = path.find('.');
    const auto index = parse_decimal(path.substr(0, dot));
    if (!index || *index >= json.array().size()) return nullptr;
    return value_at(json.array()[*index],
                    dot == path.npos ? std::string_view() : path.substr(dot + 1));
  }
  for (std::size_t end = path.size();; end = path.rfind('.', end - 1)) {
    if (const Json* member = json.find(path.substr(0, end))) {
      const Json* found =
          value_at(*member, end == path.size() ? std::string_view() : path.substr(end + 1));
      if (found != nullptr) return found;
    }
    if (end == 0 || path.rfind('.', end - 1) == path.npos) return nullptr;
  }
}

std::vector<const Profile::Guard*> broken_by_event(const Profile::Step& step, const Json& event,
                                                   const std::vector<std::string>& disclosures,
                                                   Suite suite) {
  std::map<std::string, std::string, std::less<>> known;
  for (const std::string& one : disclosures) known.emplace(disclosure_digest(one, suite), one);
  const auto whole =
      merge_private(event, [&known](std::string_view digest) -> std::optional<std::string> {
        const auto found = known.find(digest);
        return found == known.end() ? std::nullopt : std::optional(found->second);
      });
  std::vector<const Profile::Guard*> broken;
  for (const Profile::Guard& guard : step.guards) {
    if (guard.condition != Profile::Condition::kLogic || !asks_event_alone(guard.value)) continue;
    if (guard.when && !asks_event_alone(guard.when_written)) continue;
    const Json& asked = guard.is_private && whole ? *whole : event;
    const bool applies = !guard.when || holds_for(*guard.when, asked);
    if (applies && !holds_for(*guard.rule, asked)) broken.push_back(&guard);
  }
  return broken;
}

}  // namespace nianlun
