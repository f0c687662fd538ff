#pragma once

// How a record changes the state. Folds never judge: the verdict stands in the record.

#include <string_view>
#include <vector>

#include "ledger/machine.h"
#include "ledger/profile.h"
#include "ledger/record.h"
#include "ledger/result.h"
#include "ledger/seal.h"
#include "ledger/state_view.h"
#include "participants.h"
#include "profile_book.h"

namespace nianlun {

/// Who sealed a record, by number; 0: nobody that is known.
struct Sealer {
  std::uint64_t actor = 0;
  std::uint64_t party = 0;
};
Result<Sealer> sealer_of(const Seal& seal, const StateView& state);

struct FoldInput {
  std::uint64_t index = 0;
  const Record& record;
  const Json& event;  ///< of the record; of a refused one it is not looked at
  const Seal& seal;
  /// CaptureEvent::id, where it is known already; empty: it is found in the event.
  std::string_view event_id = {};
  /// What involved_in() and sealer_of() yield, where it is known already; null: they are asked.
  const std::vector<Involved>* involved = nullptr;
  const Sealer* sealer = nullptr;
};

/// How many timeline entries one record may touch beside those of the items that it names: later
/// entries that are folded again, and entries of what is inside its containers. Beyond that the
/// rest stays as it stood, and an exception `<index>/refold` is open on the items that are left.
inline constexpr std::size_t kRefoldEntriesMax = 20'000;

/// Puts a record's consequences into `state`:
///
/// - always: `s` (records of the capture), `e` or `r` (the event), `d` (the seal's sequence)
/// - registry events that were accepted: parties, keys, roles, profiles, genesis, endorsements,
///   answers (registry_fold.cc)
/// - accepted and disputed events of a step: timelines, standings, containment, balances,
///   genealogy, unique values, attributes, recalls (item_fold.cc); an event that is placed before
///   others of an item, or that voids one, folds the item's later events again (refold.cc)
/// - exceptions of what is disputed (exceptions_fold.cc)
///
/// For record 0 the book may be any; the genesis brings its own settings.
Result<void> fold_record(const FoldInput& input, const ProfileBook& book, StateOverlay& state);

}  // namespace nianlun
