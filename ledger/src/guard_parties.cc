// Guards about who: who signed, who holds, who answered.
#include <algorithm>
#include <set>

#include "guard_facts.h"
#include "trace_walk.h"
#include "try.h"

namespace nianlun {
namespace {

/// Answers beyond these are not looked at, and the guard does not hold.
constexpr std::size_t kAnswersMax = 10'000;

bool has_any_role(const Case& judged, const Actor& actor, const Json& roles) {
  return roles.is_array() && std::ranges::any_of(roles.array(), [&](const Json& role) {
           return role.is_string() && actor.has_role(judged.profile->id + "/" + role.string());
         });
}

/// The number of the party that the event was sealed for; 0: of none that is known.
Result<std::uint64_t> sealing_party(const Case& judged) {
  if (judged.by_gateway()) {
    TRY_ASSIGN(const auto party, find_party(judged.state, judged.admission.seal.on_behalf_of));
    return party ? party->number : 0;
  }
  return judged.signers.front() ? judged.signers.front()->party_number : 0;
}

/// The parties that took a step with the item after another step, so far as it is in force.
Result<std::set<std::uint64_t>> parties_since(const Case& judged, const Profile::Guard& guard,
                                              std::string_view item, std::int64_t since_ms) {
  std::set<std::uint64_t> parties;
  std::size_t seen = 0;
  Result<void> read;
  const std::string_view step = guard.value.text("step");
  TRY(judged.state.scan(
      timeline_key(item, since_ms, 0), timeline_key(item, judged.event.time_ms, judged.index),
      StateView::Order::kAscending, [&](Bytes key, Bytes value) {
        auto entry = decode_entry(value);
        if (!entry) {
          read = Unexpected{entry.error()};
          return false;
        }
        const std::string_view label = entry->step;
        if (entry->voided || label.substr(label.find('/') + 1) != step) return ++seen < kAnswersMax;
        const auto [time_ms, index] = time_and_index(key);
        const std::uint64_t party = entry->party;
        const auto in_force = stands(judged, Timed{time_ms, index, *std::move(entry)});
        if (!in_force) {
          read = Unexpected{in_force.error()};
          return false;
        }
        if (*in_force) parties.insert(party);
        return ++seen < kAnswersMax;
      }));
  TRY(std::move(read));
  return parties;
}

}  // namespace

bool cosigned(const Case& judged, const Profile::Guard& guard) {
  const Json& roles = *guard.value.find("roles");
  if (judged.by_gateway()) return false;
  for (std::size_t i = 1; i < judged.signers.size(); ++i) {
    const std::optional<Actor>& signer = judged.signers[i];
    if (!signer || signer->revoked != kNoRecord) continue;
    if (has_any_role(judged, *signer, roles)) return true;
  }
  return false;
}

Result<bool> separate(const Case& judged, const Profile::Guard& guard) {
  if (judged.by_gateway() || !judged.signers.front()) return false;
  const Actor& submitter = *judged.signers.front();
  const bool by_party = guard.value.text("by") == "party";
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const std::vector<std::string> asked, asked_of(judged, id, guard.on_origin));
    for (const std::string& each : asked) {
      TRY_ASSIGN(const auto taken, last_step(judged, each, guard.value.text("step")));
      if (!taken) continue;
      const bool same = by_party ? taken->entry.party == submitter.party_number
                                 : taken->entry.actor == submitter.number;
      if (same) return false;
    }
  }
  return true;
}

Result<bool> held_by_submitter(const Case& judged, const Profile::Guard& guard) {
  TRY_ASSIGN(const std::uint64_t party, sealing_party(judged));
  if (party == 0) return false;
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const auto item, find_item(judged.state, id));
    if (!item) return false;
    TRY_ASSIGN(const auto containers, containers_of(judged.state, *item));
    TRY_ASSIGN(const std::uint64_t holder, holder_of(judged.state, *item, containers));
    if (holder != party) return false;
  }
  return true;
}

Result<bool> answered_by_all(const Case& judged, const Profile::Guard& guard) {
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const auto asked_at, last_step(judged, id, guard.value.text("since")));
    TRY_ASSIGN(const auto item, find_item(judged.state, id));
    if (!asked_at || !item) return false;
    const auto found =
        std::ranges::find(item->attributes, guard.value.text("by"), &AttributeValue::name);
    if (found == item->attributes.end()) return false;
    const auto asked = Json::parse(found->value);
    if (!asked || !asked->is_array() || asked->array().empty()) return false;
    TRY_ASSIGN(const auto answered, parties_since(judged, guard, id, asked_at->time_ms));
    for (const Json& uri : asked->array()) {
      if (!uri.is_string()) return false;
      TRY_ASSIGN(const auto party, find_party(judged.state, uri.string()));
      if (!party || !answered.contains(party->number)) return false;
    }
  }
  return true;
}

}  // namespace nianlun
