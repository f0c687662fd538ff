#pragma once

// The `vault` database: what may be erased.

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/database.h"
#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

struct VaultOptions {
  DatabaseOptions database;
  std::filesystem::path anchor;  ///< a file outside of the database, made with it
  std::uint64_t writes_min = 0;  ///< what the log knows that it has had
};

/// It counts its writes, so that it knows when LevelDB has lost some: what is cut off its files'
/// ends LevelDB takes for the traces of a crash.
///
/// Threads: any.
/// Errors:  kIo, kCorrupted.
class Vault {
 public:
  /// kCorrupted  it has lost writes. Opened with read_only_check it opens all the same, and then
  ///             every question is answered by this error: what is missing may be an erasure.
  static Result<std::unique_ptr<Vault>> open(const VaultOptions& options);

  /// Puts encoded disclosures under their digests, on disk.
  Result<void> put(const std::vector<std::string>& disclosures);
  /// An encoded disclosure, or nothing.
  Result<std::optional<std::string>> disclosure(std::string_view digest) const;
  /// Erases disclosures, off the disk too; how many were there.
  Result<std::uint64_t> erase(const std::vector<std::string>& digests);

  Result<void> put_token(const Hash& token_hash, const Json& grant);
  Result<std::optional<Json>> token(const Hash& token_hash) const;

  /// How many writes it has had, all of them on disk.
  std::uint64_t writes() const;

  /// kCorrupted  a value that is not what its key says, or lost writes
  Result<void> check() const;

 private:
  Vault(std::unique_ptr<Database> database, std::filesystem::path anchor)
      : database_(std::move(database)), anchor_(std::move(anchor)) {}
  Result<void> count();
  Result<void> forget_marks();
  Result<void> compare(const VaultOptions& options);
  Result<void> write(WriteBatch& batch);
  Result<void> write_anchored(WriteBatch& batch);

  std::unique_ptr<Database> database_;
  const std::filesystem::path anchor_;
  std::optional<Error> lost_;  // since it was opened

  mutable std::mutex mutex_;  // guards what follows, and the order of writes and of anchors
  std::uint64_t writes_ = 0;
  std::uint64_t forgotten_ = 0;  // writes whose marks were taken away
};

}  // namespace nianlun
