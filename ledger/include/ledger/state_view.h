#pragma once

#include <array>
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

/// A key of changes, with its first octets at hand: to compare those is enough mostly, and takes no
/// look at the key where it lies.
struct ChangedKey {
  std::uint64_t first = 0;  ///< octets, big-endian
  Buffer octets;
  operator Bytes() const { return octets; }
  bool operator==(const ChangedKey&) const = default;
};
struct ChangedKeyLess {
  using is_transparent = void;
  struct Probe {
    Probe(Bytes key);
    std::uint64_t first;
    Bytes octets;
  };
  bool operator()(const ChangedKey& a, const ChangedKey& b) const { return less(a, b); }
  bool operator()(const ChangedKey& a, const Probe& b) const { return less(a, b); }
  bool operator()(const Probe& a, const ChangedKey& b) const { return less(a, b); }

 private:
  template <class A, class B>
  static bool less(const A& a, const B& b) {
    return a.first != b.first ? a.first < b.first : Bytes(a.octets) < Bytes(b.octets);
  }
};

/// Changes on top of a view, kept apart until they are written or dropped.
class StateOverlay final : public StateView {
 public:
  using Value = std::optional<Buffer>;  ///< nothing: erased
  using Changes = std::map<ChangedKey, Value, ChangedKeyLess>;

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

  /// What is changed from now on can be taken back, until the trial is ended.
  void begin_trial();
  /// Takes back what was changed since the trial began; it goes on.
  void roll_back();
  void end_trial();

 private:
  struct Undo {
    Changes::iterator at;
    std::optional<Value> before;  ///< nothing: the change is new
  };
  void set(Bytes key, Value value);
  void mark(Bytes key);

  const StateView* base_;
  Changes changes_;
  bool trial_ = false;
  std::vector<Undo> undo_;  ///< of the trial, in the order of its changes
  /// A bit for the number of each changed key. Most keys that are asked for are not among the
  /// changes, and the map takes longer to say so.
  std::vector<std::uint64_t> marks_;
};

/// A view that does not change, with the latest reads at hand: an event's item and its sender are
/// asked for several times, and a database takes microseconds for each.
///
/// Threads: one.
class RecentReads final : public StateView {
 public:
  explicit RecentReads(const StateView& base) : base_(base) {}
  Result<std::optional<Buffer>> get(Bytes key) const override;
  Result<void> scan(Bytes first, Bytes last, Order order, const Each& each) const override {
    return base_.scan(first, last, order, each);
  }

 private:
  struct Slot {
    Buffer key;  ///< empty: unused, as no key is
    std::optional<Buffer> value;
  };
  const StateView& base_;
  mutable std::array<Slot, 64> slots_;
};

}  // namespace nianlun
