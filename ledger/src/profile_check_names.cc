#include "profile_check_names.h"

#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::uint64_t kRangeMax = 10'000;

Unexpected unknown(std::string_view reference) {
  return fail(ErrorCode::kInvalidArgument, "check.scenario-name",
              {{"what", std::string(reference)}});
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

}  // namespace

Result<ScenarioNames> ScenarioNames::parse(const Json* names, std::string_view domain) {
  ScenarioNames parsed;
  if (names == nullptr) return parsed;
  if (!names->is_object()) return unknown("names");
  for (const Json::Member& name : names->object()) {
    if (!name.value.is_string()) return unknown(name.name);
    parsed.names_.emplace(name.name, replaced(name.value.string(), "{domain}", domain));
  }
  return parsed;
}

Result<std::string> ScenarioNames::one(std::string_view reference) const {
  const std::string_view name = reference.substr(1);
  const std::size_t colon = std::min(name.find(':'), name.size());
  const auto found = names_.find(name.substr(0, colon));
  if (found == names_.end()) return unknown(reference);
  const bool has_number = colon < name.size();
  if (has_number != (found->second.find("{}") != std::string::npos)) return unknown(reference);
  return has_number ? replaced(found->second, "{}", name.substr(colon + 1)) : found->second;
}

Result<Json> ScenarioNames::fill(const Json& value) const {
  if (value.is_string() && value.string().starts_with('@')) {
    TRY_ASSIGN(std::string filled, one(value.string()));
    return Json(std::move(filled));
  }
  if (value.is_array()) {
    Json list(Json::Array{});
    for (const Json& item : value.array()) TRY(fill_into(item, list));
    return list;
  }
  if (value.is_object()) {
    Json object(Json::Object{});
    for (const Json::Member& member : value.object()) {
      TRY_ASSIGN(Json filled, fill(member.value));
      object.set(member.name, std::move(filled));
    }
    return object;
  }
  return value;
}

Result<void> ScenarioNames::fill_into(const Json& item, Json& list) const {
  const std::string_view text = item.is_string() ? std::string_view(item.string()) : "";
  const std::size_t dots = text.starts_with('@') ? text.find("..") : text.npos;
  const std::size_t colon = text.find(':');
  if (dots == text.npos || colon > dots) {
    TRY_ASSIGN(Json filled, fill(item));
    list.push(std::move(filled));
    return {};
  }
  const auto first = parse_decimal(text.substr(colon + 1, dots - colon - 1));
  const auto last = parse_decimal(text.substr(dots + 2));
  if (!first || !last || *last < *first || *last - *first >= kRangeMax) return unknown(text);
  for (std::uint64_t number = *first; number <= *last; ++number) {
    TRY_ASSIGN(std::string filled,
               one(std::string(text.substr(0, colon + 1)) + std::to_string(number)));
    list.push(Json(std::move(filled)));
  }
  return {};
}

}  // namespace nianlun
