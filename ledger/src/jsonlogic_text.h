#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/decimal.h"
#include "ledger/result.h"

/// What JavaScript does with texts: read numbers from them, order and cut them by UTF-16 code unit.
namespace nianlun::logic {

/// Number(text) (ECMA-262, 7.1.4.1): spaces around it and 0x, 0o, 0b are allowed, "" is 0; nothing
/// for NaN. kInvalidArgument for "Infinity", kTooLarge for a number that no Decimal holds.
Result<std::optional<Decimal>> text_to_number(std::string_view text);

/// parseFloat(text) (ECMA-262, 19.2.4): the number that it begins with; otherwise as above.
Result<std::optional<Decimal>> number_at_front(std::string_view text);

/// The order of UTF-16 code units: that of bytes, but for U+E000 to U+FFFF (lead bytes EE and EF),
/// which come after the surrogates that all greater characters are made of.
std::strong_ordering compare_texts(std::string_view a, std::string_view b);

/// UTF-8 in UTF-16 code units, and back; nothing if a surrogate stands alone.
std::u16string utf16(std::string_view text);
std::optional<std::string> utf8(std::u16string_view units);

}  // namespace nianlun::logic
