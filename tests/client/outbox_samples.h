#pragma once

// What the outbox tests and the process that they kill share.

#include <string>

#include "ledger/capture.h"
#include "ledger/encoding.h"
#include "ledger/outbox.h"
#include "ledger/result.h"

namespace nianlun::testing {

/// A small event, named by a number.
inline Json outbox_event(int number) {
  Json event;
  event.set("@context", our_context())
      .set("type", "ObjectEvent")
      .set("eventID", "urn:test:event:" + std::to_string(number))
      .set("eventTime", "2026-05-01T08:00:00.000Z")
      .set("eventTimeZoneOffset", "+00:00")
      .set("epcList", Json::Array{"urn:test:item:" + std::to_string(number)})
      .set("action", "OBSERVE");
  return event;
}

inline PrivateKey outbox_key() {
  return *PrivateKey::from_seed(KeyType::kEd25519, std::string(32, 'k'));
}

inline Outbox::SealContext outbox_context(const PrivateKey& key, std::size_t events_max = 500) {
  Outbox::SealContext context;
  context.ledger = "example.org/test#00";
  context.keys = {&key};
  context.now_ms = 1'777'593'600'000;
  context.boot = "b";
  context.events_max = events_max;
  return context;
}

/// The CaptureJob of a server that accepts every event of a document, but those that it refuses or
/// disputes by `word_of` the position.
template <class WordOf>
Json capture_job(const Json& document, WordOf word_of) {
  const auto seal = parse_seal(*document.find("nianlun:seal"));
  Json::Array outcomes;
  for (std::uint64_t i = 0; i < seal->count; ++i) {
    const std::string word = word_of(i);
    Json outcome;
    outcome.set("position", i).set("index", 100 + i).set("outcome", word);
    if (word != "accepted") outcome.set("broken", Json::Array{"once"});
    outcomes.push_back(outcome);
  }
  Json job;
  job.set("captureID", hex(seal->hash)).set("running", false).set("success", true);
  job.set("nianlun:outcomes", std::move(outcomes));
  return job;
}
inline Json accepting_job(const Json& document) {
  return capture_job(document, [](std::uint64_t) { return "accepted"; });
}

}  // namespace nianlun::testing
