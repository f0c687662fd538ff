#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nianlun {

// What `ledger verify` says by its exit code, beside those of tool.h.
inline constexpr int kExitFalse = 5;        ///< a hash or signature does not hold
inline constexpr int kExitUnwitnessed = 6;  ///< all holds, but too few witnesses cosigned
inline constexpr int kExitMalformed = 7;    ///< no receipt or bundle, or not in its one spelling
inline constexpr int kExitOtherLedger = 8;  ///< of a ledger whose key was not given

/// `ledger verify FILE`: needs neither network nor ledger.
struct VerifyArguments {
  std::string file;               ///< a receipt in any form, or a bundle; "-" is standard input
  std::string record_file;        ///< for the forms that do not hold the record
  std::string disclosure_file;    ///< disclosures beside the receipt, one a line
  std::vector<std::string> keys;  ///< vkeys of logs and witnesses
  std::string policy_file;        ///< whom to trust instead, and how many must have cosigned
  std::string suite = "sha256";   ///< of the ledger, for the forms that do not hold its genesis
  std::string rotations_file;     ///< how the log's keys changed, for a receipt that does not say
  bool json = false;
  std::string_view language = "en";
};
int run_verify(const VerifyArguments& arguments);

}  // namespace nianlun
