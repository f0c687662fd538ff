#include "vault.h"

#include <fcntl.h>

#include <algorithm>
#include <set>

#include "descriptor.h"
#include "ledger/disclosure.h"
#include "ledger/output_file.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

// So many marks are left until the vault is opened again: counting them takes milliseconds.
constexpr std::uint64_t kMarksMax = 10'000;
constexpr std::size_t kAnchorBytesMax = 64;
const Buffer kForgottenKey = "b";

Buffer disclosure_key(std::string_view digest) { return "d" + Buffer(digest); }
Buffer token_key(const Hash& hash) { return "k" + Buffer(hash.view()); }
Buffer mark_key(std::uint64_t write) { return "w" + be64(write); }

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "vault.damaged"); }
Unexpected lost_writes(std::uint64_t writes, std::uint64_t made) {
  return fail(ErrorCode::kCorrupted, "vault.behind",
              {{"made", std::to_string(made)}, {"writes", std::to_string(writes)}});
}

Buffer anchor_text(std::uint64_t writes) { return Json().set("writes", writes).dump(); }

Result<std::uint64_t> read_anchor(const std::filesystem::path& file) {
  Buffer text(kAnchorBytesMax, '\0');
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t got = in.get() < 0 ? -1 : read_up_to(in, text.data(), text.size());
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  const auto json = Json::parse(text);
  const auto writes = json && json->is_object() ? json->integer("writes") : damaged();
  if (!writes || *writes < 0 || anchor_text(static_cast<std::uint64_t>(*writes)) != text) {
    return fail(ErrorCode::kCorrupted, "vault.no-anchor", {{"file", file.string()}});
  }
  return static_cast<std::uint64_t>(*writes);
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(const VaultOptions& options) {
  TRY_ASSIGN(auto database, Database::open(options.database));
  std::unique_ptr<Vault> vault(new Vault(std::move(database), options.anchor));
  if (options.database.create_if_missing) {
    TRY(replace_file(options.anchor, anchor_text(0), Access::kOwner));
  }
  const bool read_only = options.database.read_only_check;
  Result<void> whole = vault->count();
  if (whole) whole = vault->compare(options);
  if (whole && !read_only) whole = vault->forget_marks();
  if (!whole && (!read_only || whole.error().code != ErrorCode::kCorrupted)) {
    return Unexpected{std::move(whole).error()};
  }
  if (!whole) vault->lost_ = whole.error();
  return vault;
}

/// Counts the writes by their marks. LevelDB may lose the newest, or some in the middle when what
/// it lost had a file of its own, but never one that was there when it was opened last: its list of
/// files is written anew then.
Result<void> Vault::count() {
  TRY_ASSIGN(const auto forgotten, database_->get(kForgottenKey));
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

Result<void> Vault::compare(const VaultOptions& options) {
  TRY_ASSIGN(const std::uint64_t anchored, read_anchor(anchor_));
  const std::uint64_t made = std::max(anchored, options.writes_min);
  return writes_ < made ? lost_writes(writes_, made) : Result<void>();
}

/// Marks that were found when it was opened have done their work.
Result<void> Vault::forget_marks() {
  while (writes_ - forgotten_ >= kMarksMax) {
    WriteBatch batch;
    for (std::uint64_t i = 0; i < kMarksMax; ++i) batch.erase(mark_key(++forgotten_));
    batch.put(kForgottenKey, be64(forgotten_));
    TRY(database_->write(batch, Sync::kYes));
  }
  return {};
}

/// The caller holds mutex_.
Result<void> Vault::write(WriteBatch& batch) {
  batch.put(mark_key(writes_ + 1), "");
  TRY(database_->write(batch, Sync::kYes));
  ++writes_;
  return {};
}

/// For what no commit of the log tells of.
Result<void> Vault::write_anchored(WriteBatch& batch) {
  const std::lock_guard lock(mutex_);
  TRY(write(batch));
  return replace_file(anchor_, anchor_text(writes_), Access::kOwner);
}

std::uint64_t Vault::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

Result<void> Vault::put(const std::vector<std::string>& disclosures) {
  if (disclosures.empty()) return {};
  WriteBatch batch;
  for (const std::string& encoded : disclosures) {
    batch.put(disclosure_key(disclosure_digest(encoded)), encoded);
  }
  const std::lock_guard lock(mutex_);
  return write(batch);
}

Result<std::optional<std::string>> Vault::disclosure(std::string_view digest) const {
  if (lost_) return Unexpected{*lost_};
  TRY_ASSIGN(auto encoded, database_->get(disclosure_key(digest)));
  if (encoded && disclosure_digest(*encoded) != digest) return damaged();
  return encoded;
}

Result<std::uint64_t> Vault::erase(const std::vector<std::string>& digests) {
  std::set<Buffer> keys;
  WriteBatch batch;
  for (const std::string& digest : digests) {
    const Buffer key = disclosure_key(digest);
    TRY_ASSIGN(const auto found, database_->get(key));
    if (found && keys.insert(key).second) batch.erase(key);
  }
  if (keys.empty()) return std::uint64_t{0};
  // LevelDB would write a value and its erasure side by side into one table if both were still in
  // memory, so what is in memory is made a table first.
  TRY(database_->compact(*keys.begin(), *keys.begin()));
  TRY(write_anchored(batch));
  for (const Buffer& key : keys) TRY(database_->compact(key, key));
  return std::uint64_t{keys.size()};
}

Result<void> Vault::put_token(const Hash& token_hash, const Json& grant) {
  WriteBatch batch;
  batch.put(token_key(token_hash), grant.dump());
  return write_anchored(batch);
}

Result<std::optional<Json>> Vault::token(const Hash& token_hash) const {
  if (lost_) return Unexpected{*lost_};
  TRY_ASSIGN(const auto text, database_->get(token_key(token_hash)));
  if (!text) return std::optional<Json>();
  auto json = Json::parse(*text);
  if (!json) return damaged();
  return std::optional<Json>(*std::move(json));
}

Result<void> Vault::check() const {
  if (lost_) return Unexpected{*lost_};
  const auto at = database_->iterate(nullptr, false);
  for (at->seek_to_first(); at->valid(); at->next()) {
    const Bytes key = at->key();
    const bool disclosure = key.starts_with("d") && key.substr(1) == disclosure_digest(at->value());
    const bool token = key.starts_with("k") && key.size() == 33 && Json::parse(at->value());
    const bool counted = key == kForgottenKey || (key.starts_with("w") && key.size() == 9);
    if (!disclosure && !token && !counted) return damaged();
  }
  return at->status();
}

}  // namespace nianlun
