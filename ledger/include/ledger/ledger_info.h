#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/api.h"
#include "ledger/checkpoint.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/suite.h"

namespace nianlun {

/// What GET /ledger says of a server's ledger.
struct LedgerInfo {
  std::string identity, origin, log_key, domain;
  std::vector<std::string> profiles;   ///< ids, without versions
  std::vector<std::string> languages;  ///< of its genesis
  Suite suite = Suite::kSha256;
};
/// kIo  the answer makes no sense (client.server-failed)
Result<LedgerInfo> parse_ledger_info(const Json& json);
/// Further errors: those of Api.
Result<LedgerInfo> ledger_info(Api& api);

/// Whether a text may be the id of a profile: they become names of files and parts of addresses.
bool is_profile_id(std::string_view id);

/// The checkpoint in a note that the ledger's log signed.
/// kConflict  it is another log's; and the errors of open_note() and parse_checkpoint()
Result<Checkpoint> open_checkpoint(std::string_view note, const LedgerInfo& info);

}  // namespace nianlun
