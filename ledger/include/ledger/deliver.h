#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ledger/http_client.h"
#include "ledger/json.h"
#include "ledger/outbox.h"
#include "ledger/result.h"

namespace nianlun {

/// What GET /ledger says of a server's ledger.
struct LedgerInfo {
  std::string identity;
  std::string origin;
  std::string domain;
  std::string log_key;  ///< vkey
  std::string time_zone;
  std::vector<std::string> languages;
  std::vector<std::string> profiles;  ///< labels, "<id>@<version>"
};
Result<LedgerInfo> ledger_info(HttpClient& client);
Result<LedgerInfo> parse_ledger_info(const Json& json);

struct DeliverOptions {
  Outbox::SealContext context;  ///< `ledger` and `keys` filled in
  bool all_or_none = false;     ///< GS1-Capture-Error-Behaviour: rollback, else proceed
  /// The machine's clock; each seal has the times of its making.
  std::function<void(Outbox::SealContext&)> stamp;
  std::function<void(std::uint64_t sent)> progress;  ///< events answered so far
};
struct Delivery {
  std::uint64_t accepted = 0;
  std::uint64_t disputed = 0;
  std::uint64_t refused = 0;
  std::vector<Json> outcomes_not_accepted;  ///< of the jobs, at most 100
};

/// Seals and sends all that waits in an outbox, until nothing is left. May be broken off and called
/// again at any time: nothing is sent twice with another seal, and nothing is lost.
/// kIo               no server, or it broke off: what is not answered waits
/// kBusy             the server is full
/// kInvalidArgument  the server refused a capture as a whole; the argument "reason" says why
Result<Delivery> deliver(Outbox& outbox, HttpClient& client, const DeliverOptions& options);

}  // namespace nianlun
