#include "fold.h"

#include <algorithm>

#include "exceptions_fold.h"
#include "facts.h"
#include "item_fold.h"
#include "ledger/event_hash.h"
#include "registry_fold.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

/// What every record leaves behind, whatever became of its event.
Result<void> fold_place(const FoldInput& input, StateOverlay& state) {
  const Seal& seal = input.seal;
  if (input.record.position > 0) return {};  // the capture's first record said it all
  state.put(kTimeKey, be64(static_cast<std::uint64_t>(input.record.time_ms)));
  const Buffer key = seal_key(seal.hash);
  TRY_ASSIGN(const auto known, state.get(key));
  if (known) return {};
  state.put(key, encode(SealRecords{.first = input.index, .events = seal.count}));
  // The genesis seal names the origin alone: it is before every sequence of this ledger.
  if (!seal.sequence || input.index == 0) return {};
  const Buffer sequence = sequence_key(seal.submitter, *seal.sequence);
  TRY_ASSIGN(const auto used, state.get(sequence));
  if (!used) state.put(sequence, encode_index(input.index));
  return {};
}

Result<void> fold_refusal(const FoldInput& input, StateOverlay& state) {
  // What was not judged by itself may come again; what was refused stays refused to its sender.
  const std::vector<std::string>& broken = input.record.verdict.broken;
  if (broken.size() == 1 && (broken[0] == kDuplicate || broken[0] == "rollback")) return {};
  // Scans of a phone that was not enrolled yet are not lost: once it is, they are judged.
  if (std::ranges::find(broken, "key") != broken.end()) return {};
  const Buffer key = refused_key(input.record.event_hash, input.seal.submitter);
  TRY_ASSIGN(const auto known, state.get(key));
  if (known) return {};
  state.put(key, be64(input.index));
  state.put(refused_before_key(input.seal.submitter), {});
  return {};
}

/// A step with the version of its profile; empty for a record of none.
std::string step_label(const Record& record) {
  const std::size_t slash = record.verdict.step.find('/');
  if (record.profile.empty() || slash == std::string::npos) return {};
  return record.profile + record.verdict.step.substr(slash);
}

}  // namespace

Result<Sealer> sealer_of(const Seal& seal, const StateView& state) {
  Sealer sealer;
  TRY_ASSIGN(const auto actor, find_actor(state, seal.submitter));
  if (actor) sealer = {actor->number, actor->party_number};
  if (!seal.on_behalf_of.empty()) {
    TRY_ASSIGN(const auto party, find_party(state, seal.on_behalf_of));
    sealer.party = party ? party->number : 0;
  }
  return sealer;
}

Result<void> fold_record(const FoldInput& input, const ProfileBook& book, StateOverlay& state) {
  const Record& record = input.record;
  TRY(fold_place(input, state));
  if (record.verdict.outcome == Outcome::kRefused) return fold_refusal(input, state);
  std::string id(input.event_id.empty() ? input.event.text("eventID") : input.event_id);
  if (id.empty()) {
    TRY_ASSIGN(id, event_hash(input.event, nullptr));
  }
  const bool correction = input.event.find("errorDeclaration") != nullptr;
  // A correction that nobody was entitled to must not stand in the way of one by who is.
  if (!correction || record.verdict.outcome == Outcome::kAccepted) {
    const KnownEvent known{.index = input.index,
                           .recorded_ms = record.time_ms,
                           .hash16 = Buffer(record.event_hash.view().substr(0, 16)),
                           .step = step_label(record)};
    state.put(event_key(id, correction), encode(known));
  }
  if (is_registry_event(input.event)) {
    if (record.verdict.outcome == Outcome::kAccepted) return fold_registry(input, state);
    return open_exceptions(input, state);
  }
  if (correction) return fold_correction(input, id, book, state);
  return fold_step(input, book, state);
}

}  // namespace nianlun
