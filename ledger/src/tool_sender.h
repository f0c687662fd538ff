#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/deliver.h"
#include "ledger/json.h"
#include "ledger/ledger_info.h"
#include "ledger/outbox.h"
#include "ledger/profile.h"
#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

std::string random_uuid_urn();  ///< urn:uuid: of version 4
/// An event of now for the registry, with an id of its own.
Json registry_event(std::string_view type);

/// How the tool writes: through an outbox, sealed, to a server, so that what was broken off goes on
/// where it stood.
///
/// Threads: one.
class ToolSender {
 public:
  static Result<ToolSender> open(const std::string& server, std::string_view language);

  const LedgerInfo& info() const { return info_; }
  Api& api() { return api_; }
  /// Sends all that waits in the outbox, sealed by the keys, the submitter's first.
  Result<Delivery> send(Outbox& outbox, const std::vector<PrivateKey>& keys,
                        std::function<void(const Json&, const Json&)> not_accepted);

 private:
  ToolSender(Api api, LedgerInfo info, std::string_view language)
      : api_(std::move(api)), info_(std::move(info)), language_(language) {}
  Api api_;
  LedgerInfo info_;
  std::string language_;
};

/// Sends one registry event through the outbox beside its key, or in `store`; says what came of it
/// and returns the exit code. An event that the server refuses to record does not wait on.
int send_one(const std::string& server, const std::vector<std::string>& key_files,
             std::string store, std::string_view language, const Json& event);

/// The reasons that a CaptureJob's outcome names, in a language.
std::string reasons_of(const Json& outcome, const Profile* profile, std::string_view language);

}  // namespace nianlun
