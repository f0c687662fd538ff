// How a vault erases for good: planned before it is recorded, carried out after, and then written
// anew, so that no file of the database remembers what was in it.
#include <algorithm>
#include <filesystem>

#include "ledger/encoding.h"
#include "ledger/output_file.h"
#include "state_keys.h"
#include "try.h"
#include "vault.h"
#include "vault_keys.h"

namespace nianlun {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kAtOnce = 10'000;
constexpr std::size_t kCopiedBytes = 4 << 20;

/// Beside the vault: `.making` is being written, `.made` is whole, `.old` is to be removed.
fs::path beside(const VaultOptions& options, std::string_view what) {
  fs::path folder = options.database.directory;
  return folder += what;
}

Result<void> failed(const fs::path& folder, const std::error_code& error) {
  if (!error) return {};
  return fail(ErrorCode::kIo, "ledger.file-failed",
              {{"file", folder.string()}, {"reason", error.message()}});
}

Result<void> renamed(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  TRY(failed(from, error));
  return sync_folder(to.parent_path());
}

Result<void> removed(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  fs::remove_all(folder, error);
  TRY(failed(folder, error));
  return sync_folder(folder.parent_path());
}

}  // namespace

Result<void> Vault::plan_erasure(const std::vector<std::string>& digests, const Hash& seal) {
  TRY(drop_plan());
  for (std::size_t first = 0; first < digests.size(); first += kAtOnce) {
    WriteBatch batch;
    for (std::size_t i = first; i < std::min(first + kAtOnce, digests.size()); ++i) {
      batch.put(vault_planned_key(digests[i]), "");
    }
    TRY(write_anchored(batch));
  }
  WriteBatch head;  // the plan is one when this is there
  head.put(vault_plan_key(), hex(seal));
  return write_anchored(head);
}

Result<std::optional<Hash>> Vault::planned() const {
  TRY_ASSIGN(const auto text, get(vault_plan_key()));
  if (!text) return std::optional<Hash>();
  const auto seal = hash_from_hex(*text);
  if (!seal) return fail(ErrorCode::kCorrupted, "vault.damaged");
  return std::optional<Hash>(*seal);
}

Result<std::vector<Buffer>> Vault::planned_keys(std::size_t count_max) const {
  const std::shared_lock lock(opening_);
  if (lost_) return Unexpected{*lost_};
  std::vector<Buffer> keys;
  const auto at = database_->iterate(nullptr, false);
  for (at->seek("p"); at->valid() && at->key().starts_with("p"); at->next()) {
    keys.emplace_back(at->key());
    if (keys.size() == count_max) break;
  }
  TRY(at->status());
  return keys;
}

Result<void> Vault::drop_plan() {
  for (;;) {
    TRY_ASSIGN(const auto keys, planned_keys(kAtOnce));
    TRY_ASSIGN(const auto head, planned());
    if (keys.empty() && !head) return {};
    WriteBatch batch;
    batch.erase(vault_plan_key());
    for (const Buffer& key : keys) batch.erase(key);
    TRY(write_anchored(batch));
  }
}

Result<void> Vault::carry_out() {
  for (;;) {
    TRY_ASSIGN(const auto keys, planned_keys(kAtOnce));
    TRY_ASSIGN(const auto head, planned());
    if (!head) return {};
    WriteBatch batch;
    for (const Buffer& key : keys) {
      const std::string digest = key.substr(1);
      TRY_ASSIGN(const auto there, value(digest));
      if (there) add_erasure(digest, *there, batch);
      batch.erase(key);
    }
    batch.put(vault_rewrite_key(), "");  // owed from now on
    if (keys.size() < kAtOnce) batch.erase(vault_plan_key());
    TRY(write_anchored(batch));
    has_erased_ = true;
  }
}

Result<void> Vault::copy_to(const fs::path& folder) const {
  TRY(removed(folder));
  DatabaseOptions made = options_.database;
  made.directory = folder;
  made.create_if_missing = true;
  made.sync_each_file = true;
  TRY_ASSIGN(const auto copy, Database::open(made));
  WriteBatch batch;
  const auto at = database_->iterate(nullptr, false);
  for (at->seek_to_first(); at->valid(); at->next()) {
    if (at->key() == vault_rewrite_key()) continue;
    batch.put(at->key(), at->value());
    if (batch.bytes() < kCopiedBytes) continue;
    TRY(copy->write(batch, Sync::kNo));
    batch.clear();
  }
  TRY(at->status());
  return copy->write(batch, Sync::kYes);
}

/// LevelDB keeps keys in its list of files and in its journal, and values in files that it has not
/// compacted yet. A new folder has none of that.
Result<void> Vault::rewrite() {
  const std::lock_guard order(mutex_);
  const std::unique_lock lock(opening_);
  if (lost_) return Unexpected{*lost_};
  TRY_ASSIGN(const auto owed, database_->get(vault_rewrite_key()));
  if (!owed) return {};
  const std::uint64_t had = writes_;
  auto done = [&]() -> Result<void> {
    TRY(copy_to(beside(options_, ".making")));
    TRY(renamed(beside(options_, ".making"), beside(options_, ".made")));
    database_.reset();
    TRY(finish_rewriting(options_));
    DatabaseOptions again = options_.database;
    again.create_if_missing = false;
    TRY_ASSIGN(database_, Database::open(again));
    TRY(count());
    return writes_ < had ? fail(ErrorCode::kCorrupted, "vault.damaged") : Result<void>();
  }();
  if (!done) lost_ = done.error();
  return done;
}

Result<void> Vault::finish_rewriting(const VaultOptions& options) {
  const fs::path& folder = options.database.directory;
  std::error_code ignored;
  if (fs::exists(beside(options, ".made"), ignored)) {
    if (fs::exists(folder, ignored)) {
      TRY(removed(beside(options, ".old")));
      TRY(renamed(folder, beside(options, ".old")));
    }
    TRY(renamed(beside(options, ".made"), folder));
  }
  TRY(removed(beside(options, ".making")));
  return removed(beside(options, ".old"));
}

}  // namespace nianlun
