#pragma once

// What a check of the log wants of a record.

#include <string>
#include <vector>

#include "ledger/record.h"

namespace nianlun {

struct RecordBrief {
  Hash event_hash;
  Hash seal;
  Hash proofs;
  std::uint64_t position = 0;
  std::int64_t time_ms = 0;
  Outcome outcome = Outcome::kAccepted;
  std::vector<std::string> broken;
};

/// The same as parse_record() says, and as strict, but without a tree wherever the record is plain.
/// kCorrupted  not a record of version 1
Result<RecordBrief> record_brief(Bytes bytes);

/// The quick half of it: nothing where only a parser can tell.
std::optional<RecordBrief> plain_record_brief(Bytes bytes);

}  // namespace nianlun
