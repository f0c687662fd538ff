#pragma once

// The keys of the log, as the records have them: docs/formats.md, section 15.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fold.h"
#include "ledger/note.h"
#include "profile_book.h"

namespace nianlun {

struct LogKey {
  std::string vkey;
  std::uint64_t adopted = 0;  ///< record
  std::optional<std::uint64_t> retired;
  bool operator==(const LogKey&) const = default;
};

/// From the genesis' on, in the order of their adoption. The last one or two are not retired.
Result<std::vector<LogKey>> log_keys(const StateView& state, const GenesisSettings& genesis);
/// Those that sign: the older first.
std::vector<LogKey> signing(const std::vector<LogKey>& keys);

/// What is wrong with a record that adopts or retires a key, but for who signs it: the guard `key`,
/// or nothing.
Result<std::optional<std::string>> judge_log_key(const StateView& state,
                                                 const GenesisSettings& genesis, const Json& event);
Result<void> fold_log_key(const FoldInput& input, StateOverlay& state);

bool is_log_key_event(std::string_view type);

}  // namespace nianlun
