#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/data_integrity.h"
#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/signature.h"
#include "ledger/suite.h"

namespace nianlun {

inline constexpr std::size_t kCaptureEventsMax = 10'000;
inline constexpr std::size_t kSealSignersMax = 8;

/// The size and root of a checkpoint that somebody saw.
struct TreeHead {
  std::uint64_t size = 0;
  Hash root;
  bool operator==(const TreeHead&) const = default;
};

/// Who submitted which events (docs/formats.md, section 4): a statement over the Merkle root of a
/// capture, signed by all its signers.
///
/// Threads: a value like an int.
struct Seal {
  Suite suite = Suite::kSha256;  ///< of the ledger
  Json json;                     ///< as signed: without "proof"
  Json::Array proofs;            ///< one per signer, in their order
  Hash hash;                     ///< of the canonical `json`: the seal's identity
  Hash proofs_hash;              ///< of the canonical array of proofs
  std::string ledger;     ///< identity of the ledger; the origin alone in the seal of record 0
  std::string submitter;  ///< did:key
  std::vector<std::string> signers;       ///< did:keys, the submitter first
  std::uint64_t count = 0;                ///< events
  Hash root;                              ///< over the canonical bytes of the events
  std::optional<std::uint64_t> sequence;  ///< 1, 2, ... per submitter; none: a gateway's seal
  std::optional<Hash> previous;           ///< hash of the submitter's seal before this
  std::optional<TreeHead> after;          ///< the latest checkpoint that the device had seen
  std::int64_t sealed_at_ms = 0;          ///< since 1970 UTC, a claim
  std::string on_behalf_of;  ///< party whose token was used; empty: sealed by its own device
};

/// Reads a seal for a ledger of this suite strictly. The proofs are not checked yet.
/// kInvalidArgument  an unknown member or version, another suite, a bound that is exceeded, a
///                   signer twice
Result<Seal> parse_seal(Json seal, Json proofs, Suite suite = Suite::kSha256);
/// The same of a seal with its member "proof".
Result<Seal> parse_seal(Json seal_with_proof, Suite suite = Suite::kSha256);

/// Whether the seal is over these events, and every signer has signed it. `leaves` are leaf_hash()
/// of the events' canonical bytes by the seal's suite, in their order.
/// kInvalidArgument  count, root or a proof does not hold
Result<void> verify_seal(const Seal& seal, std::span<const Hash> leaves,
                         const KeyResolver& resolve = PublicKey::from_did);

struct SealDraft {
  Suite suite = Suite::kSha256;  ///< of the ledger
  std::string ledger;            ///< identity
  std::vector<Hash> leaves;
  std::uint64_t sequence =
      0;  ///< 0: a gateway's seal, then previous, after and the clock are unused
  std::optional<Hash> previous;
  std::optional<TreeHead> after;
  std::int64_t sealed_at_ms = 0;
  std::string boot;                       ///< id of the device's boot
  std::uint64_t monotonic_ms = 0;         ///< since that boot
  std::optional<std::int64_t> server_ms;  ///< the last server time seen
  std::string on_behalf_of;               ///< party; for a gateway's seal
};
/// The seal with its member "proof", signed by every key; the first is the submitter's.
/// kInvalidArgument  no events or too many, no key or too many, a key twice or not of the suite
Result<Json> make_seal(const SealDraft& draft, std::span<const PrivateKey* const> keys);

}  // namespace nianlun
