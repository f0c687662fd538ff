#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nianlun {

/// `ledger bundle SUBJECT...`: evidence in one ZIP, each receipt verified before it is put in.
struct BundleArguments {
  std::vector<std::string> subjects;
  std::string server;
  std::string directory;  ///< instead of the server
  std::string out;
  std::vector<std::string> files;
  std::vector<std::string> keys;  ///< whom to trust, as of `ledger verify`
  std::string policy_file;
  std::string_view language = "en";
};
/// Exit codes are those of `ledger verify` where a receipt does not hold.
int run_bundle(const BundleArguments& arguments);

}  // namespace nianlun
