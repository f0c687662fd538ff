#pragma once

#include <string>
#include <string_view>

#include "ledger/bytes.h"
#include "ledger/hash.h"
#include "ledger/result.h"

namespace nianlun {

// Octets as text and back. Each decoder takes exactly what its encoder makes, so one value has one
// text; anything else is kInvalidArgument. Threads: any.

/// Lower-case hexadecimal digits.
std::string hex(Bytes octets);
std::string hex(const Hash& hash);
Result<Buffer> from_hex(std::string_view text);
Result<Hash> hash_from_hex(std::string_view text);

/// Base64 with padding (RFC 4648, section 4).
std::string base64(Bytes octets);
Result<Buffer> from_base64(std::string_view text);

/// Base64 for URLs, without padding (RFC 4648, section 5; RFC 7515, section 2).
std::string base64url(Bytes octets);
Result<Buffer> from_base64url(std::string_view text);

/// Base 58 with Bitcoin's alphabet: a big-endian number, and a "1" for each leading zero octet.
/// For keys and signatures: the work grows with the square of the length.
std::string base58(Bytes octets);
/// kTooLarge  over 256 characters
Result<Buffer> from_base58(std::string_view text);

}  // namespace nianlun
