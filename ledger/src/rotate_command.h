#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nianlun {

/// `ledger rotate-key DIR`: the next key of a log that no server has open. From then on both sign,
/// until `finish` retires the old one.
struct RotateArguments {
  std::string directory;
  std::vector<std::string> authority_files;  ///< private keys
  std::string key;  ///< of the next key, as load_keys() takes it; empty: it is made
  bool finish = false;
  std::string_view language = "en";
};
int run_rotate_key(const RotateArguments& arguments);

}  // namespace nianlun
