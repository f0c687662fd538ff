#pragma once

#include <string>
#include <string_view>

#include "ledger/result.h"

namespace nianlun {

/// Where a server is: an http: or https: URL (RFC 9110, 4.2) in the parts that a client needs.
struct HttpUrl {
  bool secure = false;
  std::string host;  ///< name or address, an IPv6 address without brackets
  bool is_address = false;
  std::string port;       ///< digits
  std::string authority;  ///< for the Host header: as written, without user information
  std::string prefix;     ///< path without a slash at its end; put before each target
};

/// kInvalidArgument  another scheme, no host, user information, a port that is none, a query or a
///                   fragment, or characters that no URL has
Result<HttpUrl> parse_http_url(std::string_view url);

}  // namespace nianlun
