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

/// The parties that took a step with the item between two moments, so far as it is in force.
Result<std::set<std::uint64_t>> parties_that_took(const StateView& state, std::string_view step,
                                                  const Item& item, Moment from, Moment to) {
  std::set<std::uint64_t> parties;
  std::size_t seen = 0;
  Result<void> read;
  TRY(scan_timeline(state, item, from, to, StateView::Order::kAscending, [&](Timed timed) {
    const std::string_view label = timed.entry.step;
    if (timed.entry.voided || label.substr(label.find('/') + 1) != step) {
      return ++seen < kAnswersMax;
    }
    const auto in_force = stands(state, timed);
    if (!in_force) {
      read = Unexpected{in_force.error()};
      return false;
    }
    if (*in_force) parties.insert(timed.entry.party);
    return ++seen < kAnswersMax;
  }));
  TRY(std::move(read));
  return parties;
}

/// The numbers of the parties that hold an item, or ever held something of it if its kind keeps
/// that; nothing if they are too many to be looked at.
Result<std::optional<std::set<std::uint64_t>>> holders_known(const Case& judged,
                                                             std::string_view id) {
  std::optional<std::set<std::uint64_t>> parties(std::in_place);
  TRY_ASSIGN(const auto item, find_item(judged.state, id));
  if (!item) return parties;
  TRY_ASSIGN(const auto containers, containers_of(judged.state, *item));
  TRY_ASSIGN(const std::uint64_t now, holder_of(judged.state, *item, containers));
  if (now != 0) parties->insert(now);
  const Buffer prefix = held_prefix(id);
  TRY(judged.state.scan(prefix, after_prefix(prefix), StateView::Order::kAscending,
                        [&](Bytes key, Bytes) {
                          if (parties->size() == kAnswersMax) {
                            parties.reset();
                            return false;
                          }
                          parties->insert(read_be64(key.substr(key.size() - 8)));
                          return true;
                        }));
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

Result<std::optional<Answers>> answers_of(const StateView& state, std::string_view profile,
                                          const Profile::Guard& guard, const Item& item,
                                          std::int64_t time_ms, std::uint64_t index) {
  const std::string_view by = guard.value.text("by");
  const auto found = std::ranges::find(item.attributes, by, &AttributeValue::name);
  if (found == item.attributes.end()) return std::optional<Answers>();
  const auto asked = Json::parse(found->value);
  if (!asked || !asked->is_array() || asked->array().empty()) return std::optional<Answers>();
  TRY_ASSIGN(const auto since,
             last_step(state, profile, item.id, guard.value.text("since"), time_ms, index));
  if (!since) return std::optional<Answers>();
  TRY_ASSIGN(const auto parties, parties_that_took(state, guard.value.text("step"), item,
                                                   since->at(), {time_ms, index}));
  Answers answers{.asked = asked->array().size()};
  for (const Json& uri : asked->array()) {
    if (!uri.is_string()) continue;
    TRY_ASSIGN(const auto party, find_party(state, uri.string()));
    if (party && parties.contains(party->number)) ++answers.answered;
  }
  return std::optional(answers);
}

Result<bool> answered_by_all(const Case& judged, const Profile::Guard& guard) {
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const auto item, find_item(judged.state, id));
    if (!item) return false;
    TRY_ASSIGN(const auto answers, answers_of(judged.state, judged.profile->id, guard, *item,
                                              judged.event.time_ms, judged.index));
    if (!answers || answers->answered < answers->asked) return false;
  }
  return true;
}

Result<bool> addresses_holders(const Case& judged, const Profile::Guard& guard) {
  std::set<std::uint64_t> named;
  TRY_ASSIGN(const std::uint64_t sealing, sealing_party(judged));
  named.insert(sealing);  // whoever asks need not ask itself
  const Json* list = at_path(judged.event.event, guard.value.text("by"));
  if (list == nullptr || !list->is_array()) return false;
  for (const Json& uri : list->array()) {
    if (!uri.is_string()) continue;
    TRY_ASSIGN(const auto party, find_party(judged.state, uri.string()));
    if (party) named.insert(party->number);
  }
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const auto holders, holders_known(judged, id));
    if (!holders || !std::ranges::includes(named, *holders)) return false;
  }
  return true;
}

}  // namespace nianlun
