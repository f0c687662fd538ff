#pragma once

#include <string>
#include <string_view>

#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/suite.h"

namespace nianlun {

/// A member of an object that is kept apart from it and can be shown or withheld (SD-JWT, RFC 9901,
/// section 4.2.1). The object holds its digest only, from which nobody learns the value, provided
/// that the salt is random, of 128 bits or more, and used once.
///
/// Threads: a value like an int.
struct Disclosure {
  std::string salt;  ///< as text, most often base64url of 16 or more random octets
  std::string name;  ///< of the member
  Json value;
  std::string encoded;  ///< base64url of the JSON array [salt, name, value]; what is hashed
};

Disclosure make_disclosure(std::string_view salt, std::string_view name, Json value);

/// From its encoded form. The JSON inside may have spaces and escapes, as others write it, so one
/// triple has many encodings, and only the one given has the digest.
///
/// kInvalidArgument  not base64url without padding, or not an array of a text that isn't empty, a
///                   name and a value; or the name is "_sd" or "..." (RFC 9901, 4.2.1)
/// kTooLarge         over 1 MiB
Result<Disclosure> parse_disclosure(std::string_view encoded);

/// base64url of the hash of the encoded form's characters (RFC 9901, 4.2.3), 43 characters.
std::string disclosure_digest(std::string_view encoded, Suite suite = Suite::kSha256);

}  // namespace nianlun
