#include "trace_walk.h"

#include <algorithm>
#include <deque>
#include <set>

#include "ledger/identifier.h"
#include "ledger/tag_code.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kContainersMax = 32;
constexpr std::size_t kHolderEntriesMax = 64;

/// When an item's own events last named its holder, as (eventTime, record); the oldest event that
/// was looked at if that was long ago.
Result<Moment> holder_since(const StateView& state, const Item& item) {
  Moment since{item.time_ms, item.index};
  std::size_t seen = 0;
  TRY(scan_timeline(state, item, kEarliest, kLatest, StateView::Order::kDescending,
                    [&](const Timed& timed) {
                      if (timed.entry.voided) return true;
                      since = timed.at();
                      return !timed.entry.sets_holder && ++seen < kHolderEntriesMax;
                    }));
  return since;
}

}  // namespace

bool is_tag(std::string_view id, const GenesisSettings& genesis) {
  return id.starts_with(genesis.domain) && id.substr(genesis.domain.size()).starts_with("/t/");
}

Result<std::string> canonical_name(std::string_view id, const GenesisSettings& genesis) {
  auto typed = normalize_tag_code(id);
  if (typed) return genesis.domain + "/t/" + *typed;
  // A tag is named alike whatever host it was printed with.
  if (const std::size_t tag = id.rfind("/t/"); tag != id.npos) {
    if (auto code = normalize_tag_code(id.substr(tag + 3))) return genesis.domain + "/t/" + *code;
  }
  // What has no scheme was meant as a code: say what is wrong with it as one.
  if (id.find(':') == id.npos) return Unexpected{std::move(typed).error()};
  TRY_ASSIGN(Identifier identifier, identify(id));
  return std::move(identifier.canonical);
}

Result<std::vector<Item>> containers_of(const StateView& state, const Item& item) {
  std::vector<Item> containers;
  std::set<std::string, std::less<>> seen{item.id};
  std::string next = item.now.container;
  while (!next.empty() && containers.size() < kContainersMax && seen.insert(next).second) {
    TRY_ASSIGN(auto container, find_item(state, next));
    if (!container) break;
    next = container->now.container;
    containers.push_back(std::move(*container));
  }
  return containers;
}

Result<std::vector<Item>> ancestors_of(const StateView& state, const Item& item, std::size_t most) {
  std::vector<Item> ancestors;
  std::set<std::string, std::less<>> seen{item.id};
  std::deque<std::string> waiting(item.origins.begin(), item.origins.end());
  while (!waiting.empty() && ancestors.size() < most && seen.size() < kWalkItemsMax) {
    const std::string id = std::move(waiting.front());
    waiting.pop_front();
    if (!seen.insert(id).second) continue;
    TRY_ASSIGN(auto ancestor, find_item(state, id));
    if (!ancestor) continue;
    waiting.insert(waiting.end(), ancestor->origins.begin(), ancestor->origins.end());
    ancestors.push_back(std::move(*ancestor));
  }
  return ancestors;
}

Result<std::optional<bool>> any_above(const StateView& state, const Item& item,
                                      const std::function<bool(const Item&)>& test) {
  std::set<std::string, std::less<>> seen{item.id};
  std::deque<Item> waiting{item};
  while (!waiting.empty()) {
    const Item one = std::move(waiting.front());
    waiting.pop_front();
    if (test(one)) return std::optional(true);
    std::vector<std::string> above = one.origins;
    if (!one.now.container.empty()) above.push_back(one.now.container);
    for (std::string& id : above) {
      if (!seen.insert(id).second) continue;
      if (seen.size() > kWalkItemsMax) return std::optional<bool>();
      TRY_ASSIGN(auto found, find_item(state, id));
      if (found) waiting.push_back(std::move(*found));
    }
  }
  return std::optional(false);
}

Result<std::uint64_t> holder_of(const StateView& state, const Item& item,
                                const std::vector<Item>& containers) {
  std::uint64_t holder = item.now.holder;
  Moment newest{kDateTimeMsMin, 0};
  const bool alone =
      std::ranges::none_of(containers, [](const Item& one) { return one.now.holder != 0; });
  if (alone) return holder;
  if (holder != 0) {
    TRY_ASSIGN(newest, holder_since(state, item));
  }
  for (const Item& container : containers) {
    if (container.now.holder == 0) continue;
    TRY_ASSIGN(const Moment since, holder_since(state, container));
    if (since > newest) {
      newest = since;
      holder = container.now.holder;
    }
  }
  return holder;
}

}  // namespace nianlun
