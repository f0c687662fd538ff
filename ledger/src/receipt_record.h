#pragma once

// One record of a receipt: its form, and the proof that it is in the log (docs/formats.md, 8).

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/receipt.h"
#include "receipt_chain.h"

namespace nianlun {

/// {"index", "record", "seal", "proofs", "sealPath", "path"}
Json proven_json(const ProvenRecord& proven);
/// kInvalidArgument  not such an object, or one with other members; `name` is what it is called
Result<ProvenRecord> parse_proven_json(const Json& json, std::string_view name, Suite suite);

/// What a record must lead to: the ledger it is of, and the root that the log signed.
struct Anchor {
  Suite suite = Suite::kSha256;
  std::string origin;
  Hash genesis;
  std::uint64_t size = 0;
  Hash root;
};

/// Everything that proves one record, from the event up to the log's root.
/// kInvalidArgument  the record is no record
/// kForbidden        a signature of its seal does not hold
/// kCorrupted        a hash or path does not lead where it must
Result<CheckedRecord> check_proven(const ProvenRecord& given, const Anchor& anchor);

}  // namespace nianlun
