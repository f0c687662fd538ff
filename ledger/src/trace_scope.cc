#include <algorithm>
#include <map>
#include <set>

#include "ledger/trace.h"
#include "trace_teller.h"
#include "trace_walk.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kMemoMax = 4096;

/// A way down: the keys under one prefix, and how far it was walked. A depth-first walk keeps one
/// for each level, so its memory grows with the depth and not with what it visits.
struct Way {
  std::string from;  ///< the item whose descendants or contents these are
  Buffer next;       ///< the first key that was not visited yet
  Buffer end;
};

/// Walks what comes from a lot and what is inside that, each unit once.
///
/// A unit that has only one way in cannot be met twice; one whose other origins or containers are
/// in the scope as well is remembered, as 16 octets.
class Scope {
 public:
  Scope(const StateView& state, const GenesisSettings& genesis, std::string lot)
      : state_(state), genesis_(genesis), lot_(std::move(lot)) {}

  Result<void> walk(const std::function<bool(const ScopeUnit&)>& each) {
    push(lot_);
    while (!ways_.empty()) {
      TRY_ASSIGN(const auto id, step());
      if (!id) continue;
      TRY_ASSIGN(const auto item, find_item(state_, id->first));
      if (!item) continue;
      TRY_ASSIGN(const bool fresh, is_fresh(*item, id->second));
      if (!fresh) continue;
      if (!is_tag(item->id, genesis_)) {
        TRY_ASSIGN(const ScopeUnit unit, unit_of(*item));
        if (!each(unit)) return {};
      }
      push(item->id);
    }
    return {};
  }

 private:
  void push(const std::string& id) {
    for (Buffer prefix : {descendant_prefix(id), contents_prefix(id)}) {
      Buffer end = after_prefix(prefix);
      ways_.push_back({id, std::move(prefix), std::move(end)});
    }
  }

  /// The next item of the deepest way and where the way comes from; nothing if the way was at its
  /// end.
  Result<std::optional<std::pair<std::string, std::string>>> step() {
    Way& way = ways_.back();
    std::optional<std::string> id;
    Result<void> read;
    TRY(state_.scan(way.next, way.end, StateView::Order::kAscending, [&](Bytes key, Bytes value) {
      if (key.front() == 'c') {  // what came from what: an index goes before the item
        const auto indexed = decode_indexed(value);
        if (!indexed) {
          read = Unexpected{indexed.error()};
          return false;
        }
        id = indexed->value;
      } else {
        id = value;
      }
      way.next.assign(key).push_back('\0');
      return false;
    }));
    TRY(std::move(read));
    if (!id) {
      ways_.pop_back();
      return std::optional<std::pair<std::string, std::string>>();
    }
    return std::optional(std::pair(*std::move(id), way.from));
  }

  Result<bool> is_fresh(const Item& item, const std::string& from) {
    if (item.id == lot_) return false;  // a circle
    std::vector<std::string> others = item.origins;
    if (!item.now.container.empty()) others.push_back(item.now.container);
    if (const auto way = std::ranges::find(others, from); way != others.end()) others.erase(way);
    bool again = false;
    for (const std::string& other : others) {
      TRY_ASSIGN(again, in_scope(other));
      if (again) break;
    }
    return !again || remembered_.insert(hash16(item.id)).second;
  }

  /// Whether the walk may come by this item. Neighbours share containers, hence the memory of
  /// answers.
  Result<bool> in_scope(const std::string& id) {
    if (const auto known = memo_.find(id); known != memo_.end()) return known->second;
    TRY_ASSIGN(const auto item, find_item(state_, id));
    bool inside = id == lot_;
    if (item && !inside) {
      TRY_ASSIGN(const auto found,
                 any_above(state_, *item, [&](const Item& one) { return one.id == lot_; }));
      inside = found.value_or(true);
    }
    if (memo_.size() == kMemoMax) memo_.clear();
    memo_.emplace(id, inside);
    return inside;
  }

  Result<ScopeUnit> unit_of(const Item& item) {
    ScopeUnit unit{item.id, item.kind, item.now.state, "", item.now.container};
    TRY_ASSIGN(const auto containers, containers_of(state_, item));
    TRY_ASSIGN(const std::uint64_t holder, holder_of(state_, item, containers));
    if (holder != 0) {
      TRY_ASSIGN(auto uri, party_uri(state_, holder));
      unit.holder = std::move(uri).value_or("");
    }
    return unit;
  }

  const StateView& state_;
  const GenesisSettings& genesis_;
  std::string lot_;
  std::vector<Way> ways_;
  std::set<Buffer> remembered_;
  std::map<std::string, bool, std::less<>> memo_;
};

}  // namespace

Result<void> each_in_scope(const Reading& reading, std::string_view lot,
                           const std::function<bool(const ScopeUnit&)>& each) {
  TRY_ASSIGN(const auto book, reading.book());
  TRY_ASSIGN(std::string id, canonical_name(lot, book->genesis()));
  TRY_ASSIGN(const auto item, find_item(reading.state(), id));
  if (!item) return fail(ErrorCode::kNotFound, "trace.no-item", {{"id", id}});
  return Scope(reading.state(), book->genesis(), std::move(id)).walk(each);
}

}  // namespace nianlun
