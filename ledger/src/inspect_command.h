#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nianlun {

/// The subcommands that read a ledger's folder, which no server has open.
struct InspectArguments {
  std::string directory;
  std::string subject;  ///< of show: a record's index, an identifier or a tag code
  std::uint64_t from = 0;
  bool quick = false;  ///< of check: without the state
  std::string_view language = "en";
};
int run_check(const InspectArguments& arguments);
int run_rebuild(const InspectArguments& arguments);
int run_compact(const InspectArguments& arguments);
int run_show(const InspectArguments& arguments);
/// One JSON object per line: {"index", "record", "seal", "proofs"}, the seal with the first record
/// of its capture.
int run_export(const InspectArguments& arguments);

}  // namespace nianlun
