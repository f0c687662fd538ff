#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nianlun::api {

/// The octets of a percent-encoded text (RFC 3986, 2.1); nothing if an escape is incomplete or the
/// result has a control character.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space = false);

/// Names and values of a query; nothing if one of them can't be decoded.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

/// The segments of a path as they were sent, without the slash at the start.
std::vector<std::string_view> split_path(std::string_view path);

}  // namespace nianlun::api
