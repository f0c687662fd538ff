#pragma once

// The verdict on one event, made once, at admission.

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
  std::string profile;             ///< "<id>@<version>", or empty
  std::vector<std::string> items;  ///< canonical, in order of first appearance: for `prior`
};

/// Judges event `position` of an admission against `state`, by its authority (registry_judge.cc,
/// authority.cc), its step and the step's guards (guards.cc, guard_*.cc).
Result<Judgement> judge(const Admission& admission, std::size_t position, const StateView& state,
                        const ProfileBook& book);

}  // namespace nianlun
