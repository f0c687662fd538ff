#pragma once

// What a check of the log wants of a record.

#include <optional>
#include <string>
#include <vector>

#include "canonical_cursor.h"
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

/// Reads records one after the other. What a record says like the one before it, as those of a
/// capture do, is not worked out again.
///
/// Threads: use one in one thread at a time.
class BriefReader {
 public:
  /// Of a ledger of this suite.
  explicit BriefReader(Suite suite = Suite::kSha256) : suite_(suite) {}

  /// The same as parse_record() says, and as strict, but without a tree wherever the record is
  /// plain. kCorrupted  not a record of version 1
  Result<RecordBrief> read(Bytes bytes);
  /// The quick half of it: nothing where only a parser can tell.
  std::optional<RecordBrief> read_plain(Bytes bytes);

 private:
  /// The text of a member as it was last, and what it says; none yet: "", which says nothing.
  template <class T>
  struct Last {
    std::string text;
    T value{};
  };
  static bool hash_member(CanonicalCursor& at, Last<Hash>& last);
  static bool time_member(CanonicalCursor& at, Last<std::int64_t>& last);

  Suite suite_;
  Last<Hash> proofs_;
  Last<Hash> seal_;
  Last<std::int64_t> time_ms_;
};

}  // namespace nianlun
