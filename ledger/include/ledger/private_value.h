#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ledger/hash.h"
#include "ledger/json.h"

namespace nianlun {

/// A private value as the vault keeps it: with the event that it came in with.
struct PrivateValue {
  std::string disclosure;      ///< encoded
  std::string profile{};       ///< id of the event's profile; "" where no step fitted
  std::string member{};        ///< its path in the event: "ilmd.nianlun:lot"
  std::optional<Hash> seal{};  ///< of the capture; none: it came with no event
  std::uint64_t position = 0;  ///< of the event in the capture
  bool indexed = false;        ///< whether the profile wants it found by its value
};

/// Values of one member that are equal, in events of one profile, in the order of their digests.
struct PrivateQuery {
  std::string profile;
  std::string member;
  Json value;
  std::string after;           ///< the digest behind which it goes on; "": from the first
  std::size_t count_max = 50;  ///< of one answer
};

}  // namespace nianlun
