#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ledger/deliver.h"
#include "ledger/http_client.h"
#include "ledger/json.h"
#include "ledger/outbox.h"
#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

std::string random_uuid_urn();  ///< urn:uuid: of version 4

/// How the tool writes: through an outbox of its key, sealed, to a server, so that what was broken
/// off goes on where it stood.
///
/// Threads: one.
class ToolSender {
 public:
  struct Options {
    std::string server;
    std::vector<std::string> key_files;  ///< the submitter's first
    std::string store;                   ///< beside the first key, named after it, if empty
    std::string language;
  };
  static Result<std::unique_ptr<ToolSender>> open(Options options);

  const LedgerInfo& info() const { return info_; }
  HttpClient& client() { return *client_; }
  Result<void> add(const Json& event, std::vector<std::string> disclosures);
  /// Sends all that waits; says what came of it; returns the exit code.
  int send_all();

 private:
  ToolSender() = default;
  Options options_;
  LedgerInfo info_;
  std::vector<PrivateKey> keys_;
  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<Outbox> outbox_;
};

}  // namespace nianlun
