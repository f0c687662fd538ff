#pragma once

// The `state` database: what follows from `log`.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "ledger/database.h"
#include "ledger/machine.h"
#include "ledger/seal.h"
#include "ledger/state_view.h"
#include "log_view.h"

namespace nianlun {

/// A database as a view, as it was when it was made.
///
/// Threads: any.
class DatabaseView final : public StateView {
 public:
  explicit DatabaseView(std::shared_ptr<Database> database)
      : database_(std::move(database)), snapshot_(database_->snapshot()) {}
  Result<std::optional<Buffer>> get(Bytes key) const override;
  Result<void> scan(Bytes first, Bytes last, Order order, const Each& each) const override;
  Result<void> scan_prefixes(std::span<const Buffer> prefixes, const Each& each) const override;

 private:
  std::shared_ptr<Database> database_;
  std::shared_ptr<const Snapshot> snapshot_;
};

/// A view without entries.
class EmptyView final : public StateView {
 public:
  Result<std::optional<Buffer>> get(Bytes) const override { return std::optional<Buffer>(); }
  Result<void> scan(Bytes, Bytes, Order, const Each&) const override { return {}; }
};

/// What records the state reflects; an empty one reflects none.
/// kCorrupted  not what write_state() writes
Result<TreeHead> state_position(const StateView& state);

/// Writes changes and the position that they lead to, in one batch, without sync.
Result<void> write_state(Database& state, const StateOverlay::Changes& changes,
                         const TreeHead& position);

/// Whether the state reflects the beginning of the log.
/// kCorrupted  it is ahead of the log, or of another log
Result<void> compare_state(const TreeHead& position, const LogView& log);

using Progress = std::function<void(std::uint64_t records)>;
/// Folds what the log has more into the state, some thousand records at a time.
Result<void> catch_up(const std::shared_ptr<Database>& state, const LogView& log, Machine& machine,
                      const Progress& progress);
/// The same into memory, where nothing may be written.
Result<void> fold_records(const LogView& log, std::uint64_t first, Machine& machine,
                          StateOverlay& state);

}  // namespace nianlun
