#pragma once

#include <functional>
#include <optional>

#include "ledger/bytes.h"
#include "ledger/cbor.h"
#include "ledger/hash.h"
#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

/// Signs octets with a key that lies elsewhere.
using SignOctets = std::function<Result<Buffer>(Bytes octets)>;

/// Header parameters of COSE, by their numbers (RFC 9052, 3.1; RFC 9597; RFC 9942, 4).
namespace cose {
inline constexpr std::int64_t kAlgorithm = 1;
inline constexpr std::int64_t kCritical = 2;
inline constexpr std::int64_t kKeyId = 4;
inline constexpr std::int64_t kClaims = 15;   ///< 1: who says it, 2: of what
inline constexpr std::int64_t kTree = 395;    ///< the kind of tree; 1: RFC 9162 with SHA-256
inline constexpr std::int64_t kProofs = 396;  ///< -1: of inclusion
inline constexpr std::int64_t kEdDsa = -8;
inline constexpr std::int64_t kEd25519 = -19;  ///< the same, by its own name (RFC 9864)
inline constexpr std::int64_t kEs256 = -7;
inline constexpr std::int64_t kEsp256 = -9;  ///< likewise
}  // namespace cose

/// A message with one signature (COSE_Sign1, RFC 9052, 4.2), tagged.
struct CoseSign1 {
  Buffer protected_octets;        ///< as they are signed
  Cbor protected_header;          ///< a map
  Cbor unprotected_header;        ///< a map; signed by nobody
  std::optional<Buffer> payload;  ///< nothing: it is elsewhere
  Buffer signature;
};

/// kInvalidArgument  not one, or a label stands in both headers
/// kTooLarge         over limits.bytes_max
Result<CoseSign1> parse_cose_sign1(Bytes octets, CborLimits limits = {});
Buffer encode(const CoseSign1& message);

/// What a signature is over: Sig_structure (RFC 9052, 4.4). It begins with the octet 84, so it is
/// no UTF-8, and nobody can take it for the text of a note.
Buffer cose_signed_octets(Bytes protected_octets, Bytes payload, Bytes external = {});

/// Whether the signature is this key's, by an algorithm that is the key's.
/// kInvalidArgument  another algorithm, or a critical header that we do not know
/// kForbidden        it does not verify
Result<void> verify_cose_sign1(const CoseSign1& message, const PublicKey& key, Bytes payload,
                               Bytes external = {});

/// A public key as COSE writes it, without its id; P-256 has no use here (assert Ed25519).
Cbor cose_key(const PublicKey& key);
/// The thumbprint of a key (RFC 9679), which names it in receipts.
Hash cose_key_id(const PublicKey& key);

}  // namespace nianlun
