#pragma once

// What a role is, and which roles a registrar may give: docs/formats.md, section 2.

#include <string>
#include <string_view>
#include <vector>

namespace nianlun {

/// "<profile>/<role>", "registrar:<profile>" or "registrar:<profile>/<role>".
bool is_role(std::string_view role);
/// The last two: the right to give and take all roles of a profile, or one.
bool is_registrar_role(std::string_view role);
/// Whether a registrar who holds these roles may give and take `role`: one of its profiles' or
/// among those it was named for, and never the right to give others.
bool may_grant(const std::vector<std::string>& held, std::string_view role);

}  // namespace nianlun
