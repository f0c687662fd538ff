#pragma once

// Exceptions: the open questions of records.
//
// The value of `x` is JSON with the members
//
//   step                 of the record, as in its verdict
//   record               of `role` and `revoked`: hash of the record, which an endorsement repeats
//   by                   of `order` and `refold`: the record that brought it to light; beside the
//                        index in the key, these are the two that contradict each other
//   items                of `order` and `refold`: the items that it is open on; the exceptions of
//                        broken guards are open on every item of the record
//   endorsed             index of the endorsement that closed it
//   answered, outcome    index of the answer that closed it, and what it says
//   settled              index of the record that took the reason away: the event was voided, or
//                        fits again
//
// Every open exception counts in `open_exceptions` of each item that it is open on.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fold.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/state_view.h"
#include "state_keys.h"

namespace nianlun {

inline constexpr std::string_view kOrderGuard = "order";
inline constexpr std::string_view kRefoldGuard = "refold";
/// What an endorsement closes.
inline constexpr std::string_view kEndorsedGuards[] = {"role", "revoked"};

/// Opens the exceptions of a disputed record; the caller counts them on its items.
Result<void> open_exceptions(const FoldInput& input, StateOverlay& state);
/// The number of exceptions that the verdict opens on each item.
std::uint64_t exceptions_of(const Verdict& verdict);

/// Opens `<index>/<guard>` on one item. Whether it was not open on it yet: then the caller counts
/// it.
Result<bool> open_on_item(std::uint64_t index, std::string_view guard, std::string_view item,
                          std::uint64_t by, StateOverlay& state);
/// Settles `<index>/<guard>` for one item. Whether it was open on it.
Result<bool> settle_on_item(std::uint64_t index, std::string_view guard, std::string_view item,
                            std::uint64_t by, StateOverlay& state);

/// Closes an exception, notes `why` in it, and counts it down on its items. Nothing happens if it
/// is not open.
Result<void> close_exception(std::uint64_t index, std::string_view guard, const Json& why,
                             StateOverlay& state);
/// Closes every exception of a record.
Result<void> settle_record(std::uint64_t index, std::uint64_t by, StateOverlay& state);

}  // namespace nianlun
