// What a vault has lost, and how it is taken as it is.
#include <algorithm>

#include "ledger/output_file.h"
#include "state_keys.h"
#include "try.h"
#include "vault.h"
#include "vault_keys.h"

namespace nianlun {
namespace {

constexpr std::size_t kLossRangesMax = 20;
constexpr std::uint64_t kErasedAtOnce = 10'000;

void add_missing(std::uint64_t first, std::uint64_t last, VaultLoss& loss) {
  if (first > last) return;
  loss.missing += last - first + 1;
  if (loss.ranges.size() < kLossRangesMax) loss.ranges.emplace_back(first, last);
}

}  // namespace

Result<void> find_gaps(const Database& database, VaultLoss& loss) {
  TRY_ASSIGN(const auto forgotten, database.get(vault_forgotten_key()));
  std::uint64_t seen = forgotten && forgotten->size() == 8 ? read_be64(*forgotten) : 0;
  const auto at = database.iterate(nullptr, false);
  for (at->seek("w"); at->valid() && at->key().starts_with("w"); at->next()) {
    if (at->key().size() != 9) continue;
    const std::uint64_t write = read_be64(at->key().substr(1));
    if (write <= seen) continue;
    add_missing(seen + 1, write - 1, loss);
    seen = write;
  }
  TRY(at->status());
  loss.made = std::max(loss.made, seen);
  add_missing(seen + 1, loss.made, loss);
  return {};
}

Result<VaultLoss> Vault::find_loss(const VaultOptions& options) {
  VaultLoss loss{.made = options.writes_min, .missing = 0, .ranges = {}, .anchor = true};
  const auto anchored = read_vault_anchor(options.anchor);
  loss.anchor = anchored.has_value();
  if (anchored) loss.made = std::max(loss.made, *anchored);
  TRY(finish_rewriting(options));
  DatabaseOptions as_it_is = options.database;
  as_it_is.create_if_missing = false;
  const auto database = Database::open(as_it_is);
  if (database) {
    TRY(find_gaps(**database, loss));
  } else if (database.error().code == ErrorCode::kNotFound) {
    add_missing(1, loss.made, loss);
  } else {
    return Unexpected{database.error()};
  }
  return loss;
}

Result<void> Vault::settle(const VaultOptions& options) {
  TRY_ASSIGN(const VaultLoss loss, find_loss(options));
  DatabaseOptions kept = options.database;
  kept.create_if_missing = true;
  TRY_ASSIGN(const auto database, Database::open(kept));
  // Until the number of writes is put last, the loss is still one.
  WriteBatch batch;
  const auto at = database->iterate(nullptr, false);
  for (at->seek("w"); at->valid() && at->key().starts_with("w"); at->next()) {
    batch.erase(at->key());
    if (batch.count() < kErasedAtOnce) continue;
    TRY(database->write(batch, Sync::kYes));
    batch.clear();
  }
  TRY(at->status());
  batch.put(vault_forgotten_key(), be64(loss.made));
  TRY(replace_file(options.anchor, vault_anchor_text(loss.made), Access::kOwner));
  return database->write(batch, Sync::kYes);
}

}  // namespace nianlun
