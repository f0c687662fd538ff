#pragma once

#include <cstdint>
#include <functional>

#include "ledger/api.h"
#include "ledger/json.h"
#include "ledger/outbox.h"
#include "ledger/result.h"

namespace nianlun {

struct DeliverOptions {
  /// `ledger`, `keys`, `after` and `events_max` filled in; each seal gets the time of its making.
  Outbox::SealContext context;
  /// Called for each event that is new to the ledger, and disputed or refused; the event is null if
  /// the server names none that was sent.
  std::function<void(const Json& event, const Json& outcome)> not_accepted;
  std::function<void(std::uint64_t sent)> progress;  ///< events answered so far
  /// Called when a capture that the server refused as a whole was taken apart again.
  std::function<void()> waits_again;
};
struct Delivery {
  std::uint64_t accepted = 0;
  std::uint64_t disputed = 0;
  std::uint64_t refused = 0;
  std::uint64_t duplicates = 0;  ///< known to the ledger from another capture; in no other count
  std::uint64_t sent() const { return accepted + disputed + refused + duplicates; }
};

/// Seals and sends all that waits in an outbox, until nothing is left. May be broken off and called
/// again at any time: nothing is sent twice with another seal, and nothing is lost.
/// kIo, kBusy        no server, or it is in trouble: what is not answered waits
/// kInvalidArgument  the server refused a capture as a whole, and its events wait again; the
///                   argument "reason" says why
Result<Delivery> deliver(Outbox& outbox, Api& api, const DeliverOptions& options);

}  // namespace nianlun
