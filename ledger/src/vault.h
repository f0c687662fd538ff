#pragma once

// The `vault` database: what may be erased.

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/database.h"
#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/private_value.h"
#include "ledger/result.h"
#include "ledger/suite.h"
#include "ledger/vault_loss.h"

namespace nianlun {

struct VaultOptions {
  DatabaseOptions database;
  std::filesystem::path anchor;  ///< a file outside of the database, made with it
  std::uint64_t writes_min = 0;  ///< what the log knows that it has had
  /// A vault that has lost writes opens for writing all the same, and answers no question: for
  /// recording that this is accepted, and settle() afterwards.
  bool accept_loss = false;
  /// Marks of writes that are counted when it is opened; with more of them it opens itself anew.
  std::uint64_t marks_max = 100'000;
  Suite suite = Suite::kSha256;  ///< of the ledger
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

  /// What is missing of a vault that nobody has open; of a folder that is gone it is everything.
  static Result<VaultLoss> find_loss(const VaultOptions& options);
  /// Takes a vault that nobody has open as it is: what it lost is counted as had. A folder that is
  /// gone is made anew.
  static Result<void> settle(const VaultOptions& options);

  /// Whether a value that is there stays, though another one of its digest comes in.
  using IsKept = std::function<Result<bool>(std::string_view digest, const PrivateValue& there)>;
  /// Puts values under their digests, on disk, but none that was erased.
  Result<void> put(const std::vector<PrivateValue>& values, const IsKept& is_kept = {});
  /// A value, or nothing.
  Result<std::optional<PrivateValue>> value(std::string_view digest) const;
  /// Whether a value was there and was erased.
  Result<bool> is_erased(std::string_view digest) const;
  /// Erases values, off the disk too; how many were there.
  Result<std::uint64_t> erase(const std::vector<std::string>& digests);

  /// Notes what is to be erased once the capture of that seal is recorded; another plan goes.
  Result<void> plan_erasure(const std::vector<std::string>& digests, const Hash& seal);
  /// The seal of the plan that there is.
  Result<std::optional<Hash>> planned() const;
  Result<void> drop_plan();
  /// Erases what is planned. It is on disk still, until rewrite() has returned.
  Result<void> carry_out();
  /// Writes the vault anew if carry_out() left that to do. Broken off, it is to be done again.
  Result<void> rewrite();

  /// The digests of the values that the query names.
  Result<std::vector<std::string>> find(const PrivateQuery& query) const;
  /// Visits every value; `each` returns false to stop.
  Result<void> each(
      const std::function<Result<bool>(std::string_view digest, const PrivateValue&)>& each) const;
  /// Makes the index anew of the values that `is_indexed` wants there.
  Result<void> rebuild_index(const std::function<bool(const PrivateValue&)>& is_indexed);

  Result<void> put_token(const Hash& token_hash, const Json& grant);
  Result<std::optional<Json>> token(const Hash& token_hash) const;

  /// How many writes it has had, all of them on disk.
  std::uint64_t writes() const;

  /// kCorrupted  a value that is not what its key says, or lost writes
  Result<void> check() const;

 private:
  Vault(std::unique_ptr<Database> database, VaultOptions options)
      : options_(std::move(options)), database_(std::move(database)) {}
  static Result<void> finish_rewriting(const VaultOptions& options);
  Result<bool> is_kept_out(const std::string& digest, const IsKept& is_kept,
                           WriteBatch& batch) const;
  static void add_erasure(const std::string& digest, const PrivateValue& value, WriteBatch& batch);
  Result<std::vector<Buffer>> planned_keys(std::size_t count_max) const;
  Result<void> copy_to(const std::filesystem::path& folder) const;
  Result<void> check_index(Bytes key) const;
  Result<void> look_for_erased();
  Result<void> count();
  Result<void> count_as_made();
  Result<void> forget_marks();
  Result<void> compare();
  Result<void> write(WriteBatch& batch);
  Result<void> write_anchored(WriteBatch& batch);
  Result<void> open_anew();
  Result<std::optional<Buffer>> get(Bytes key) const;
  Result<void> compact(Bytes key);

  const VaultOptions options_;
  mutable std::shared_mutex opening_;  // held alone while it opens itself anew
  std::unique_ptr<Database> database_;
  std::atomic<bool> has_erased_ = false;  // else nobody has to look
  std::optional<Error> lost_;  // what was lost before it was opened, or why it could not be

  // Guards what follows, and the order of writes and of anchors; taken before opening_.
  mutable std::mutex mutex_;
  std::uint64_t writes_ = 0;
  std::uint64_t forgotten_ = 0;  // writes whose marks were taken away
};

}  // namespace nianlun
