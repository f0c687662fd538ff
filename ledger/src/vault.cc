#include "vault.h"

#include <algorithm>
#include <set>

#include "ledger/disclosure.h"
#include "ledger/output_file.h"
#include "state_keys.h"
#include "try.h"
#include "vault_keys.h"

namespace nianlun {
namespace {

// So many marks are left when the vault is opened: counting them takes milliseconds.
constexpr std::uint64_t kMarksMax = 10'000;

Buffer disclosure_key(std::string_view digest) { return "d" + Buffer(digest); }
Buffer token_key(const Hash& hash) { return "k" + Buffer(hash.view()); }
Buffer mark_key(std::uint64_t write) { return "w" + be64(write); }

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "vault.damaged"); }
Unexpected lost_writes(std::uint64_t writes, std::uint64_t made) {
  return fail(ErrorCode::kCorrupted, "vault.behind",
              {{"made", std::to_string(made)}, {"writes", std::to_string(writes)}});
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(const VaultOptions& options) {
  TRY_ASSIGN(auto database, Database::open(options.database));
  std::unique_ptr<Vault> vault(new Vault(std::move(database), options));
  if (options.database.create_if_missing && !options.accept_loss) {
    TRY(replace_file(options.anchor, vault_anchor_text(0), Access::kOwner));
  }
  const bool read_only = options.database.read_only_check;
  Result<void> whole = vault->count();
  if (whole) whole = vault->compare();
  if (whole && !read_only) whole = vault->forget_marks();
  if (whole) return vault;
  const bool opens = read_only || options.accept_loss;
  if (!opens || whole.error().code != ErrorCode::kCorrupted) {
    return Unexpected{std::move(whole).error()};
  }
  vault->lost_ = whole.error();
  if (options.accept_loss) TRY(vault->count_as_made());
  return vault;
}

/// What is lost counts as had, for the commit that records it.
Result<void> Vault::count_as_made() {
  VaultLoss loss;
  TRY(find_gaps(*database_, loss));
  const auto anchored = read_vault_anchor(options_.anchor);
  writes_ = std::max({loss.made, options_.writes_min, anchored ? *anchored : 0});
  return {};
}

/// Counts the writes by their marks. LevelDB may lose the newest, or some in the middle when what
/// it lost had a file of its own, but never one that was there when it was opened last: its list of
/// files is written anew then.
Result<void> Vault::count() {
  TRY_ASSIGN(const auto forgotten, database_->get(vault_forgotten_key()));
  if (forgotten && forgotten->size() != 8) return damaged();
  forgotten_ = forgotten ? read_be64(*forgotten) : 0;
  writes_ = forgotten_;
  const auto at = database_->iterate(nullptr, false);
  for (at->seek("w"); at->valid() && at->key().starts_with("w"); at->next()) {
    if (at->key() == mark_key(writes_ + 1)) {
      ++writes_;
      continue;
    }
    if (at->key().size() != 9) return damaged();
    return lost_writes(writes_, read_be64(at->key().substr(1)));
  }
  return at->status();
}

Result<void> Vault::compare() {
  TRY_ASSIGN(const std::uint64_t anchored, read_vault_anchor(options_.anchor));
  const std::uint64_t made = std::max(anchored, options_.writes_min);
  return writes_ < made ? lost_writes(writes_, made) : Result<void>();
}

/// Marks that were found when it was opened have done their work.
Result<void> Vault::forget_marks() {
  const std::uint64_t some = std::min(kMarksMax, options_.marks_max);
  while (writes_ - forgotten_ >= some) {
    WriteBatch batch;
    for (std::uint64_t i = 0; i < some; ++i) batch.erase(mark_key(++forgotten_));
    batch.put(vault_forgotten_key(), be64(forgotten_));
    TRY(database_->write(batch, Sync::kYes));
  }
  return {};
}

/// A mark may go only when LevelDB has written its list of files anew since, or what it loses
/// later would not be noticed: it does so when it is opened. The caller holds mutex_.
Result<void> Vault::open_anew() {
  const std::unique_lock lock(opening_);
  const std::uint64_t had = writes_;
  DatabaseOptions again = options_.database;
  again.create_if_missing = false;
  database_.reset();
  auto opened = [&]() -> Result<void> {
    TRY_ASSIGN(database_, Database::open(again));
    TRY(count());
    if (writes_ < had) return lost_writes(writes_, had);
    return forget_marks();
  }();
  if (!opened) lost_ = opened.error();
  return opened;
}

/// The caller holds mutex_.
Result<void> Vault::write(WriteBatch& batch) {
  if (lost_) return Unexpected{*lost_};
  if (writes_ - forgotten_ >= options_.marks_max) TRY(open_anew());
  batch.put(mark_key(writes_ + 1), "");
  TRY(database_->write(batch, Sync::kYes));
  ++writes_;
  return {};
}

/// For what no commit of the log tells of.
Result<void> Vault::write_anchored(WriteBatch& batch) {
  const std::lock_guard lock(mutex_);
  TRY(write(batch));
  return replace_file(options_.anchor, vault_anchor_text(writes_), Access::kOwner);
}

std::uint64_t Vault::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

Result<void> Vault::put(const std::vector<std::string>& disclosures) {
  if (disclosures.empty()) return {};
  WriteBatch batch;
  for (const std::string& encoded : disclosures) {
    batch.put(disclosure_key(disclosure_digest(encoded, options_.suite)), encoded);
  }
  const std::lock_guard lock(mutex_);
  return write(batch);
}

/// Answers nothing once something is lost.
Result<std::optional<Buffer>> Vault::get(Bytes key) const {
  const std::shared_lock lock(opening_);
  if (lost_) return Unexpected{*lost_};
  return database_->get(key);
}

Result<void> Vault::compact(Bytes key) {
  const std::shared_lock lock(opening_);
  if (lost_) return Unexpected{*lost_};
  return database_->compact(key, key);
}

Result<std::optional<std::string>> Vault::disclosure(std::string_view digest) const {
  TRY_ASSIGN(auto encoded, get(disclosure_key(digest)));
  if (encoded && disclosure_digest(*encoded, options_.suite) != digest) return damaged();
  return encoded;
}

Result<std::uint64_t> Vault::erase(const std::vector<std::string>& digests) {
  std::set<Buffer> keys;
  WriteBatch batch;
  for (const std::string& digest : digests) {
    const Buffer key = disclosure_key(digest);
    TRY_ASSIGN(const auto found, get(key));
    if (found && keys.insert(key).second) batch.erase(key);
  }
  if (keys.empty()) return std::uint64_t{0};
  // LevelDB would write a value and its erasure side by side into one table if both were still in
  // memory, so what is in memory is made a table first.
  TRY(compact(*keys.begin()));
  TRY(write_anchored(batch));
  for (const Buffer& key : keys) TRY(compact(key));
  return std::uint64_t{keys.size()};
}

Result<void> Vault::put_token(const Hash& token_hash, const Json& grant) {
  WriteBatch batch;
  batch.put(token_key(token_hash), grant.dump());
  return write_anchored(batch);
}

Result<std::optional<Json>> Vault::token(const Hash& token_hash) const {
  TRY_ASSIGN(const auto text, get(token_key(token_hash)));
  if (!text) return std::optional<Json>();
  auto json = Json::parse(*text);
  if (!json) return damaged();
  return std::optional<Json>(*std::move(json));
}

Result<void> Vault::check() const {
  const std::shared_lock lock(opening_);
  if (lost_) return Unexpected{*lost_};
  const auto at = database_->iterate(nullptr, false);
  for (at->seek_to_first(); at->valid(); at->next()) {
    const Bytes key = at->key();
    const bool disclosure =
        key.starts_with("d") && key.substr(1) == disclosure_digest(at->value(), options_.suite);
    const bool token = key.starts_with("k") && key.size() == 33 && Json::parse(at->value());
    const bool counted = key == vault_forgotten_key() || (key.starts_with("w") && key.size() == 9);
    if (!disclosure && !token && !counted) return damaged();
  }
  return at->status();
}

}  // namespace nianlun
