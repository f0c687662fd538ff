#include "http.h"

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

}  // namespace nianlun::api
