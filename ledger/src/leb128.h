#pragma once

// Numbers in as few octets as they need (LEB128): seven bits each, the lowest first.

#include <cstdint>

#include "ledger/bytes.h"

namespace nianlun {

inline void append_number(Buffer& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

/// Small ones of either sign are short.
inline void append_difference(Buffer& out, std::uint64_t value, std::uint64_t from) {
  const std::uint64_t much = value - from;
  append_number(out, much >> 63 == 0 ? much << 1 : ~(much << 1));
}

/// Reads what was appended; once something is wrong, every value is empty and done() false.
class NumberReader {
 public:
  explicit NumberReader(Bytes in) : in_(in) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !in_.empty(); shift += 7) {
      const auto octet = static_cast<unsigned char>(in_.front());
      in_.remove_prefix(1);
      value |= std::uint64_t{octet & 0x7fU} << shift;
      if (octet >= 0x80) continue;
      if (octet == 0 && shift > 0) break;  // a shorter text says the same
      return value;
    }
    fail();
    return 0;
  }
  std::uint64_t difference(std::uint64_t from) {
    const std::uint64_t much = number();
    return from + ((much & 1) == 0 ? much >> 1 : ~(much >> 1));
  }
  /// The next octets, however many they should be.
  Bytes octets(std::uint64_t size) {
    if (size > in_.size()) {
      fail();
      return {};
    }
    const Bytes octets = in_.substr(0, size);
    in_.remove_prefix(size);
    return octets;
  }
  /// How many things follow, each at least an octet long.
  std::uint64_t count() {
    const std::uint64_t value = number();
    if (value > in_.size()) fail();
    return in_.empty() ? 0 : value;
  }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && in_.empty(); }

 private:
  void fail() {
    ok_ = false;
    in_ = {};
  }

  Bytes in_;
  bool ok_ = true;
};

}  // namespace nianlun
