#include "http.h"

#include <algorithm>

#include "ledger/messages.h"

namespace nianlun::api {
namespace {

std::string_view value_of(const Headers& values, std::string_view name) {
  for (const auto& [key, value] : values) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

std::string_view Request::header(std::string_view name) const { return value_of(headers, name); }
std::string_view Request::parameter(std::string_view name) const { return value_of(query, name); }
std::string_view Request::segment(std::string_view name) const { return value_of(segments, name); }

Response& Response::with(std::string_view name, std::string_view value) {
  headers.emplace_back(name, value);
  return *this;
}

std::string_view request_language(std::string_view query_lang, std::string_view accept_language) {
  const auto asked = std::ranges::find(languages(), query_lang);
  if (asked != languages().end()) return *asked;
  // Browsers list what they prefer first; a weight of 0 says what they refuse.
  while (!accept_language.empty()) {
    const std::size_t end = std::min(accept_language.find(','), accept_language.size());
    std::string_view range = accept_language.substr(0, end);
    accept_language.remove_prefix(std::min(end + 1, accept_language.size()));
    range.remove_prefix(std::min(range.find_first_not_of(' '), range.size()));
    const std::string_view tag = range.substr(0, range.find(';'));
    if (range.ends_with("q=0")) continue;
    for (std::string_view language : languages()) {
      if (tag.substr(0, tag.find('-')) == language) return language;
    }
  }
  return languages().front();
}

}  // namespace nianlun::api
