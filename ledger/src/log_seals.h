#pragma once

// How the entries of captures are written to the `log` database and read from it.

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "compression.h"
#include "ledger/record.h"
#include "short_seal.h"

namespace nianlun {

class LogView;

/// Reads entries, and remembers what those that come next are likely to refer to.
///
/// Threads: use one in one thread at a time. It is of no use after its view.
/// Errors:  kIo; kCorrupted.
class SealReader {
 public:
  explicit SealReader(const LogView& log) : log_(log) {}

  /// What is stored with the first record of a capture. It is compared with nothing: who reads it
  /// compares both its hashes with those in the record.
  Result<SealEntry> read(Bytes stored, const FirstRecord& first);

 private:
  Result<std::shared_ptr<const SealEntry>> long_entry(std::uint64_t index);
  Result<Hash> seal_of(std::uint64_t first);

  const LogView& log_;
  std::map<std::uint64_t, std::shared_ptr<const SealEntry>> entries_;  // in long form
  std::map<std::uint64_t, Hash> seals_;                                // read lately
};

/// Writes entries, in the short form if the sender has a long one that it remembers. It forgets
/// senders, and knows none at first: that costs room and nothing else.
///
/// Threads: use one in one thread at a time.
class SealWriter {
 public:
  SealWriter() : senders_(kSenders) {}

  Buffer write(const SealEntry& entry, const FirstRecord& first, const Dictionary* dictionary);

 private:
  static constexpr std::size_t kSenders = 1 << 14;  // over a megabyte
  struct Sender {
    Hash common;                      ///< common_of() its seals
    std::uint64_t base = 0;           ///< index of the entry in long form
    Hash last;                        ///< its newest seal
    std::uint64_t first = kNoRecord;  ///< of that one; kNoRecord: nobody is here
  };
  std::vector<Sender> senders_;  // each has one place, which it takes from whoever was there
};

}  // namespace nianlun
