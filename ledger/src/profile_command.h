#pragma once

#include <string>
#include <string_view>

namespace nianlun {

/// `ledger profile check FILE [SCENARIOS]`
struct ProfileArguments {
  std::string file;
  std::string scenarios;  ///< a folder of scenarios, or empty
  bool json = false;
  std::string_view language = "en";
};
int run_profile_check(const ProfileArguments& arguments);

}  // namespace nianlun
