#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

/// The code on a tag, as in https://HOST/t/CODE: unguessable, short enough to type in the rain.
///
/// 13 characters of 0123456789ABCDEFGHJKMNPQRSTVWXYZ, which has no I, L, O and U. The first 12 are
/// 60 random bits. The 13th is a check character over GF(32): it finds every wrong character and
/// every exchange of two characters, neighbours or not. It is shown as XXXX-XXXX-XXXXX, and kept
/// and put into addresses without hyphens.
///
/// Threads: any.
inline constexpr std::size_t kTagCodeCharacters = 13;
inline constexpr std::size_t kTagCodeRandomBytes = 8;  ///< the fewest that make_tag_code() takes

/// A code from the first 60 bits of `random`, which the caller draws from a good source.
std::string make_tag_code(Bytes random);

/// The code that somebody typed or scanned: lower case, spaces and hyphens don't matter, and O is
/// read as 0, I and L as 1, U as V.
///
/// kInvalidArgument  wrong length, a character that no code has, or a wrong check character; the
///                   message says which
Result<std::string> normalize_tag_code(std::string_view typed);

/// Whether `code` is a code as it is kept: already normalized, with the right check character.
bool is_tag_code(std::string_view code);

/// XXXX-XXXX-XXXXX, of a code for which is_tag_code().
std::string display_tag_code(std::string_view code);

}  // namespace nianlun
