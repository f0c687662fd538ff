// The parts of a URL are what may stand in a request, and make the same URL.

#include "fuzz.h"
#include "http_url.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto url = parse_http_url(input(data, size));
  if (!url) return 0;
  require(!url->host.empty() && !url->port.empty(), "there is a host and a port");
  for (const std::string& part : {url->host, url->port, url->authority, url->prefix}) {
    for (const char c : part) require(c > 0x20 && c < 0x7f, "no part breaks a line of a request");
  }
  require(url->authority.find('@') == std::string::npos, "there is no user information");
  require(url->prefix.empty() || url->prefix.front() == '/', "a prefix is a path");
  const auto again =
      parse_http_url((url->secure ? "https://" : "http://") + url->authority + url->prefix);
  require(again.has_value(), "the parts make a URL");
  require(again->host == url->host && again->port == url->port, "of the same server");
  require(again->prefix == url->prefix && again->is_address == url->is_address, "and path");
  return 0;
}
