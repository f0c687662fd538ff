#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/seal.h"

namespace nianlun {

inline constexpr std::size_t kCaptureBytesMax = 16 << 20;

/// An event as it is sealed, kept and hashed (docs/formats.md, section 2).
struct CaptureEvent {
  Json event;                ///< with an "@context" of its own, without "recordTime"
  Buffer bytes;              ///< canonical
  Hash hash;                 ///< leaf_hash() of `bytes`: its leaf in the seal's tree
  std::string id;            ///< eventID, or else the CBV 2.0 hash
  bool correction = false;   ///< has an errorDeclaration
  std::int64_t time_ms = 0;  ///< eventTime, since 1970 UTC
};

/// Puts the document's context in if the event has none, and checks the event: EPCIS 2.0
/// (validate_event, check_standard) and exact numbers. `suite`: of the ledger that it is for.
/// kInvalidArgument  with the JSON pointer within the event in the argument "pointer"
Result<CaptureEvent> capture_event(const Json& event, const Json* document_context,
                                   Suite suite = Suite::kSha256);

/// One or more events that were submitted together: an EPCISDocument.
struct Capture {
  std::vector<CaptureEvent> events;
  std::optional<Seal> seal;              ///< verified against the events; none: unsealed
  std::vector<std::string> disclosures;  ///< encoded; the digest of each stands in some event
};

/// Reads and checks a whole EPCISDocument for a ledger of this suite, its seal's signatures
/// included.
/// kInvalidArgument  with the JSON pointer in the argument "pointer"
/// kTooLarge         over kCaptureEventsMax
Result<Capture> parse_capture(Json document, const KeyResolver& resolve,
                              Suite suite = Suite::kSha256);

/// The leaves of a seal over these events.
std::vector<Hash> leaves_of(std::span<const CaptureEvent> events);

/// The EPCISDocument of events, their seal (with proofs; null: none) and disclosures; its
/// creationDate is `created_ms`, since 1970 UTC. Events go in as they are, each with its context.
Json capture_document(std::span<const CaptureEvent> events, const Json& seal,
                      std::span<const std::string> disclosures, std::int64_t created_ms);

/// The context that our own documents and events carry: EPCIS, and the prefix nianlun.
Json our_context();

}  // namespace nianlun
