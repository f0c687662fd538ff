#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/signature.h"
#include "ledger/suite.h"

namespace nianlun {

// Proofs of W3C Verifiable Credential Data Integrity 1.0 by the suites eddsa-jcs-2022 (Ed25519) and
// ecdsa-jcs-2019 (P-256 only; P-384 is refused), and by one of ours, nianlun-sm2-jcs-2026, which
// differs from ecdsa-jcs-2019 in its hash, SM3, and its signature, SM2. What is signed is two
// hashes, each of canonical JSON (RFC 8785): that of the proof without its proofValue, then that of
// the document without its proof. So every member of a proof is covered, also those unknown here.
//
// Who verifies says which suite of a ledger the proof must be by; who signs says it by the key.
//
// Nothing here knows the time: whether a proof has expired is for the caller to judge.
//
// Threads: any thread may call any of these.

/// The public key of a "did:key:...", from a cache perhaps: PublicKey::from_did() does it anew.
using KeyResolver = std::function<Result<PublicKey>(std::string_view did)>;

/// Whether `text` is a date and time of XML Schema (xsd:dateTime) with a year of four digits, a day
/// that exists, an hour up to 23, and "Z", an offset or neither at the end.
bool is_date_time(std::string_view text);

/// The proof over `document`, for the caller to put in as its member "proof". It repeats the
/// document's "@context" if there is one.
///
/// kInvalidArgument  the document is no object, has a proof already, or has a number that is not
///                   canonical (check_numbers_exact()); `created` is not is_date_time()
Result<Json> make_proof(const Json& document, const PrivateKey& key, std::string_view created);

/// Completes a proof: adds "proofValue", the signature over `proof` as it is and `document_hash`,
/// of the document's canonical bytes by the suite of the key. For proofs with further members, such
/// as "id" and "previousProof".
///
/// kInvalidArgument  verify_proof() would refuse the members that it has, or they name another key
Result<Json> sign_proof(const Hash& document_hash, Json proof, const PrivateKey& key);

/// Checks one proof against the hash of the document's canonical bytes; returns its signer's key.
/// `context` is the document's "@context" or null: if the proof has one, the document's must begin
/// with it. The document must have passed check_numbers_exact(). A proof with "previousProof" signs
/// the document with the previous proofs in it, so their hash must be given then.
///
/// kInvalidArgument  it does not hold, or is not a proof by a cryptosuite of the suite, for
///                   "assertionMethod", with a did:key and, if it has "created", a date and time
Result<PublicKey> verify_proof(const Hash& document_hash, const Json* context, const Json& proof,
                               Suite suite = Suite::kSha256);
Result<PublicKey> verify_proof(const Hash& document_hash, const Json* context, const Json& proof,
                               const KeyResolver& resolve, Suite suite = Suite::kSha256);

/// Checks every proof of a document: its member "proof" is one, or an array of 1 to 32 whose "id"s
/// differ. A proof may sign others of them by "previousProof", an id or an array of ids
/// (VC Data Integrity, 4.5). Returns the signers' keys, in the order of the proofs.
///
/// kInvalidArgument  one of them does not hold, or names a previous proof that is not there
Result<std::vector<PublicKey>> verify_document(const Json& document,
                                               const KeyResolver& resolve = PublicKey::from_did,
                                               Suite suite = Suite::kSha256);

}  // namespace nianlun
