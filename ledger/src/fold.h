#pragma once

// How a record changes the state. Folds never judge: the verdict stands in the record.

#include "ledger/machine.h"
#include "ledger/profile.h"
#include "ledger/record.h"
#include "ledger/result.h"
#include "ledger/seal.h"
#include "ledger/state_view.h"
#include "profile_book.h"

namespace nianlun {

struct FoldInput {
  std::uint64_t index = 0;
  const Record& record;
  const Seal& seal;
};

/// Puts a record's consequences into `state`:
///
/// - always: `s` (records of the capture), `e` or `r` (the event), `d` (the seal's sequence)
/// - registry events that were accepted: parties, keys, roles, profiles, genesis, endorsements,
///   answers (registry_fold.cc)
/// - accepted and disputed events of a step: timelines, standings, containment, balances,
///   genealogy, unique values, attributes, recalls (item_fold.cc); an event that is placed before
///   others of an item, or that voids one, folds the item's later events again (refold.cc)
/// - exceptions of what is disputed (exceptions_fold.cc)
Result<void> fold_record(const FoldInput& input, const ProfileBook& book, StateOverlay& state);

}  // namespace nianlun
