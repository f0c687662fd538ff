#pragma once

#include <string_view>

#include "ledger/identifier.h"

namespace nianlun {

/// Reads "urn:epc:..." (EPC Tag Data Standard 2.0, 6.3). The URN shows where the company prefix
/// ends, so no table of prefixes is needed. URNs of other EPC namespaces are kOther.
///
/// kInvalidArgument  a known scheme whose parts have wrong lengths or characters
Result<Identifier> identify_epc_urn(std::string_view urn);

}  // namespace nianlun
