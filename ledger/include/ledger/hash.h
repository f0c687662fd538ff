#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

/// A digest of SHA-256 (FIPS 180-4) or SM3 (GB/T 32905), 32 octets. Compared and ordered octet by
/// octet.
struct Hash {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Hash&) const = default;

  /// The 32 octets, valid as long as this hash.
  Bytes view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

  /// kInvalidArgument  not exactly 32 octets
  static Result<Hash> from(Bytes octets);
};

/// Threads: any thread may call any of these. None fails.
Hash sha256(Bytes data);
/// The digest of the concatenation.
Hash sha256(Bytes a, Bytes b, Bytes c = {});
/// Likewise by SM3. An OpenSSL that was built without it is a bug (assert).
Hash sm3(Bytes a, Bytes b = {}, Bytes c = {});

}  // namespace nianlun
