#pragma once

// The parts of folding that fold.cc puts together.

#include <string>
#include <string_view>
#include <vector>

#include "fold.h"
#include "participants.h"
#include "state_keys.h"

namespace nianlun {

Result<void> fold_registry(std::uint64_t index, const Record& record, StateOverlay& state);

/// An accepted or disputed event of a step.
struct StepFold {
  std::uint64_t index;
  const Record& record;
  const Profile& profile;
  const Profile::Step& step;
  std::string_view domain;
  std::int64_t time_ms;  ///< eventTime
  std::uint64_t actor;   ///< numbers; 0: unknown
  std::uint64_t party;
};
Result<void> fold_items(const StepFold& fold, const ProfileBook& book, StateOverlay& state);
/// Undoes what record `original`, whose event the correction repeats, did.
Result<void> fold_void(const StepFold& correction, std::uint64_t original, const ProfileBook& book,
                       StateOverlay& state);

/// Computes the standings of an item anew from (time, index) on, and what it stands at now.
/// `opened` is the record to which an exception is due if an entry that fitted no longer does.
Result<void> refold(Item& item, std::int64_t time_ms, std::uint64_t index, const ProfileBook& book,
                    StateOverlay& state);

/// Opens "<index>/<guard>" over items; counts it at each.
Result<void> open_exception(StateOverlay& state, std::uint64_t index, std::string_view guard,
                            const std::vector<std::string>& items, std::string_view step);
/// Closes an open exception; nothing happens if there is none of that name.
Result<void> close_exception(StateOverlay& state, std::string_view name, std::uint64_t by,
                             std::string_view outcome);

}  // namespace nianlun
