#pragma once

// Ways through the items of a ledger: up to what something comes from or lies in. Each walk has a
// bound and meets nothing twice, whatever the events said.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts.h"
#include "ledger/result.h"
#include "ledger/state_view.h"
#include "profile_book.h"

namespace nianlun {

inline constexpr std::size_t kWalkItemsMax = 1000;  ///< that one walk upwards looks at

/// Whether an identifier names a tag: `<domain>/t/CODE`.
bool is_tag(std::string_view id, const GenesisSettings& genesis);
/// The canonical identifier of what somebody typed, scanned or linked to.
/// kInvalidArgument  neither an identifier nor a tag code
Result<std::string> canonical_name(std::string_view id, const GenesisSettings& genesis);

/// What an item lies in or is fastened to, the nearest first.
Result<std::vector<Item>> containers_of(const StateView& state, const Item& item);
/// What an item comes from, the nearest first; at most `most`.
Result<std::vector<Item>> ancestors_of(const StateView& state, const Item& item, std::size_t most);

/// Whether `test` holds for the item or for anything above it: its origins, its containers, theirs
/// and so on. A walk that meets its bound yields nothing.
Result<std::optional<bool>> any_above(const StateView& state, const Item& item,
                                      const std::function<bool(const Item&)>& test);

/// The number of the party that holds an item: the holder that was named last for the item itself
/// or for what it lies in, for who takes over a container takes over what is inside. 0: nobody yet.
Result<std::uint64_t> holder_of(const StateView& state, const Item& item,
                                const std::vector<Item>& containers);

}  // namespace nianlun
