#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nianlun {

/// Whether `text` is an absolute URI (RFC 3986, "URI"): a scheme, a colon and at least one more
/// character. As lenient as validators of JSON schemas are about what stands in the authority;
/// brackets are only for IP addresses, and percent signs only before two hexadecimal digits.
bool is_uri(std::string_view text);

/// The octets that a percent-encoded text stands for; nothing if an escape is broken.
std::optional<std::string> percent_decode(std::string_view text);

/// `octets` with everything but the unreserved characters of RFC 3986 (2.3) escaped in upper case,
/// which is how GS1 Digital Link URI Syntax writes values: one spelling for each value.
std::string percent_encode(std::string_view octets);

}  // namespace nianlun
