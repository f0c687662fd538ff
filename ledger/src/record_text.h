#pragma once

// A record's bytes cut into the members that people are shown, without parsing the event.

#include <string>
#include <vector>

#include "ledger/record.h"

namespace nianlun {

/// Views of the record's bytes; texts of strings have their quotes.
struct RecordText {
  Bytes event;        ///< empty when it was refused
  Bytes profile;      ///< with its quotes; empty for registry events
  Bytes record_time;  ///< with its quotes
  Bytes outcome;      ///< with its quotes
  Bytes step;         ///< with its quotes; empty if there is none
  std::vector<std::string> broken;
};
/// `bytes` must have been compared with the tree: they are then what record_bytes() made.
/// kCorrupted  they are not
Result<RecordText> cut_record(Bytes bytes);

}  // namespace nianlun
