#include "state_store.h"

#include "ledger/encoding.h"
#include "ledger/json.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::uint64_t kRecordsPerWrite = 4096;

}  // namespace

Result<std::optional<Buffer>> DatabaseView::get(Bytes key) const {
  return database_->get(key, snapshot_.get());
}

Result<void> DatabaseView::scan(Bytes first, Bytes last, Order order, const Each& each) const {
  const auto at = database_->iterate(snapshot_.get());
  if (order == Order::kAscending) {
    for (at->seek(first); at->valid() && at->key() < last; at->next()) {
      if (!each(at->key(), at->value())) return {};
    }
    return at->status();
  }
  at->seek_for_prev(last);
  if (at->valid() && at->key() == last) at->prev();
  for (; at->valid() && at->key() >= first; at->prev()) {
    if (!each(at->key(), at->value())) return {};
  }
  return at->status();
}

// Where the entries lie tells which prefixes have none: there it moves on without a search.
Result<void> DatabaseView::scan_prefixes(std::span<const Buffer> prefixes, const Each& each) const {
  if (prefixes.empty()) return {};
  const auto at = database_->iterate(snapshot_.get());
  at->seek(prefixes.front());
  for (const Buffer& prefix : prefixes) {
    if (at->valid() && at->key() < prefix) at->seek(prefix);
    for (; at->valid() && at->key().starts_with(prefix); at->next()) {
      if (!each(at->key(), at->value())) return {};
    }
    if (!at->valid()) break;
  }
  return at->status();
}

Result<TreeHead> state_position(const StateView& state) {
  TRY_ASSIGN(const auto text, state.get(kPositionKey));
  if (!text) return TreeHead{.size = 0, .root = empty_root()};
  const auto json = Json::parse(*text);
  const auto size = json ? json->integer("size") : Unexpected{json.error()};
  const auto root = json ? hash_from_hex(json->text("root")) : Unexpected{json.error()};
  if (!size || *size < 1 || !root) return fail(ErrorCode::kCorrupted, "state.damaged");
  return TreeHead{.size = static_cast<std::uint64_t>(*size), .root = *root};
}

Result<void> write_state(Database& state, const StateOverlay::Changes& changes,
                         const TreeHead& position) {
  WriteBatch batch;
  for (const auto& [key, value] : changes) {
    if (value) {
      batch.put(key, *value);
    } else {
      batch.erase(key);
    }
  }
  Json json;
  json.set("root", hex(position.root)).set("size", position.size);
  batch.put(kPositionKey, json.dump());
  return state.write(batch, Sync::kNo);
}

Result<void> compare_state(const TreeHead& position, const LogView& log) {
  if (position.size > log.size()) {
    return fail(ErrorCode::kCorrupted, "ledger.state-ahead",
                {{"log", std::to_string(log.size())}, {"state", std::to_string(position.size)}});
  }
  TRY_ASSIGN(const Hash root, log.root_at(position.size));
  if (root != position.root) {
    return fail(ErrorCode::kCorrupted, "ledger.state-fork",
                {{"state", std::to_string(position.size)}});
  }
  return {};
}

Result<void> catch_up(const std::shared_ptr<Database>& state, const LogView& log, Machine& machine,
                      const Progress& progress) {
  TRY_ASSIGN(TreeHead position, state_position(DatabaseView(state)));
  TRY(compare_state(position, log));
  if (position.size == log.size()) return {};
  auto view = std::make_unique<DatabaseView>(state);
  StateOverlay overlay(*view);
  const auto write = [&](std::uint64_t size) -> Result<void> {
    TRY_ASSIGN(const Hash root, log.root_at(size));
    TRY(write_state(*state, overlay.changes(), {.size = size, .root = root}));
    overlay.clear();
    *view = DatabaseView(state);
    if (progress) progress(size);
    return {};
  };
  std::uint64_t written = position.size;
  const auto fold = [&](const StoredRecord& record, const SealEntry& entry) -> Result<void> {
    TRY(machine.fold(record.index, record.record, entry.seal, overlay));
    if (record.index + 1 - written < kRecordsPerWrite) return {};
    written = record.index + 1;
    return write(written);
  };
  TRY(log.scan(position.size, fold));
  return written == log.size() ? Result<void>() : write(log.size());
}

Result<void> fold_records(const LogView& log, std::uint64_t first, Machine& machine,
                          StateOverlay& state) {
  return log.scan(first, [&](const StoredRecord& record, const SealEntry& entry) {
    return machine.fold(record.index, record.record, entry.seal, state);
  });
}

}  // namespace nianlun
