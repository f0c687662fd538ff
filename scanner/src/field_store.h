#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/api.h"
#include "ledger/json.h"
#include "ledger/ledger_info.h"
#include "ledger/profile.h"
#include "ledger/result.h"
#include "ledger/seal.h"

namespace nianlun::scanner {

struct KnownItem {
  Json view;   ///< as the server described it
  Json steps;  ///< what was allowed then
  std::int64_t saved_ms = 0;
};

/// The folder in which a device keeps what it needs without a network: the ledger's facts, its
/// profiles, the latest checkpoint, the items that were looked at, and the outbox.
///
/// A store belongs to one ledger: another one, or a checkpoint that takes back what an earlier one
/// said, is refused.
///
/// Threads: one caller at a time.
/// Errors:  kNotFound  it was not pulled yet; kCorrupted, kIo
class FieldStore {
 public:
  explicit FieldStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Fetches the facts, the profiles and the checkpoint. Further errors: those of Api;
  /// kConflict  the server has another ledger, or another history of it
  Result<LedgerInfo> pull(Api& api);

  Result<LedgerInfo> facts() const;
  /// kInvalidArgument  no profile may have that id
  Result<std::shared_ptr<const Profile>> profile(std::string_view id) const;
  /// All of them, as far as they are here.
  std::vector<std::shared_ptr<const Profile>> profiles() const;
  std::optional<TreeHead> checkpoint() const;

  Result<void> keep_item(std::string_view id, const KnownItem& item);
  std::optional<KnownItem> item(std::string_view id) const;

  std::filesystem::path outbox() const { return folder_ / "outbox"; }

 private:
  std::filesystem::path profile_file(std::string_view id) const;
  std::filesystem::path item_file(std::string_view id) const;
  Result<void> pull_checkpoint(Api& api, const LedgerInfo& facts,
                               const std::optional<TreeHead>& before);
  std::filesystem::path folder_;
};

}  // namespace nianlun::scanner
