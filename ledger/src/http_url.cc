#include "http_url.h"

#include <algorithm>

#include "text.h"

namespace nianlun {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Takes a scheme off the front of `rest`, whatever its case.
bool take_scheme(std::string_view& rest, std::string_view scheme) {
  const bool fits = std::ranges::equal(rest.substr(0, scheme.size()), scheme, {}, lower);
  if (fits) rest.remove_prefix(scheme.size());
  return fits;
}

bool is_host(std::string_view host, bool in_brackets) {
  const auto allowed = [in_brackets](char c) {
    const bool word = (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
    return word || c == '.' || (in_brackets ? c == ':' : c == '-' || c == '_');
  };
  return !host.empty() && std::ranges::all_of(host, allowed);
}

bool is_port(std::string_view port) {
  const auto number = parse_decimal(port);
  return number && *number > 0 && *number < 65536;
}

Unexpected refused(std::string_view url) {
  return fail(ErrorCode::kInvalidArgument, "http.url", {{"url", std::string(url)}});
}

}  // namespace

Result<HttpUrl> parse_http_url(std::string_view url) {
  HttpUrl parsed;
  std::string_view rest = url;
  parsed.secure = take_scheme(rest, "https://");
  if (!parsed.secure && !take_scheme(rest, "http://")) return refused(url);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  std::string_view path = rest.substr(authority.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto printable = [](char c) { return c > 0x20 && c < 0x7f && c != '?' && c != '#'; };
  if (!std::ranges::all_of(path, printable)) return refused(url);

  const bool brackets = authority.starts_with('[');
  const std::size_t close = brackets ? authority.find(']') : 0;
  if (close == authority.npos) return refused(url);
  const std::size_t colon = authority.find(':', close);
  const std::string_view host = authority.substr(0, colon);
  parsed.port = parsed.secure ? "443" : "80";
  if (colon != authority.npos) {
    parsed.port = authority.substr(colon + 1);
    if (!is_port(parsed.port)) return refused(url);
  }
  if (brackets && !host.ends_with(']')) return refused(url);
  parsed.host = brackets ? host.substr(1, host.size() - 2) : host;
  if (!is_host(parsed.host, brackets)) return refused(url);
  parsed.is_address = brackets || parsed.host.find_first_not_of("0123456789.") == host.npos;
  parsed.authority = authority;
  parsed.prefix = path;
  return parsed;
}

}  // namespace nianlun
