#pragma once

// Timelines: where the entries of a record go, and what that changes later in time.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fold.h"
#include "ledger/decimal.h"
#include "timeline.h"

namespace nianlun {

/// Items while one record is folded. What an entry leaves standing is what stood before it, changed
/// by what its event says; so an entry that is placed before others, or voided, has the later
/// ones folded again, up to the first that stays as it was.
///
/// What is inside a container that spreads or empties takes part in the container's entries by
/// *carried* entries of its own: exactly those of the container's that lie between its going in and
/// its coming out. They are kept so whatever the order in which events arrive.
///
/// An item's newest entry is *laid out* among the others while the timeline is folded again.
///
/// Threads: one. Errors: kIo and kCorrupted of the state beneath.
class ItemFold {
 public:
  struct Slot {
    Item item;
    bool laid_out = false;         ///< `t` has the newest entry too, and the item has not
    std::string listed_in;         ///< the container under which `n` has the item
    std::optional<Moment> fresh;   ///< where an entry of this record is new to refold()
    std::optional<Moment> voided;  ///< where one was voided that refold() has yet to meet
    std::optional<Moment> from;    ///< fold again from here on
    Moment until;                  ///< and at least up to here
  };

  ItemFold(std::uint64_t index, const ProfileBook& book, StateOverlay& state)
      : index_(index), book_(book), state_(state) {}

  /// The item, loaded or new.
  Result<Slot*> slot(std::string_view id);
  /// Puts an entry of this record into the item's timeline.
  Result<void> place(Slot& slot, Moment at, TimelineEntry entry);
  /// Voids the item's entry at a position, if it has one there.
  Result<void> void_entry(Slot& slot, Moment at);
  /// Folds again what has to be, and writes the items. Nothing else may be called after it.
  Result<void> finish();

 private:
  struct Carrier {
    Moment at;
    TimelineEntry entry;
  };
  struct Walk;

  // item_fold.cc
  Result<void> append(Slot& slot, Moment at, TimelineEntry entry);
  void lay_out(Slot& slot);
  Result<void> take_in(Slot& slot);
  Result<void> list_origins(Slot& slot);
  Result<void> find_attributes(Slot& slot, Moment at);
  Result<void> write(Slot& slot);
  // refold.cc
  Result<void> settle(TimelineEntry& entry, const Standing& before);
  Result<std::optional<Timed>> before(const Slot& slot, Moment at) const;
  void note_leaving(const Slot& slot, Moment at, const Standing& from, const Standing& to);
  void forget_leaving(const Slot& slot, Moment at, const Standing& from, const Standing& to);
  void queue(Slot& slot, Moment at);
  Result<void> queue_contents(Slot& slot, Moment at);
  Result<std::optional<Carrier>> next_carrier(const std::string& container, Moment first);
  TimelineEntry carried(const Carrier& carrier, const Item& item) const;
  Result<void> refold(Slot& slot);
  Result<void> visit_own(Walk& walk, Timed own);
  Result<void> visit_carrier(Walk& walk);
  Result<void> moved(Walk& walk, Moment at, const Standing& before);
  Result<void> contradict(Slot& slot, std::uint64_t index, bool fits);
  Result<bool> spend(Slot& slot);

  const std::uint64_t index_;
  const ProfileBook& book_;
  StateOverlay& state_;
  std::map<std::string, Slot, std::less<>> slots_;
  std::deque<Slot*> queue_;
  std::uint64_t fresh_ = 0;  ///< items that this record is the first of
  std::size_t touched_ = 0;
};

// step_fold.cc
/// The timelines, balances, claims and exceptions of an accepted or disputed event of a step.
Result<void> fold_step(const FoldInput& input, const ProfileBook& book, StateOverlay& state);
// correction_fold.cc
/// A declaration of error: accepted, it voids the event of that id.
Result<void> fold_correction(const FoldInput& input, std::string_view event_id,
                             const ProfileBook& book, StateOverlay& state);

/// Changes a lot's balance; a sum with more digits than a decimal holds leaves it as it is, and
/// the answer is false.
Result<bool> change_balance(std::string_view lot, std::string_view unit, const Decimal& amount,
                            StateOverlay& state);
/// Takes a record's claim to a unique value away; the last claim before it holds again.
Result<void> drop_claim(Bytes unique_key, std::uint64_t index, StateOverlay& state);

}  // namespace nianlun
