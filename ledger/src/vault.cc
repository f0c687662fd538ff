#include "vault.h"

#include <algorithm>

#include "ledger/output_file.h"
#include "state_keys.h"
#include "try.h"
#include "vault_keys.h"

namespace nianlun {
namespace {

// So many marks are left when the vault is opened: counting them takes milliseconds.
constexpr std::uint64_t kMarksMax = 10'000;

Buffer token_key(const Hash& hash) { return "k" + Buffer(hash.view()); }
Buffer mark_key(std::uint64_t write) { return "w" + be64(write); }

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "vault.damaged"); }
Unexpected lost_writes(std::uint64_t writes, std::uint64_t made) {
  return fail(ErrorCode::kCorrupted, "vault.behind",
              {{"made", std::to_string(made)}, {"writes", std::to_string(writes)}});
}

/// Whether a value is what its key says.
bool is_known(Bytes key, Bytes value, Suite suite) {
  if (key.empty()) return false;
  const Bytes rest = key.substr(1);
  switch (key.front()) {
    case 'd':
      return decode_private_value(rest, value, suite).has_value();
    case 'e':
      return rest.size() == kDigestCharacters && value.empty();
    case 'i':
      return rest.size() == Hash().view().size() + kDigestCharacters && value.empty();
    case 'p':
      return rest.size() == kDigestCharacters && value.empty();
    case 'k':
      return rest.size() == Hash().view().size() && Json::parse(value).has_value();
    case 'w':
      return rest.size() == sizeof(std::uint64_t);
    default:
      return key == vault_forgotten_key() || key == vault_plan_key() || key == vault_rewrite_key();
  }
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(const VaultOptions& options) {
  if (!options.database.read_only_check) TRY(finish_rewriting(options));
  TRY_ASSIGN(auto database, Database::open(options.database));
  std::unique_ptr<Vault> vault(new Vault(std::move(database), options));
  if (options.database.create_if_missing && !options.accept_loss) {
    TRY(replace_file(options.anchor, vault_anchor_text(0), Access::kOwner));
  }
  const bool read_only = options.database.read_only_check;
  Result<void> whole = vault->count();
  if (whole) whole = vault->compare();
  if (whole && !read_only) whole = vault->forget_marks();
  TRY(vault->look_for_erased());
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

Result<void> Vault::look_for_erased() {
  const auto at = database_->iterate();
  at->seek("e");
  has_erased_ = at->valid() && at->key().starts_with("e");
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

/// An entry of the index leads to a value that makes just that entry.
Result<void> Vault::check_index(Bytes key) const {
  const Bytes digest = key.substr(key.size() - kDigestCharacters);
  TRY_ASSIGN(const auto bytes, database_->get(vault_value_key(digest)));
  if (!bytes) return damaged();
  TRY_ASSIGN(const PrivateValue value, decode_private_value(digest, *bytes, options_.suite));
  return vault_index_key(value, digest) == key ? Result<void>() : damaged();
}

Result<void> Vault::check() const {
  const std::shared_lock lock(opening_);
  if (lost_) return Unexpected{*lost_};
  const auto at = database_->iterate(nullptr, false);
  for (at->seek_to_first(); at->valid(); at->next()) {
    const Bytes key = at->key();
    if (!is_known(key, at->value(), options_.suite)) return damaged();
    if (key.starts_with("i")) TRY(check_index(key));
  }
  return at->status();
}

}  // namespace nianlun
