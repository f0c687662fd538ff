#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/suite.h"

namespace nianlun {

/// Private values (docs/formats.md, section 3): members that leave an event before it is sealed and
/// stay behind as digests.
///
/// Threads: pure functions. Errors: named at each.

/// Whether a member of an event is structural: always in clear.
bool is_structural(std::string_view member);

struct SplitEvent {
  Json event;  ///< digests in place of the private members
  std::vector<std::string> disclosures;
};

/// Takes every member out that is neither structural nor public, of the event and of its ilmd.
/// `is_public` is asked for the path ("nianlun:due", "ilmd.nianlun:lot"); `salt` yields 16 fresh
/// random octets at each call; `suite`: of the ledger that it is for.
Result<SplitEvent> split_private(const Json& event,
                                 const std::function<bool(std::string_view path)>& is_public,
                                 const std::function<Buffer()>& salt, Suite suite = Suite::kSha256);

/// The path of the first member that is in clear and may not be, or nothing.
std::optional<std::string> private_in_clear(
    const Json& event, const std::function<bool(std::string_view path)>& is_public);

/// The event with the members that `find` knows put back in place of their digests.
Result<Json> merge_private(
    const Json& event,
    const std::function<std::optional<std::string>(std::string_view digest)>& find);

/// The event with these disclosures put back, which come in the order of their digests, each once.
/// kCorrupted        one has no digest in the event, or not in this order
/// kInvalidArgument  one names a member that is there already, or a structural one
Result<Json> merge_disclosures(const Json& event, const std::vector<std::string>& disclosures,
                               Suite suite = Suite::kSha256);

/// Every digest of the event and of its ilmd, in their order.
std::vector<std::string> digests_of(const Json& event);

}  // namespace nianlun
