#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

/// Where accounts and receipts come from, as anybody is told them: private values are in neither.
///
/// Threads: one.
/// Errors:  kNotFound  the ledger does not know the subject; kBusy or kIo  there is no receipt yet;
///          and those of Api or Ledger
class BundleSource {
 public:
  static Result<std::unique_ptr<BundleSource>> of_server(const std::string& url,
                                                         std::string_view language);
  /// The folder of a stopped ledger. With `cosigned`, receipts lead to the checkpoint that reached
  /// the quorum.
  static Result<std::unique_ptr<BundleSource>> of_folder(const std::string& directory,
                                                         bool cosigned);
  virtual ~BundleSource() = default;

  /// A piece of what is said of an item; `from` is the "chainNext" of the piece before, or null.
  virtual Result<Json> item(const std::string& id, std::string_view language, const Json& from) = 0;
  /// {"records": [...]} of an event, or of a record by its index.
  virtual Result<Json> event(const std::string& id, std::string_view language) = 0;
  virtual Result<Json> record(std::uint64_t index, std::string_view language) = 0;
  virtual Result<Json> receipt(std::uint64_t index) = 0;
};

}  // namespace nianlun
