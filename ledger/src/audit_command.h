#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nianlun {

/// `ledger mirror URL DIR`: copies a log that is served as c2sp.org/tlog-tiles, and checks it.
struct MirrorArguments {
  std::string url;
  std::string directory;  ///< any web server that serves it serves the log
  std::string key;        ///< the log's; empty: the one that the directory has kept
  unsigned connections = 4;
  std::string_view language = "en";
};
int run_mirror(const MirrorArguments& arguments);

/// `ledger audit URL --key VKEY`: whether a log adds to what it showed before, and nothing else.
struct AuditArguments {
  std::string url;
  std::string key;    ///< the log's
  std::string state;  ///< file with the last checkpoint; empty: nothing outlives the process
  bool all = false;   ///< the first time too, every record is read
  std::optional<std::uint64_t> every_s;    ///< looks again so many seconds later; none: once
  std::optional<std::uint64_t> max_age_s;  ///< since the log grew last
  unsigned connections = 4;
  std::string_view language = "en";
};
int run_audit(const AuditArguments& arguments);

}  // namespace nianlun
