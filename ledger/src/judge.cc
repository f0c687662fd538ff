#include "judge.h"

#include <algorithm>

#include "authority.h"
#include "guard_facts.h"
#include "ledger/merkle.h"
#include "ledger/private_values.h"
#include "ledger/time.h"
#include "seal_after.h"
#include "try.h"

namespace nianlun {
namespace {

/// The guards that an event broke, in the order in which they were judged.
struct Broken {
  std::vector<std::string> guards;
  bool refuse = false;

  void add(std::string_view guard, bool refuses) {
    if (std::ranges::find(guards, guard) == guards.end()) guards.emplace_back(guard);
    refuse = refuse || refuses;
  }
};

/// Whether the event has the members that the step asks for, with these values.
bool matches(const Profile::Step& step, const Json& event) {
  return std::ranges::all_of(step.event.object(), [&](const Json::Member& member) {
    const Json* found = event.find(member.name);
    return found != nullptr && *found == member.value;
  });
}

/// How well a step's items fit an event: 0 not at all, 1 by kind, 2 by state too.
Result<int> fitness(const ChosenStep& chosen, const CaptureEvent& event, const StateView& state,
                    const ProfileBook& book) {
  TRY_ASSIGN(const std::vector<Involved> involved,
             involved_in(event.event, *chosen.profile, *chosen.step, book.genesis().domain));
  if (involved.empty() && !chosen.step->items.empty()) return 0;
  bool states_fit = true;
  for (const Involved& each : involved) {
    const Profile::Participant& participant = chosen.step->items[each.participant];
    if (each.kind != participant.kind) return 0;
    TRY_ASSIGN(const auto entry, entry_at(state, each.id, event.time_ms, kNoRecord - 1));
    const std::string now = entry ? entry->entry.after.state : "new";
    states_fit = states_fit && participant.accepts(now);
  }
  return states_fit ? 2 : 1;
}

bool refuses(const Profile::Step& step, std::string_view guard) {
  return std::ranges::find(step.refuse, guard) != step.refuse.end();
}

void judge_items(const Case& judged, Broken& broken) {
  for (std::size_t p = 0; p < judged.step->items.size(); ++p) {
    const Profile::Participant& participant = judged.step->items[p];
    bool found = false;
    for (const Involved& each : judged.involved) {
      if (each.participant != p) continue;
      found = true;
      if (each.kind != participant.kind) broken.add("identity", true);
    }
    if (!found && !participant.optional) broken.add("required", true);
  }
}

Result<void> judge_states(const Case& judged, Broken& broken) {
  for (const Involved& each : judged.involved) {
    TRY_ASSIGN(const Standing standing, standing_before(judged, each.id));
    const std::string state = standing.state.empty() ? "new" : standing.state;
    if (!judged.step->items[each.participant].accepts(state)) {
      broken.add("state", refuses(*judged.step, "state"));
    }
  }
  return {};
}

void judge_submitter(const Case& judged, Broken& broken) {
  const Profile::Step& step = *judged.step;
  const std::optional<Actor>& submitter = judged.signers.front();
  // Whoever could speak for a party without its key could make anything of anybody's.
  if (!submitter || (judged.by_gateway() && !judged.sealed_for)) return broken.add("key", true);
  if (submitter->revoked != kNoRecord) broken.add("revoked", refuses(step, "revoked"));
  // Who may correct stands in the profile's corrections, not in the step.
  if (judged.event.correction || step.roles.empty()) return;
  const auto has_role = [&](const std::string& role) { return judged.has_role(role); };
  if (std::ranges::none_of(step.roles, has_role)) broken.add("role", refuses(step, "role"));
}

/// What ingress found broken in the whole seal.
bool seal_breaks(const Case& judged, std::size_t position, std::string_view guard) {
  const auto& outcomes = judged.admission.events[position].outcomes;
  return std::ranges::find(outcomes, guard) != outcomes.end();
}

/// What ingress found broken among private values: "<profile>@<version>/<step>/<guard>".
bool found_at_ingress(const Case& judged, std::size_t position, std::string_view guard) {
  return seal_breaks(judged, position,
                     judged.profile->label() + "/" + judged.step->name + "/" + std::string(guard));
}

/// An event happened before it was sealed, and was sealed before it came in. It may be any time
/// older than what the device had seen: a run is recorded all day and sealed in the evening.
bool is_time_possible(const Case& judged, std::size_t position) {
  const std::int64_t latest =
      std::min(judged.admission.time_ms, judged.admission.seal.sealed_at_ms) + kClockOffMs;
  return judged.event.time_ms <= latest && !seal_breaks(judged, position, kTimeGuard);
}

void judge_members(const Case& judged, std::size_t position, Broken& broken) {
  for (const std::string& member : judged.step->required) {
    const bool is_public = is_structural(member) || judged.profile->is_public(judged.step, member);
    if (is_public && at_path(judged.event.event, member) == nullptr) broken.add("required", true);
  }
  if (found_at_ingress(judged, position, "required")) broken.add("required", true);
  if (!is_time_possible(judged, position)) {
    broken.add(kTimeGuard, refuses(*judged.step, kTimeGuard));
  }
}

Result<void> judge_guards(const Case& judged, std::size_t position, Broken& broken) {
  for (const Profile::Guard& guard : judged.step->guards) {
    bool holds = true;
    if (guard.is_private) {
      holds = !found_at_ingress(judged, position, guard.id);
    } else {
      TRY_ASSIGN(holds, guard_holds(judged, guard));
    }
    if (!holds) broken.add(guard.id, guard.refuse);
  }
  return {};
}

/// Whether an entry is of the submitter: its key, and the party too, since one gateway seals for
/// many.
bool is_own(const Case& judged, const TimelineEntry& entry) {
  const Actor& submitter = *judged.signers.front();
  const std::uint64_t party =
      judged.sealed_for ? judged.sealed_for->number : submitter.party_number;
  return entry.actor == submitter.number && entry.party == party;
}

/// Whether anybody but the submitter recorded something on the event's items after `original`.
Result<bool> others_came_after(const Case& judged, std::uint64_t original) {
  bool others = false;
  for (const Involved& each : judged.involved) {
    TRY(each_entry(judged.state, each.id, [&](const Timed& timed) {
      others =
          others || (timed.index > original && !timed.entry.voided && !is_own(judged, timed.entry));
      return !others;
    }));
  }
  return others;
}

/// An EPCIS errorDeclaration: who may void what, until when (docs/profiles.md, Corrections).
Result<void> judge_correction(const Case& judged, Broken& broken) {
  TRY_ASSIGN(const auto value, judged.state.get(event_key(judged.event.id, false)));
  if (!value) {
    broken.add("correction", true);
    return {};
  }
  TRY_ASSIGN(const KnownEvent original, decode_known_event(*value));
  Json repeated = judged.event.event;
  repeated.erase("errorDeclaration");
  TRY_ASSIGN(const std::string bytes, canonical(repeated));
  if (!original.is_of(leaf_hash(bytes, judged.admission.seal.suite))) {
    broken.add("conflict", true);
    return {};
  }
  if (!judged.signers.front() || judged.signers.front()->revoked != kNoRecord) {
    broken.add("correction", false);
    return {};
  }
  const Profile::Corrections& rules = judged.profile->corrections;
  bool own = false;
  for (const Involved& each : judged.involved) {
    TRY_ASSIGN(const auto item, find_item(judged.state, each.id));
    if (!item) continue;
    TRY_ASSIGN(const auto entry,
               entry_of(judged.state, *item, {judged.event.time_ms, original.index}));
    own = own || (entry && is_own(judged, *entry));
  }
  if (own && judged.admission.time_ms - original.recorded_ms <= rules.within_ms) {
    TRY_ASSIGN(const bool others, others_came_after(judged, original.index));
    if (!rules.alone || !others) return {};
  }
  const bool later = std::ranges::any_of(
      rules.later_roles, [&](const std::string& role) { return judged.has_role(role); });
  const bool second = std::any_of(
      judged.signers.begin() + 1, judged.signers.end(),
      [](const std::optional<Actor>& signer) { return signer && signer->revoked == kNoRecord; });
  if (!later || (rules.later_cosigned && !second)) broken.add("correction", false);
  return {};
}

Verdict verdict_of(std::string step, Broken broken) {
  Verdict verdict;
  verdict.step = std::move(step);
  if (!broken.guards.empty()) {
    verdict.outcome = broken.refuse ? Outcome::kRefused : Outcome::kDisputed;
  }
  verdict.broken = std::move(broken.guards);
  return verdict;
}

Judgement refused(std::string_view guard) {
  Judgement judgement;
  judgement.verdict.outcome = Outcome::kRefused;
  judgement.verdict.broken = {std::string(guard)};
  return judgement;
}

Result<std::vector<std::optional<Actor>>> signers_of(const Seal& seal, const StateView& state) {
  std::vector<std::optional<Actor>> signers;
  for (const std::string& did : seal.signers) {
    TRY_ASSIGN(auto actor, find_actor(state, did));
    signers.push_back(std::move(actor));
  }
  return signers;
}

/// The enrolled party that the gateway sealed for, and nobody else could.
Result<std::optional<Party>> sealed_for(const Seal& seal, const StateView& state,
                                        const ProfileBook& book) {
  if (seal.on_behalf_of.empty() || seal.submitter != book.genesis().gateway) {
    return std::optional<Party>();
  }
  return find_party(state, seal.on_behalf_of);
}

/// Whether another seal of the submitter came in under the same number: its key is in two places,
/// or the device was set back. The genesis is before every sequence. `first`: the seal's record.
Result<bool> repeats_sequence(const Seal& seal, std::uint64_t first, const StateView& state) {
  if (!seal.sequence) return false;
  TRY_ASSIGN(const auto bytes, state.get(sequence_key(seal.submitter, *seal.sequence)));
  if (!bytes) return false;
  TRY_ASSIGN(const std::uint64_t known, decode_index(*bytes));
  return known != first;
}

Result<Judgement> judge_step(Case judged, const Sender& sender, std::size_t position) {
  TRY_ASSIGN(judged.involved, involved_in(judged.event.event, *judged.profile, *judged.step,
                                          judged.book.genesis().domain));
  Judgement judgement;
  judgement.profile = judged.profile->label();
  for (const Involved& each : judged.involved) {
    if (std::ranges::find(judgement.items, each.id) == judgement.items.end()) {
      judgement.items.push_back(each.id);
    }
  }
  Broken broken;
  const auto is_public = [&](std::string_view path) {
    return judged.profile->is_public(judged.step, path);
  };
  if (private_in_clear(judged.event.event, is_public)) broken.add("private", true);
  judge_items(judged, broken);
  judge_members(judged, position, broken);
  judge_submitter(judged, broken);
  if (sender.repeats_sequence) broken.add("sequence", false);
  if (seal_breaks(judged, position, kHistoryGuard)) broken.add(kHistoryGuard, false);
  if (!broken.refuse && judged.event.correction) {
    TRY(judge_correction(judged, broken));
  } else if (!broken.refuse) {
    TRY(judge_states(judged, broken));
    TRY(judge_guards(judged, position, broken));
  }
  judgement.verdict = verdict_of(judged.profile->id + "/" + judged.step->name, std::move(broken));
  judgement.involved = std::move(judged.involved);
  return judgement;
}

}  // namespace

Result<Sender> sender_of(const Seal& seal, std::uint64_t first, const StateView& state,
                         const ProfileBook& book) {
  Sender sender;
  TRY_ASSIGN(sender.signers, signers_of(seal, state));
  TRY_ASSIGN(sender.sealed_for, sealed_for(seal, state, book));
  TRY_ASSIGN(sender.repeats_sequence, repeats_sequence(seal, first, state));
  return sender;
}

Result<ChosenStep> choose_step(const CaptureEvent& event, const StateView& state,
                               const ProfileBook& book) {
  const std::string_view named = event.event.text("nianlun:step");
  if (!named.empty()) {
    const std::size_t slash = named.find('/');
    ChosenStep chosen;
    chosen.profile = book.at(named.substr(0, slash), event.time_ms);
    if (chosen.profile == nullptr || slash == named.npos) return ChosenStep{};
    chosen.step = chosen.profile->step(named.substr(slash + 1));
    return chosen.step != nullptr && matches(*chosen.step, event.event) ? chosen : ChosenStep{};
  }
  ChosenStep second;
  for (const std::string& id : book.ids()) {
    const auto profile = book.at(id, event.time_ms);
    if (profile == nullptr) continue;
    for (const Profile::Step& step : profile->steps) {
      if (!matches(step, event.event)) continue;
      const ChosenStep chosen{profile, &step};
      TRY_ASSIGN(const int fit, fitness(chosen, event, state, book));
      if (fit == 2) return chosen;
      if (fit == 1 && second.step == nullptr) second = chosen;
    }
  }
  return second;
}

Result<Judgement> judge(const Admission& admission, std::size_t position, std::uint64_t index,
                        const Sender& sender, const StateView& state, const ProfileBook& book) {
  const CaptureEvent& event = admission.events[position].event;
  const std::string_view type = event.event.text("type");
  if (is_registry_type(type)) {
    TRY_ASSIGN(
        const auto wrong,
        judge_registry({admission.seal, sender.signers.front(), state, book, index}, event.event));
    Judgement judgement = wrong ? refused(*wrong) : Judgement();
    judgement.verdict.step = type;
    return judgement;
  }
  TRY_ASSIGN(ChosenStep chosen, choose_step(event, state, book));
  if (chosen.step == nullptr) return refused("step");
  return judge_step(Case{.admission = admission,
                         .event = event,
                         .state = state,
                         .book = book,
                         .profile = chosen.profile,
                         .step = chosen.step,
                         .involved = {},
                         .signers = sender.signers,
                         .index = index,
                         .sealed_for = sender.sealed_for ? &*sender.sealed_for : nullptr},
                    sender, position);
}

}  // namespace nianlun
