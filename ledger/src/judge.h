#pragma once

// The verdict on one event, made once, at admission.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "facts.h"
#include "ledger/admission.h"
#include "ledger/record.h"
#include "ledger/result.h"
#include "ledger/state_view.h"
#include "participants.h"
#include "profile_book.h"

namespace nianlun {

struct Judgement {
  Verdict verdict;
  std::string profile;                ///< "<id>@<version>", or empty
  std::uint64_t repeats = kNoRecord;  ///< of a duplicate: the earlier record
  std::vector<std::string> items;     ///< canonical, in order of first appearance: for `prior`
  std::vector<Involved> involved;     ///< of an event of a step, for its fold
};

/// What the state says of whoever sealed a capture. It is the same for all events of the capture,
/// up to one that changes the registry.
struct Sender {
  std::vector<std::optional<Actor>> signers;  ///< as in Case
  std::optional<Party> sealed_for;            ///< as in Case
  bool repeats_sequence = false;  ///< another seal of the submitter came in under the same number
};
/// `first` is the record of the capture's first event.
Result<Sender> sender_of(const Seal& seal, std::uint64_t first, const StateView& state,
                         const ProfileBook& book);

/// The step that an event names, or else the first that fits; none: no profile has such a step.
struct ChosenStep {
  std::shared_ptr<const Profile> profile;
  const Profile::Step* step = nullptr;
};
Result<ChosenStep> choose_step(const CaptureEvent& event, const StateView& state,
                               const ProfileBook& book);

/// Judges event `position` of an admission against `state`, by its authority (registry_judge.cc,
/// authority.cc), its step and the step's guards (guards.cc, guard_*.cc).
///
/// `index` is that of the record to be.
Result<Judgement> judge(const Admission& admission, std::size_t position, std::uint64_t index,
                        const Sender& sender, const StateView& state, const ProfileBook& book);

}  // namespace nianlun
