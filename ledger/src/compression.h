#pragma once

// Zstandard, and nothing else of it.

#include <cstddef>
#include <memory>
#include <span>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

/// Octets that many values have in common, prepared for compressing and expanding.
///
/// Threads: immutable; any thread may use it.
class Dictionary {
 public:
  /// kCorrupted  not a zstd dictionary
  static Result<std::shared_ptr<const Dictionary>> from(Bytes bytes);
  Bytes bytes() const;
  ~Dictionary();

 private:
  friend Buffer pack(Bytes bytes, const Dictionary* dictionary);
  friend Result<void> unpack(Bytes packed, const Dictionary* dictionary, Buffer& bytes);
  struct Impl;
  explicit Dictionary(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A dictionary of at most `bytes_max` for values like the samples; empty if they yield none.
Buffer train_dictionary(std::span<const Buffer> samples, std::size_t bytes_max);

/// Packed bytes (docs/formats.md, section 6): raw where compressing gains nothing.
Buffer pack(Bytes bytes, const Dictionary* dictionary);
/// kCorrupted  not what pack() makes with this dictionary, or over 64 MiB
Result<Buffer> unpack(Bytes packed, const Dictionary* dictionary);
/// The same in place of what `bytes` held, whose room is used again.
Result<void> unpack(Bytes packed, const Dictionary* dictionary, Buffer& bytes);

}  // namespace nianlun
