#pragma once

// The timeline of an item, told.

#include <cstdint>
#include <string>
#include <vector>

#include "trace_teller.h"

namespace nianlun {

/// One page of a timeline, the newest first, and the record after it.
struct TimelinePage {
  std::vector<Timed> entries;
  std::uint64_t next = kNoRecord;
  bool whole = false;  ///< these are all entries there are
};
/// From the record `from` on; kNoRecord: from the newest.
Result<TimelinePage> timeline_page(const Teller& teller, const Item& item, std::uint64_t from);

/// Appends the records of a page as a JSON array. What they left open of the item, or had left open
/// until somebody answered, is returned.
Result<Json> tell_chain(const Teller& teller, const Item& item, const TimelinePage& page,
                        std::string& out);

}  // namespace nianlun
