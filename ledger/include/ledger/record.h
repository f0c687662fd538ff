#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/suite.h"

namespace nianlun {

inline constexpr std::uint64_t kNoRecord = ~std::uint64_t{0};

enum class Outcome { kAccepted, kDisputed, kRefused };
std::string_view text(Outcome outcome);  ///< "accepted", ...

/// How an event was judged when it was admitted. Made once; folds never judge again.
struct Verdict {
  Outcome outcome = Outcome::kAccepted;
  std::string step;                 ///< "<profile>/<step>", or the registry event's type
  std::vector<std::string> broken;  ///< guard ids, in the order in which they were judged
  bool operator==(const Verdict&) const = default;
};

/// A record of the ledger (docs/formats.md, section 5).
struct Record {
  Json event;       ///< the event, or null when it was refused
  Hash event_hash;  ///< leaf_hash() of its canonical bytes: its leaf in the seal's tree
  Hash seal;
  Hash proofs;
  std::uint64_t position = 0;  ///< in its capture, 0-based
  std::int64_t time_ms = 0;    ///< recordTime, since 1970 UTC
  std::string profile;         ///< "<id>@<version>" or empty
  std::uint32_t rules = 1;
  Verdict verdict;
  std::vector<std::uint64_t> prior;  ///< per item; kNoRecord for none
  std::string salt;                  ///< base64url of 16 octets
};

/// The record's bytes: canonical JSON. `event_bytes` are the event's canonical bytes, which are
/// put in as they are unless the event was refused.
Buffer record_bytes(const Record& record, Bytes event_bytes);

/// Reads the bytes of a record of a ledger of this suite strictly: parse, then print and compare.
/// kCorrupted  not a record of version 1
Result<Record> parse_record(Bytes bytes, Suite suite = Suite::kSha256);

/// The log's entry for a record of a ledger of this suite, and the leaf of its tree.
Hash record_hash(Bytes record_bytes, Suite suite = Suite::kSha256);
Hash record_leaf(Bytes record_bytes, Suite suite = Suite::kSha256);

}  // namespace nianlun
