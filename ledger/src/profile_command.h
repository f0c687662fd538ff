#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

/// The profile in a file that a ledger of these languages is to adopt. Rules that cannot be read
/// would be adopted for ever, and a text that a language lacks would be lacking for ever.
/// kInvalidArgument  it is no profile, or lacks a text in one of the languages
Result<Json> load_profile(const std::string& file, const std::vector<std::string>& languages);

/// `ledger profile check FILE [SCENARIOS]`
struct ProfileArguments {
  std::string file;
  std::string scenarios;  ///< a folder of scenarios, or empty
  bool json = false;
  std::string_view language = "en";
};
int run_profile_check(const ProfileArguments& arguments);

}  // namespace nianlun
