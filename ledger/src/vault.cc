#include "vault.h"

#include <set>

#include "ledger/disclosure.h"
#include "try.h"

namespace nianlun {
namespace {

Buffer disclosure_key(std::string_view digest) { return "d" + Buffer(digest); }
Buffer token_key(const Hash& hash) { return "k" + Buffer(hash.view()); }

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "vault.damaged"); }

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(const DatabaseOptions& options) {
  TRY_ASSIGN(auto database, Database::open(options));
  return std::unique_ptr<Vault>(new Vault(std::move(database)));
}

Result<void> Vault::put(const std::vector<std::string>& disclosures) {
  if (disclosures.empty()) return {};
  WriteBatch batch;
  for (const std::string& encoded : disclosures) {
    batch.put(disclosure_key(disclosure_digest(encoded)), encoded);
  }
  return database_->write(batch, Sync::kYes);
}

Result<std::optional<std::string>> Vault::disclosure(std::string_view digest) const {
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
  TRY(database_->write(batch, Sync::kYes));
  for (const Buffer& key : keys) TRY(database_->compact(key, key));
  return std::uint64_t{keys.size()};
}

Result<void> Vault::put_token(const Hash& token_hash, const Json& grant) {
  WriteBatch batch;
  batch.put(token_key(token_hash), grant.dump());
  return database_->write(batch, Sync::kYes);
}

Result<std::optional<Json>> Vault::token(const Hash& token_hash) const {
  TRY_ASSIGN(const auto text, database_->get(token_key(token_hash)));
  if (!text) return std::optional<Json>();
  auto json = Json::parse(*text);
  if (!json) return damaged();
  return std::optional<Json>(*std::move(json));
}

Result<void> Vault::check() const {
  const auto at = database_->iterate(nullptr, false);
  for (at->seek_to_first(); at->valid(); at->next()) {
    const Bytes key = at->key();
    const bool disclosure = key.starts_with("d") && key.substr(1) == disclosure_digest(at->value());
    const bool token = key.starts_with("k") && key.size() == 33 && Json::parse(at->value());
    if (!disclosure && !token) return damaged();
  }
  return at->status();
}

}  // namespace nianlun
