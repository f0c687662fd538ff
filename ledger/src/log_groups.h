#pragma once

// The `log` database in the order of its keys, each of which is read once.

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "log_view.h"

namespace nianlun {

/// What is stored by the indices of one frame, or of the last records, which lie singly.
struct LogGroup {
  std::uint64_t first = 0;
  std::uint64_t end = 0;               ///< behind its last record
  std::vector<Bytes> records;          ///< from `first` on, as far as they could be unpacked
  std::vector<Hash> leaves;            ///< of the records
  std::vector<Result<Record>> parsed;  ///< parse_record() of each, if that was asked for
  Result<void> unpacked;               ///< why there are no more records, if some are missing
  std::vector<std::pair<Buffer, Buffer>> rest;  ///< keys and values of all else

  /// The value of a key, which is then no longer in the rest.
  std::optional<Buffer> take(Bytes key);

  std::vector<Buffer> octets;  ///< what the records lie in
};

/// Whether a group's records are parsed as well.
enum class Parse { kNo, kYes };

/// Threads: use one in one thread at a time. It is of no use after its view.
/// Errors:  kIo; kCorrupted where the database cannot be read on.
class LogGroups {
 public:
  /// From the group on that has the record `first`.
  LogGroups(const LogView& log, std::uint64_t first, Parse parse = Parse::kNo);

  bool at_end() const { return next_ >= log_.size(); }
  /// The next one; not at the end (assert). Its records are compared with nothing.
  Result<LogGroup> next();
  /// Where the keys go on that belong to no group.
  Iterator& behind() { return *at_; }

 private:
  Result<void> unpack_frame(LogGroup& group) const;
  Result<void> unpack_singles(LogGroup& group) const;
  Result<void> unpack(LogGroup& group, Bytes key, std::uint64_t index, std::size_t count) const;

  const LogView& log_;
  std::unique_ptr<Iterator> at_;
  std::uint64_t next_;
  Parse parse_;
};

}  // namespace nianlun
