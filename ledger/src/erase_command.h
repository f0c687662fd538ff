#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nianlun {

/// `ledger erase DIR`: says how many private values would be erased; with `yes`, records that the
/// authority has it done, and does it.
struct EraseArguments {
  std::string directory;
  std::string event_id;
  std::optional<std::uint64_t> record;
  std::string subject;                       ///< "-": a line of standard input
  std::string ended_before;                  ///< a date
  std::string basis;                         ///< why: the law, or who asked, never about whom
  std::vector<std::string> authority_files;  ///< private keys, PEM
  bool yes = false;
  std::string_view language = "en";
};
int run_erase(const EraseArguments& arguments);

}  // namespace nianlun
