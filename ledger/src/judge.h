#pragma once

// The verdict on one event, made once, at admission.

#include <memory>
#include <string>
#include <vector>

#include "ledger/admission.h"
#include "ledger/record.h"
#include "ledger/result.h"
#include "ledger/state_view.h"
#include "profile_book.h"

namespace nianlun {

struct Judgement {
  Verdict verdict;
  std::string profile;                ///< "<id>@<version>", or empty
  std::uint64_t repeats = kNoRecord;  ///< of a duplicate: the earlier record
  std::vector<std::string> items;     ///< canonical, in order of first appearance: for `prior`
};

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
                        const StateView& state, const ProfileBook& book);

}  // namespace nianlun
