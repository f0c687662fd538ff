#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

/// An ordered map of octets that the state machine reads: a database, or an overlay on one.
///
/// Threads: as the one who made it says. Errors: kIo and kCorrupted of what lies beneath.
class StateView {
 public:
  enum class Order { kAscending, kDescending };
  using Each = std::function<bool(Bytes key, Bytes value)>;  ///< returns false to stop

  virtual ~StateView() = default;
  virtual Result<std::optional<Buffer>> get(Bytes key) const = 0;
  /// Visits the entries with first <= key < last.
  virtual Result<void> scan(Bytes first, Bytes last, Order order, const Each& each) const = 0;
  /// Visits the entries whose keys begin with one of `prefixes`, ascending. None of these begins
  /// another, and they ascend.
  virtual Result<void> scan_prefixes(std::span<const Buffer> prefixes, const Each& each) const;
};

/// A number that keys without anything in common hardly share: only for finding what is at hand.
std::uint64_t key_number(Bytes key);

/// Changes on top of a view, kept apart until they are written or dropped.
class StateOverlay final : public StateView {
 public:
  using Changes = std::map<Buffer, std::optional<Buffer>, std::less<>>;  ///< nothing: erased

  explicit StateOverlay(const StateView& base) : base_(&base) {}
  /// On top of another overlay like on any view: never a copy of its changes.
  explicit StateOverlay(const StateOverlay& base) : base_(&base) {}
  StateOverlay& operator=(const StateOverlay&) = delete;
  ~StateOverlay() override = default;
  Result<std::optional<Buffer>> get(Bytes key) const override;
  Result<void> scan(Bytes first, Bytes last, Order order, const Each& each) const override;

  void put(Bytes key, Buffer value);
  void erase(Bytes key);
  const Changes& changes() const { return changes_; }
  void clear();
  /// Puts every change into the overlay beneath.
  void move_into(StateOverlay& below);

 private:
  void mark(Bytes key);

  const StateView* base_;
  Changes changes_;
  /// A bit for the number of each changed key. Most keys that are asked for are not among the
  /// changes, and the map takes longer to say so.
  std::vector<std::uint64_t> marks_;
};

}  // namespace nianlun
