#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nianlun {

/// `ledger vault accept-loss DIR`: says what the vault has lost; with `yes`, records that the
/// authority accepts it, and makes the ledger open again.
struct VaultArguments {
  std::string directory;
  std::vector<std::string> authority_files;  ///< private keys, PEM
  bool yes = false;
  std::string_view language = "en";
};
int run_accept_loss(const VaultArguments& arguments);

}  // namespace nianlun
