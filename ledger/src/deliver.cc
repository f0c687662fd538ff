#include "ledger/deliver.h"

#include "ledger/device.h"
#include "ledger/encoding.h"
#include "ledger/seal.h"
#include "try.h"

namespace nianlun {
namespace {

/// The answer to a document. A server that refuses it as a whole is asked whether it has it after
/// all, from an earlier attempt; only if it has not may the events go into another seal.
Result<Json> job_of(const Json& document, Outbox& outbox, Api& api, const DeliverOptions& options) {
  const Suite suite = options.context.suite;
  auto job = api.capture(document.dump());
  if (job || job.error().code != ErrorCode::kInvalidArgument) return job;
  const Json* made = document.find("nianlun:seal");
  if (made == nullptr) return job;
  TRY_ASSIGN(const Seal seal, parse_seal(*made, suite));
  auto earlier = api.get_json("/capture/" + hex(seal.hash));
  if (earlier) return earlier;
  if (earlier.error().code == ErrorCode::kNotFound) {
    TRY(outbox.unseal());
    if (options.waits_again) options.waits_again();
  }
  return job;
}

const Json& event_at(const Json& document, const Json& outcome) {
  static const Json kNone;
  const Json* body = document.find("epcisBody");
  const Json* events = body == nullptr ? nullptr : body->find("eventList");
  const auto position = outcome.integer("position");
  const bool known = events != nullptr && events->is_array() && position && *position >= 0 &&
                     static_cast<std::size_t>(*position) < events->array().size();
  return known ? events->array()[static_cast<std::size_t>(*position)] : kNone;
}

void tally(const Json& document, const Json& job, const DeliverOptions& options,
           Delivery& delivery) {
  const Json* outcomes = job.find("nianlun:outcomes");
  if (outcomes == nullptr || !outcomes->is_array()) return;
  for (const Json& outcome : outcomes->array()) {
    const std::string_view word = outcome.text("outcome");
    if (const Json* duplicate = outcome.find("duplicate"); duplicate && *duplicate == Json(true)) {
      ++delivery.duplicates;
    } else if (word == "accepted") {
      ++delivery.accepted;
    } else {
      ++(word == "refused" ? delivery.refused : delivery.disputed);
      if (options.not_accepted) options.not_accepted(event_at(document, outcome), outcome);
    }
  }
}

}  // namespace

Result<Delivery> deliver(Outbox& outbox, Api& api, const DeliverOptions& options) {
  Delivery delivery;
  for (;;) {
    Outbox::SealContext context = options.context;
    context.now_ms = now_ms();
    context.monotonic_ms = monotonic_ms();
    context.boot = boot_id();
    TRY_ASSIGN(const std::optional<Json> document, outbox.next_document(context));
    if (!document) return delivery;
    TRY_ASSIGN(const Json job, job_of(*document, outbox, api, options));
    TRY(outbox.answered(job));
    tally(*document, job, options, delivery);
    if (options.progress) options.progress(delivery.sent());
  }
}

}  // namespace nianlun
