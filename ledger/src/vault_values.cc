// The private values of a vault.
#include <algorithm>

#include "ledger/disclosure.h"
#include "ledger/encoding.h"
#include "state_keys.h"
#include "try.h"
#include "vault.h"
#include "vault_keys.h"

namespace nianlun {
namespace {

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "vault.damaged"); }

}  // namespace

Buffer encode(const PrivateValue& value) {
  Json json;
  json.set("disclosure", value.disclosure);
  if (value.seal) {
    json.set("member", value.member).set("position", value.position);
    json.set("profile", value.profile).set("seal", hex(*value.seal));
  }
  return json.dump();
}

Result<PrivateValue> decode_private_value(std::string_view digest, Bytes bytes, Suite suite) {
  const auto json = Json::parse(bytes);
  if (!json || !json->is_object()) return damaged();
  PrivateValue value{.disclosure = std::string(json->text("disclosure"))};
  if (disclosure_digest(value.disclosure, suite) != digest) return damaged();
  if (json->find("seal") == nullptr) return value;
  const auto seal = hash_from_hex(json->text("seal"));
  const auto position = json->integer("position");
  if (!seal || !position || *position < 0) return damaged();
  value.seal = *seal;
  value.position = static_cast<std::uint64_t>(*position);
  value.member = json->text("member");
  value.profile = json->text("profile");
  return value;
}

Buffer vault_index_prefix(std::string_view profile, std::string_view member, const Json& value) {
  const Json named = Json().push(profile).push(member).push(value);
  return "i" + Buffer(sha256(named.dump()).view());
}

std::optional<Buffer> vault_index_key(const PrivateValue& value, std::string_view digest) {
  constexpr std::size_t kValueBytesMax = 1024;
  const auto disclosure = parse_disclosure(value.disclosure);
  if (!disclosure || value.profile.empty()) return std::nullopt;
  const Json& is = disclosure->value;
  const bool found_by = is.is_number() || (is.is_string() && is.string().size() <= kValueBytesMax);
  if (!found_by) return std::nullopt;
  return vault_index_prefix(value.profile, value.member, is) + Buffer(digest);
}

/// A value that was erased does not come back, although its capture is sent again.
Result<bool> Vault::is_kept_out(const std::string& digest, const IsKept& is_kept,
                                WriteBatch& batch) const {
  TRY_ASSIGN(const bool erased, is_erased(digest));
  if (erased) return true;
  TRY_ASSIGN(const auto there, value(digest));
  if (!there) return false;
  if (is_kept) {
    TRY_ASSIGN(const bool kept, is_kept(digest, *there));
    if (kept) return true;
  }
  if (const auto key = vault_index_key(*there, digest)) batch.erase(*key);
  return false;
}

Result<void> Vault::put(const std::vector<PrivateValue>& values, const IsKept& is_kept) {
  WriteBatch batch;
  for (const PrivateValue& value : values) {
    const std::string digest = disclosure_digest(value.disclosure, options_.suite);
    TRY_ASSIGN(const bool kept_out, is_kept_out(digest, is_kept, batch));
    if (kept_out) continue;
    batch.put(vault_value_key(digest), encode(value));
    const auto key = value.indexed ? vault_index_key(value, digest) : std::nullopt;
    if (key) batch.put(*key, "");
  }
  if (batch.count() == 0) return {};
  const std::lock_guard lock(mutex_);
  return write(batch);
}

Result<std::optional<PrivateValue>> Vault::value(std::string_view digest) const {
  TRY_ASSIGN(const auto bytes, get(vault_value_key(digest)));
  if (!bytes) return std::optional<PrivateValue>();
  TRY_ASSIGN(PrivateValue value, decode_private_value(digest, *bytes, options_.suite));
  return std::optional(std::move(value));
}

Result<bool> Vault::is_erased(std::string_view digest) const {
  if (!has_erased_) return false;
  TRY_ASSIGN(const auto mark, get(vault_erased_key(digest)));
  return mark.has_value();
}

void Vault::add_erasure(const std::string& digest, const PrivateValue& value, WriteBatch& batch) {
  batch.erase(vault_value_key(digest));
  if (const auto key = vault_index_key(value, digest)) batch.erase(*key);
  batch.put(vault_erased_key(digest), "");
}

Result<std::uint64_t> Vault::erase(const std::vector<std::string>& digests) {
  std::vector<std::string> there;
  WriteBatch batch;
  for (const std::string& digest : digests) {
    TRY_ASSIGN(const auto found, value(digest));
    if (!found || std::ranges::find(there, digest) != there.end()) continue;
    there.push_back(digest);
    add_erasure(digest, *found, batch);
  }
  if (there.empty()) return std::uint64_t{0};
  // LevelDB would write a value and its erasure side by side into one table if both were still in
  // memory, so what is in memory is made a table first.
  TRY(compact(vault_value_key(there.front())));
  TRY(write_anchored(batch));
  has_erased_ = true;
  for (const std::string& digest : there) TRY(compact(vault_value_key(digest)));
  return std::uint64_t{there.size()};
}

Result<std::vector<std::string>> Vault::find(const PrivateQuery& query) const {
  const std::shared_lock lock(opening_);
  if (lost_) return Unexpected{*lost_};
  const Buffer prefix = vault_index_prefix(query.profile, query.member, query.value);
  std::vector<std::string> digests;
  const auto at = database_->iterate();
  for (at->seek(prefix + Buffer(query.after)); at->valid() && at->key().starts_with(prefix);
       at->next()) {
    const Bytes digest = at->key().substr(prefix.size());
    if (digest == query.after) continue;
    if (digests.size() == query.count_max) break;
    digests.emplace_back(digest);
  }
  TRY(at->status());
  return digests;
}

Result<void> Vault::each(
    const std::function<Result<bool>(std::string_view digest, const PrivateValue&)>& each) const {
  const std::shared_lock lock(opening_);
  if (lost_) return Unexpected{*lost_};
  const auto at = database_->iterate(nullptr, false);
  for (at->seek("d"); at->valid() && at->key().starts_with("d"); at->next()) {
    const Bytes digest = at->key().substr(1);
    TRY_ASSIGN(const PrivateValue value, decode_private_value(digest, at->value(), options_.suite));
    TRY_ASSIGN(const bool on, each(digest, value));
    if (!on) break;
  }
  return at->status();
}

Result<void> Vault::rebuild_index(const std::function<bool(const PrivateValue&)>& is_indexed) {
  constexpr std::size_t kAtOnce = 10'000;
  WriteBatch batch;
  const auto write_some = [&](std::size_t count_min) -> Result<void> {
    if (batch.count() <= count_min) return {};
    TRY(write_anchored(batch));
    batch.clear();
    return {};
  };
  const auto at = database_->iterate(nullptr, false);
  for (at->seek("i"); at->valid() && at->key().starts_with("i"); at->next()) {
    batch.erase(at->key());
    TRY(write_some(kAtOnce));
  }
  TRY(at->status());
  for (at->seek("d"); at->valid() && at->key().starts_with("d"); at->next()) {
    const Bytes digest = at->key().substr(1);
    TRY_ASSIGN(const PrivateValue value, decode_private_value(digest, at->value(), options_.suite));
    const auto key = is_indexed(value) ? vault_index_key(value, digest) : std::nullopt;
    if (key) batch.put(*key, "");
    TRY(write_some(kAtOnce));
  }
  TRY(at->status());
  return write_some(0);
}

}  // namespace nianlun
