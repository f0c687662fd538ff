#include "ledger/ingress.h"

#include <map>
#include <optional>

#include "authority.h"
#include "guard_facts.h"
#include "judge.h"
#include "ledger/disclosure.h"
#include "ledger/encoding.h"
#include "ledger/private_values.h"
#include "log_key_state.h"
#include "seal_after.h"
#include "try.h"

namespace nianlun {
namespace {

using Disclosures = std::map<std::string, std::string, std::less<>>;  // encoded, by digest

/// The event with all private members that are known: those sent with it, and those sent before.
Result<Json> with_private_members(const Json& event, const Disclosures& sent,
                                  const Reading& reading) {
  Result<void> read;
  auto merged = merge_private(event, [&](std::string_view digest) -> std::optional<std::string> {
    if (const auto found = sent.find(digest); found != sent.end()) return found->second;
    auto kept = reading.disclosure(digest);
    if (kept) return *std::move(kept);
    read = Unexpected{kept.error()};
    return std::nullopt;
  });
  TRY(std::move(read));
  return merged;
}

/// Whether the guard's rule holds for each item that it is about.
Result<bool> private_guard_holds(const Case& judged, const Profile::Guard& guard,
                                 const Json& merged) {
  TRY_ASSIGN(const bool applies, guard_applies(judged, guard, merged));
  if (!applies) return true;
  std::string_view of = guard.of;
  if (of.empty() && !judged.step->items.empty()) of = judged.step->items.front().in;
  bool any = false;
  for (const Involved& each : judged.involved) {
    if (judged.step->items[each.participant].in != of) continue;
    any = true;
    TRY_ASSIGN(const bool holds, logic_holds(judged, *guard.rule, merged, each.id));
    if (!holds) return false;
  }
  if (any) return true;
  return logic_holds(judged, *guard.rule, merged, "");
}

bool lacks_private_member(const Case& judged, const Json& merged) {
  for (const std::string& member : judged.step->required) {
    if (is_structural(member) || judged.profile->is_public(judged.step, member)) continue;
    if (at_path(merged, member) == nullptr) return true;
  }
  return false;
}

/// Names what judging cannot see: the guards over private members that are broken.
Result<std::vector<std::string>> private_outcomes(const Case& judged, const Json& merged) {
  const std::string prefix = judged.profile->label() + "/" + judged.step->name + "/";
  std::vector<std::string> outcomes;
  if (lacks_private_member(judged, merged)) outcomes.push_back(prefix + "required");
  for (const Profile::Guard& guard : judged.step->guards) {
    if (!guard.is_private) continue;
    TRY_ASSIGN(const bool holds, private_guard_holds(judged, guard, merged));
    if (!holds) outcomes.push_back(prefix + guard.id);
  }
  return outcomes;
}

Result<std::vector<std::string>> outcomes_of(const Admission& admission, const CaptureEvent& event,
                                             const Disclosures& sent, const Reading& reading,
                                             const ProfileBook& book) {
  if (is_registry_type(event.event.text("type"))) return std::vector<std::string>();
  TRY_ASSIGN(ChosenStep chosen, choose_step(event, reading.state(), book));
  if (chosen.step == nullptr) return std::vector<std::string>();
  TRY_ASSIGN(auto involved,
             involved_in(event.event, *chosen.profile, *chosen.step, book.genesis().domain));
  std::optional<Json> merged;  // none: the event has no private members
  if (!digests_of(event.event).empty()) {
    TRY_ASSIGN(merged, with_private_members(event.event, sent, reading));
  }
  const Case judged{.admission = admission,
                    .event = event,
                    .state = reading.state(),
                    .book = book,
                    .profile = chosen.profile,
                    .step = chosen.step,
                    .involved = std::move(involved),
                    .signers = {},
                    .index = reading.size()};
  return private_outcomes(judged, merged ? *merged : event.event);
}

Unexpected refused(std::string_view message) {
  return fail(ErrorCode::kInvalidArgument, message, {{"pointer", "/nianlun:seal"}});
}

/// What nobody enrolled leaves no record: else any stranger could fill the log. A key that was
/// revoked is known, and its field events are kept.
Result<void> check_enrolled(const Seal& seal, const Reading& reading) {
  TRY_ASSIGN(const auto actor, find_actor(reading.state(), seal.submitter));
  if (!actor) {
    return fail(ErrorCode::kForbidden, "ingress.not-enrolled",
                {{"key", seal.submitter}, {"pointer", "/nianlun:seal/submitter"}});
  }
  if (seal.on_behalf_of.empty()) return {};
  TRY_ASSIGN(const auto party, find_party(reading.state(), seal.on_behalf_of));
  if (party) return {};
  return fail(ErrorCode::kForbidden, "ingress.party-not-enrolled", {{"party", seal.on_behalf_of}});
}

}  // namespace

Result<Submission> ingress(Capture capture, const Reading& reading, const std::string& identity,
                           const Stamp& stamp) {
  if (!capture.seal) return refused("ingress.no-seal");
  if (capture.seal->ledger != identity) return refused("ingress.other-ledger");
  TRY(check_enrolled(*capture.seal, reading));
  TRY_ASSIGN(const auto book, reading.book());
  if (capture.seal->suite != book->genesis().suite) return refused("ingress.other-ledger");
  Disclosures sent;
  for (const std::string& encoded : capture.disclosures) {
    sent.emplace(disclosure_digest(encoded, book->genesis().suite), encoded);
  }
  Submission submission;
  submission.admission.time_ms = stamp.now_ms;
  submission.admission.rollback = stamp.rollback;
  submission.admission.seal = *std::move(capture.seal);
  TRY_ASSIGN(const auto of_all, broken_by_after(submission.admission.seal, reading, identity));
  for (CaptureEvent& event : capture.events) {
    // A server signs with the keys that it was started with: ledger rotate-key changes them.
    if (is_log_key_event(event.event.text("type"))) return refused("ingress.log-key");
    AdmissionEvent admitted;
    TRY_ASSIGN(admitted.outcomes, outcomes_of(submission.admission, event, sent, reading, *book));
    admitted.outcomes.insert(admitted.outcomes.end(), of_all.begin(), of_all.end());
    admitted.event = std::move(event);
    admitted.salt = base64url(stamp.salt());
    submission.admission.events.push_back(std::move(admitted));
  }
  submission.disclosures = std::move(capture.disclosures);
  return submission;
}

Result<Capture> seal_for(Capture unsealed, const std::string& party, const PrivateKey& gateway,
                         const Reading& reading, const std::string& identity, const Stamp& stamp) {
  if (unsealed.seal) return refused("ingress.sealed-already");
  TRY_ASSIGN(const auto book, reading.book());
  const Suite suite = book->genesis().suite;
  for (CaptureEvent& event : unsealed.events) {
    if (is_registry_type(event.event.text("type"))) continue;
    TRY_ASSIGN(const ChosenStep chosen, choose_step(event, reading.state(), *book));
    const auto is_public = [&](std::string_view path) {
      return chosen.step != nullptr && chosen.profile->is_public(chosen.step, path);
    };
    TRY_ASSIGN(SplitEvent split, split_private(event.event, is_public, stamp.salt, suite));
    if (split.disclosures.empty()) continue;
    TRY_ASSIGN(event, capture_event(split.event, nullptr, suite));
    for (std::string& encoded : split.disclosures) {
      unsealed.disclosures.push_back(std::move(encoded));
    }
  }
  SealDraft draft;
  draft.suite = suite;
  draft.ledger = identity;
  draft.leaves = leaves_of(unsealed.events);
  draft.sealed_at_ms = stamp.now_ms;
  draft.on_behalf_of = party;
  const PrivateKey* const keys[] = {&gateway};
  TRY_ASSIGN(const Json seal, make_seal(draft, keys));
  TRY_ASSIGN(unsealed.seal, parse_seal(seal, suite));
  return unsealed;
}

}  // namespace nianlun
