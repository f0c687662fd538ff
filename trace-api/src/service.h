#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/signature.h"
#include "router.h"
#include "witnesses.h"

namespace nianlun::api {

/// The public keys of did:keys that were seen, since making one costs more than a look-up. Bounded:
/// when it is full it begins anew.
///
/// Threads: any.
class KeyCache {
 public:
  explicit KeyCache(std::size_t keys_max = 4096) : keys_max_(keys_max) {}
  Result<PublicKey> get(std::string_view did);

 private:
  std::size_t keys_max_;
  std::mutex mutex_;
  std::map<std::string, PublicKey, std::less<>> keys_;  // guarded by mutex_
};

/// What the handlers need. Clock and randomness enter here.
struct Service {
  Ledger& ledger;
  std::function<std::int64_t()> now_ms;  ///< since 1970 UTC
  std::function<Buffer(std::size_t octets)> random;
  KeyCache& keys;
  std::string report_contact{};          ///< for the public page; may be empty
  const Witnesses* witnesses = nullptr;  ///< none: the ledger has no policy
};

/// Every route of the trace API. `service` must outlive them.
std::vector<Route> routes(const Service& service);
std::vector<Route> capture_routes(const Service& service);
std::vector<Route> item_routes(const Service& service);
std::vector<Route> ledger_routes(const Service& service);
std::vector<Route> witness_routes(const Service& service);
/// The checkpoint, tiles and entry bundles of c2sp.org/tlog-tiles.
std::vector<Route> tile_routes(const Service& service);

/// With a policy, the newest checkpoint that reached the quorum: what is published is vouched for.
/// Until the first has, and without a policy, the newest that the log signed.
std::string published_checkpoint(const Service& service);

/// Looks a token up in the vault.
Authenticate authenticate_by(Ledger& ledger);
/// The page, for browsers, that says that a path leads nowhere.
std::optional<Response> not_found_for_browsers(const Request& request);

Response json_response(const Json& json);
Response json_response(std::string text);
bool wants_html(const Request& request);

}  // namespace nianlun::api
