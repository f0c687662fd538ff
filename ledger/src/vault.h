#pragma once

// The `vault` database: what may be erased.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/database.h"
#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

/// Threads: any.
/// Errors:  kIo, kCorrupted.
class Vault {
 public:
  static Result<std::unique_ptr<Vault>> open(const DatabaseOptions& options);

  /// Puts encoded disclosures under their digests, on disk.
  Result<void> put(const std::vector<std::string>& disclosures);
  /// An encoded disclosure, or nothing.
  Result<std::optional<std::string>> disclosure(std::string_view digest) const;
  /// Erases disclosures, off the disk too; how many were there.
  Result<std::uint64_t> erase(const std::vector<std::string>& digests);

  Result<void> put_token(const Hash& token_hash, const Json& grant);
  Result<std::optional<Json>> token(const Hash& token_hash) const;

  /// kCorrupted  a value that is not what its key says
  Result<void> check() const;

 private:
  explicit Vault(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  std::unique_ptr<Database> database_;
};

}  // namespace nianlun
