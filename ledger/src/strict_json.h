#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

/// The first member of an object that is none of `names`, or nullptr.
inline const Json::Member* member_besides(const Json& object,
                                          std::initializer_list<std::string_view> names) {
  const auto known = [names](const Json::Member& member) {
    return std::ranges::find(names, member.name) != names.end();
  };
  const auto found = std::ranges::find_if_not(object.object(), known);
  return found == object.object().end() ? nullptr : &*found;
}

/// Reads objects of a format that knows each of its members. `malformed` makes the error that names
/// the member that is wrong.
struct StrictReader {
  Unexpected (*malformed)(std::string_view member);

  Result<void> only(const Json& object, std::string_view where,
                    std::initializer_list<std::string_view> names) const {
    if (!object.is_object()) return malformed(where);
    if (const auto* other = member_besides(object, names)) return malformed(other->name);
    return {};
  }
  Result<std::uint64_t> count_at(const Json& object, std::string_view name) const {
    const auto value = object.integer(name);
    if (!value || *value < 0) return malformed(name);
    return static_cast<std::uint64_t>(*value);
  }
};

}  // namespace nianlun
