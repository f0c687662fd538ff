#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

inline constexpr std::size_t kCaptureEventsMax = 10'000;
inline constexpr std::size_t kCaptureBytesMax = 16 << 20;
inline constexpr std::size_t kSealSignersMax = 8;

/// The newest checkpoint that a device saw: what a seal made later can't be older than.
struct TreeHead {
  std::uint64_t size = 0;  ///< records
  Hash root;
  bool operator==(const TreeHead&) const = default;
};

/// What a seal says (docs/formats.md, section 4), without its proofs.
struct Seal {
  std::string ledger;                    ///< identity of the ledger
  std::vector<std::string> signers;      ///< did:key, the submitter first; 1 to kSealSignersMax
  std::uint64_t count = 0;               ///< events, 1 to kCaptureEventsMax
  Hash root;                             ///< RFC 9162 root over the events' canonical bytes
  std::uint64_t sequence = 0;            ///< 1, 2, ... per submitter; 0 in a gateway's seal
  std::optional<Hash> previous;          ///< hash of the submitter's seal before
  std::optional<TreeHead> after;         ///< latest checkpoint seen
  std::string sealed_at;                 ///< RFC 3339
  std::string clock_boot;                ///< names one run of the device's monotonic clock
  std::int64_t clock_monotonic_ms = 0;
  std::optional<std::string> clock_server;  ///< last server time seen
  std::string on_behalf_of;              ///< party URI in a gateway's seal, else empty

  bool is_gateway() const { return !on_behalf_of.empty(); }
  const std::string& submitter() const { return signers.front(); }
};

Json to_json(const Seal& seal);
/// kInvalidArgument  another shape, version or suite; names the JSON pointer
Result<Seal> parse_seal(const Json& seal_without_proof);
/// The hash that names the seal: of its canonical form without proofs.
Result<Hash> seal_hash(const Json& seal_without_proof);

/// A capture whose shape, count and root hold; its signatures are not checked yet.
///
/// Threads: a value. Errors: see open_capture() and verify_seal().
struct Capture {
  Json seal;                             ///< without its proofs
  Json::Array proofs;
  Seal terms;                            ///< what `seal` says
  Hash hash;                             ///< seal_hash(seal)
  std::vector<Json> events;              ///< each with its own @context, canonical order of members not implied
  std::vector<Buffer> event_bytes;       ///< canonical bytes of each
  std::vector<std::string> disclosures;  ///< each belongs to a digest of some event
  bool all_or_none = true;               ///< GS1-Capture-Error-Behaviour: rollback
};

/// An EPCISDocument that may carry a seal, split into what the ledger judges. Validates the document
/// and every event against the EPCIS 2.0 schema and the standard, numbers for exactness, and
/// disclosures for having a digest. Without a seal, `seal` is null and `hash` zero.
///
/// kInvalidArgument  with the JSON pointer of the member
/// kTooLarge         over kCaptureEventsMax
Result<Capture> open_capture(Json document);

/// Checks every proof against its signer. `resolve` yields a key for a did:key; pass
/// PublicKey::from_did or a cache of it. Costs one signature check per signer.
///
/// kInvalidArgument  a signature does not verify, is missing or is not from a signer
Result<void> verify_seal(const Capture& capture,
                         const std::function<Result<PublicKey>(std::string_view did)>& resolve);

/// Fills count and root of `terms` from the events, signs with every key in order (the first is the
/// submitter's) and returns the EPCISDocument with seal, proofs and disclosures.
Result<Json> make_capture(Seal terms, const Json::Array& events, std::span<const PrivateKey* const> keys,
                          std::span<const std::string> disclosures, std::string_view created);

/// The context that our documents carry, with the prefix `nianlun`.
const Json& document_context();

/// The canonical bytes of an event, with `context` put in where it has none of its own.
Result<Buffer> event_bytes(const Json& event, const Json& context);

/// The RFC 9162 root over the events' canonical bytes.
Hash capture_root(std::span<const Buffer> event_bytes);

}  // namespace nianlun
