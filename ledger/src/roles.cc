#include "roles.h"

#include <algorithm>

namespace nianlun {
namespace {

constexpr std::string_view kRegistrar = "registrar:";

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_of("/:") == text.npos;
}

/// "<profile>/<role>"
bool is_profile_role(std::string_view role) {
  const std::size_t slash = role.find('/');
  return slash != role.npos && is_name(role.substr(0, slash)) && is_name(role.substr(slash + 1));
}

}  // namespace

bool is_registrar_role(std::string_view role) {
  if (!role.starts_with(kRegistrar)) return false;
  role.remove_prefix(kRegistrar.size());
  return is_name(role) || is_profile_role(role);
}

bool is_role(std::string_view role) { return is_registrar_role(role) || is_profile_role(role); }

bool may_grant(const std::vector<std::string>& held, std::string_view role) {
  if (!is_profile_role(role)) return false;
  const std::string_view profile = role.substr(0, role.find('/'));
  return std::ranges::any_of(held, [&](std::string_view one) {
    if (!is_registrar_role(one)) return false;
    one.remove_prefix(kRegistrar.size());
    return one == role || one == profile;
  });
}

}  // namespace nianlun
