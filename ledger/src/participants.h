#pragma once

// Which items a step finds in an event.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/decimal.h"
#include "ledger/json.h"
#include "ledger/profile.h"
#include "ledger/result.h"

namespace nianlun {

/// An item of an event in its role in the step.
struct Involved {
  std::string id;               ///< canonical
  std::size_t participant = 0;  ///< index in the step's items
  std::string kind;             ///< by its identifier; empty: no kind fits
  Decimal quantity = 1;         ///< of a lot; 1 for an instance
  std::string unit;             ///< uom, or empty
};

/// The items of an event, in the order of the step's items, each identifier once per participant.
/// Identifiers that identify() refuses cannot occur: check_standard() was passed.
Result<std::vector<Involved>> involved_in(const Json& event, const Profile& profile,
                                          const Profile::Step& step, std::string_view domain);

/// The canonical identifiers at a member or path: of strings, of arrays of strings, of quantity
/// elements, and of objects with an "id".
std::vector<std::string> identifiers_at(const Json& event, std::string_view path);

}  // namespace nianlun
