#pragma once

// Canonical JSON looked into without parsing it: for texts that were compared with the tree, of
// which only few members are wanted. Views point into the text; text that is not JSON yields
// nothing, or some part of it, but is never read beyond its end.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/bytes.h"

namespace nianlun {

/// Where the value ends that begins at `at`; npos if it does not end.
std::size_t value_end(Bytes text, std::size_t at);
/// The text of a member of an object; nothing if there is none, or this is no object.
std::optional<Bytes> member_text(Bytes object, std::string_view name);
/// The text of what at_path() finds.
std::optional<Bytes> text_at_path(Bytes value, std::string_view path);
/// The element of an array that has exactly one.
std::optional<Bytes> only_element(Bytes array);
bool is_string_text(Bytes value);
/// The octets of a string's text; "" if it is no string.
std::string string_of(Bytes text);

}  // namespace nianlun
