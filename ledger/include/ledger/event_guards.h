#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/json.h"
#include "ledger/profile.h"
#include "ledger/suite.h"

namespace nianlun {

/// The value at a dotted path, with indexes into arrays; nullptr if there is none.
const Json* value_at(const Json& json, std::string_view path);

/// The guards of a step that ask for the event alone, and that it breaks: what a device can tell
/// before the event is saved, without a state or a network. Guards over items, places and other
/// events are the ledger's to judge.
///
/// Threads: any. Errors: none; disclosures that are not the event's are passed over.
std::vector<const Profile::Guard*> broken_by_event(const Profile::Step& step, const Json& event,
                                                   const std::vector<std::string>& disclosures,
                                                   Suite suite = Suite::kSha256);

}  // namespace nianlun
