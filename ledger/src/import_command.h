#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nianlun {

/// `ledger import FOLDER --mapping FILE --keys FOLDER`: tables become events (docs/formats.md, 10),
/// sealed by the keys that the mapping names, and sent. Run again with the same store, it sends
/// nothing twice: an event and its salts follow from the store's secret and its rows.
struct ImportArguments {
  std::string folder;
  std::string mapping_file;
  std::string keys_folder;  ///< NAME.pem for each name of the mapping
  std::string server;
  std::string store;     ///< outboxes and the secret; "import" within the keys' folder if empty
  bool dry_run = false;  ///< makes every event and sends none; says what is wrong, by row
  std::string_view language = "en";
};
int run_import(const ImportArguments& arguments);

}  // namespace nianlun
