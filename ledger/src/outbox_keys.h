#pragma once

// The keys of an outbox's database. Only for outbox.cc.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/outbox.h"

namespace nianlun {

// Keys are a letter, then what is said here; be64 so that they ascend. Each change is one synced
// batch, so that at any moment the whole of it is on disk or nothing.
//
//   e number         {"event", "disclosures", "saved"}: never changed
//   s state number   {} or, once answered, {"record", "outcome", "broken"}
//   n                the number that was given last
//   c ledger \0 did  {"sequence", "hash"} of the last seal
//   p                the sealed document that waits for its answer, as it is sent
//   q                {"seal": its hash, "events": [number of each event],
//                    "chain": the key of its c, "before": what stood there before, or ""}
inline constexpr char kEvent = 'e', kState = 's', kLastNumber = 'n', kChain = 'c';
inline const std::string kPending = "p", kPendingEvents = "q";

inline constexpr std::array kStates = {OutboxState::kWaiting, OutboxState::kSealed,
                                       OutboxState::kReceived, OutboxState::kRefused};

inline std::string be64(std::uint64_t number) {
  std::string out(8, '\0');
  for (std::size_t i = 8; i-- > 0; number >>= 8) out[i] = static_cast<char>(number & 0xff);
  return out;
}

inline std::uint64_t from_be64(std::string_view octets) {
  std::uint64_t number = 0;
  for (const char octet : octets) number = number << 8 | static_cast<unsigned char>(octet);
  return number;
}

inline char letter(OutboxState state) { return "wsrx"[static_cast<int>(state)]; }
inline std::string event_key(std::uint64_t number) { return kEvent + be64(number); }
inline std::string state_key(OutboxState state, std::uint64_t number) {
  return std::string{kState, letter(state)} + be64(number);
}

}  // namespace nianlun
