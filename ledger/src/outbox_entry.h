#pragma once

// What an outbox stores, and what a server answers to it. Only for outbox.cc and its tests: a
// reader gives nothing for a text that no writer here makes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/hash.h"
#include "ledger/json.h"

namespace nianlun {

struct StoredEvent {
  Json event;
  std::vector<std::string> disclosures;
  std::int64_t saved_ms = 0;
};
std::string stored_text(const StoredEvent& stored);
std::optional<StoredEvent> read_stored_event(std::string_view text);

/// What became of an event; without an outcome as long as nobody knows.
struct StoredAnswer {
  std::uint64_t record = 0;
  std::string outcome;
  std::vector<std::string> broken;
};
std::string stored_text(const StoredAnswer& answer);
std::optional<StoredAnswer> read_stored_answer(std::string_view text);

/// The last seal of a chain.
struct StoredLink {
  std::uint64_t sequence = 0;
  Hash hash;
};
std::string stored_text(const StoredLink& link);
std::optional<StoredLink> read_stored_link(std::string_view text);

/// The seal that waits for its answer.
struct StoredSeal {
  std::string seal;
  std::vector<std::uint64_t> events;
  std::string chain;   ///< a key
  std::string before;  ///< its value before this seal; empty if there was none
};
std::string stored_text(const StoredSeal& seal);
std::optional<StoredSeal> read_stored_seal(std::string_view text);

/// What a CaptureJob says of each event of a seal, in their order; nothing if it is for another
/// seal or does not say what became of each.
std::optional<std::vector<StoredAnswer>> answers_of(const Json& capture_job,
                                                    const StoredSeal& seal);

}  // namespace nianlun
