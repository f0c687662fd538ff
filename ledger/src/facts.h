#pragma once

// What judging and showing ask of the state, in words: reads of state_keys.h with their decoding.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/decimal.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/state_view.h"
#include "state_keys.h"
#include "timeline.h"

namespace nianlun {

/// A key that acts for a party.
struct Actor {
  std::uint64_t number = 0;
  std::uint64_t party_number = 0;
  std::string did;
  std::string party;                                      ///< URI
  std::vector<std::string> roles;                         ///< roles.h
  std::uint64_t enrolled = kNoRecord;                     ///< record of its KeyEnrolled
  std::uint64_t revoked = kNoRecord;                      ///< record of its KeyRevoked
  std::optional<std::int64_t> compromised_since_ms = {};  ///< what that claims
  /// Whether somebody else may have sent a record under this key.
  bool is_doubtful(std::uint64_t index, std::int64_t record_time_ms) const;
  bool has_role(std::string_view role) const;
};
Buffer encode(const Actor& actor);  ///< the value of `K`
Result<std::optional<Actor>> find_actor(const StateView& view, std::string_view did);
/// What a registry event claims of the key that it revokes; kInvalidArgument if it is no time.
Result<std::optional<std::int64_t>> compromised_since(const Json& event);
Result<std::optional<std::string>> actor_did(const StateView& view, std::uint64_t number);

struct Party {
  std::uint64_t number = 0;
  std::string uri;
  Json name;                            ///< by language
  std::vector<std::string> roles = {};  ///< of whoever comes with a token of it: "<profile>/<role>"
  std::uint64_t enrolled = kNoRecord;   ///< the record that gave it its name
  bool has_role(std::string_view role) const;
};
Buffer encode(const Party& party);  ///< the value of `P`
Result<std::optional<Party>> find_party(const StateView& view, std::string_view uri);
Result<std::optional<std::string>> party_uri(const StateView& view, std::uint64_t number);

Result<std::optional<Item>> find_item(const StateView& view, std::string_view id);
/// The newest timeline entry at or before (time, index), voided ones left out; none of an item that
/// is not there.
Result<std::optional<Timed>> entry_at(const StateView& view, std::string_view item,
                                      std::int64_t time_ms, std::uint64_t index);
/// Visits the timeline in order of (eventTime, index), voided ones too; `each` returns false to
/// stop.
Result<void> each_entry(const StateView& view, std::string_view item,
                        const std::function<bool(const Timed&)>& each);
/// 0 if the lot was never drawn from or added to.
Result<Decimal> balance_of(const StateView& view, std::string_view lot, std::string_view unit);
/// Visits the items inside a container; what came from an origin. `each` returns false to stop.
Result<void> each_content(const StateView& view, std::string_view container,
                          const std::function<bool(std::string_view item)>& each);
Result<void> each_descendant(const StateView& view, std::string_view origin,
                             const std::function<bool(std::string_view item)>& each);

}  // namespace nianlun
