#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/json.h"
#include "ledger/profile.h"
#include "ledger/result.h"
#include "ledger/suite.h"

namespace nianlun {

/// What somebody did, in the words of a profile.
struct StepRequest {
  std::string step;  ///< "lent", or "library/lent"
  /// By the `in` of the step's items: identifiers (URIs), and for the members that hold quantities
  /// objects {"epcClass", "quantity", "uom"}.
  std::map<std::string, std::vector<Json>, std::less<>> items;
  /// Further members and their paths: "nianlun:due", "ilmd.nianlun:title".
  std::vector<std::pair<std::string, Json>> values;
  std::int64_t time_ms = 0;           ///< eventTime, since 1970 UTC
  int zone_offset_minutes = 0;        ///< of the place where it happened
  std::function<Buffer()> random_16;  ///< 16 fresh random octets at each call
  /// The ledger's identifier domain. Identifiers are held against the step's kinds by it, and are
  /// not if it is empty.
  std::string domain;
  Suite suite = Suite::kSha256;  ///< of the ledger
};

struct MadeEvent {
  Json event;                            ///< EPCIS 2.0, without its private members
  std::vector<std::string> disclosures;  ///< of these members, encoded
};

/// Makes the event that records a step: as the profile wants it, so that the ledger can only find
/// fault with the facts.
///
/// kInvalidArgument  no such step; an item or value is missing, not the step's, given twice, or of
///                   another kind; or EPCIS 2.0 does not permit it
/// Threads: any.
Result<MadeEvent> make_event(const Profile& profile, const StepRequest& request);

/// The profile's step of that name, with or without "<profile>/" before it.
/// kInvalidArgument  there is none
Result<const Profile::Step*> find_step(const Profile& profile, std::string_view name);

/// The step's items at a member; nullptr if it has none there.
const Profile::Participant* find_participant(const Profile::Step& step, std::string_view in);

/// A JSON value with its numbers in canonical form (RFC 8785), as events want them: 1 for 1.0.
/// kInvalidArgument  a number with more digits than a double keeps
Result<Json> with_canonical_numbers(const Json& value);

}  // namespace nianlun
