#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

/// Whether the keys of maps must stand in order (RFC 8949, 4.2.1). Receipts of others often have
/// theirs in another; a key that comes twice is refused either way.
enum class CborOrder { kSorted, kAny };

struct CborLimits {
  std::size_t bytes_max = 64 << 10;
  std::size_t depth_max = 16;
  CborOrder order = CborOrder::kSorted;
};

/// A value of CBOR (RFC 8949) in the deterministic encoding of its section 4.2.1, so that one value
/// has one form: the shortest heads, definite lengths, sorted keys. There are no floating point
/// numbers and no simple values but false, true and null, since nothing that we read has them.
///
/// Threads: a value is like an int: share it only while nobody changes it.
/// Errors:  only parse() fails. Asking a value for another kind than it has is a bug (assert).
class Cbor {
 public:
  enum class Kind { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kBoolean, kNull };

  /// kInvalidArgument  not exactly one value in that encoding; "reason" and the octet "at"
  /// kTooLarge         over limits.bytes_max
  static Result<Cbor> parse(Bytes octets, CborLimits limits = {});

  static Cbor number(std::uint64_t value);
  /// Any integer of 64 bits, as labels are.
  static Cbor label(std::int64_t value);
  static Cbor bytes(Bytes octets);
  static Cbor text(std::string_view text);
  static Cbor array(std::vector<Cbor> items);
  /// No key comes twice (assert).
  static Cbor map(std::vector<std::pair<Cbor, Cbor>> entries);
  static Cbor tagged(std::uint64_t tag, Cbor value);
  static Cbor boolean(bool value);
  Cbor() = default;  ///< null

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  /// The number of kUnsigned, n for the -1 - n of kNegative, the tag of kTag, 0 or 1 of kBoolean.
  std::uint64_t number() const { return number_; }
  const std::string& octets() const;        ///< of kBytes and kText
  const std::vector<Cbor>& items() const;   ///< of kArray; of kMap key, value, key, value ...
  const Cbor& value() const;                ///< of kTag
  bool is_label(std::int64_t value) const;  ///< whether it is this integer
  /// The value under an integer key, or nullptr if there is none or this is no map.
  const Cbor* find(std::int64_t label) const;

  Buffer encode() const;
  bool operator==(const Cbor&) const = default;

 private:
  Cbor(Kind kind, std::uint64_t number) : kind_(kind), number_(number) {}
  void append_to(Buffer& out) const;
  friend class CborReader;

  Kind kind_ = Kind::kNull;
  std::uint64_t number_ = 0;
  std::string octets_;
  std::vector<Cbor> items_;
};

}  // namespace nianlun
