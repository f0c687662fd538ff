#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/capture.h"
#include "ledger/entry_proof.h"
#include "ledger/json.h"
#include "ledger/note.h"
#include "ledger/record.h"
#include "ledger/result.h"
#include "ledger/seal.h"

namespace nianlun {

inline constexpr std::size_t kReceiptBytesMax = 4 << 20;
/// A registrar for each signer, and the genesis.
inline constexpr std::size_t kReceiptEnrolmentsMax = kSealSignersMax + 1;

/// The parts of a receipt that prove one record (docs/formats.md, section 8).
struct ProvenRecord {
  std::uint64_t index = 0;
  Json record;  ///< the record's JSON
  Seal seal;
  std::vector<Hash> seal_path;  ///< from the event to the seal's root
  std::vector<Hash> path;       ///< from the entry to the checkpoint's root
};
/// How the log's key gave way to the next: rotation.h.
struct Rotation {
  std::string checkpoint;  ///< the last note that both keys signed; the paths lead to its root
  ProvenRecord genesis;
  ProvenRecord adopted;  ///< the authority announces the next key
  ProvenRecord retired;  ///< it ends the old one, which signs nothing behind this record
};
struct Receipt {
  Suite suite = Suite::kSha256;  ///< as its genesis says, which a verifier proves to be record 0
  std::string origin;
  Hash genesis;  ///< hash of record 0
  std::uint64_t size = 0;
  ProvenRecord of;
  std::string checkpoint;             ///< a signed note
  std::vector<ProvenRecord> signers;  ///< the enrolment of each of the seal's signers
  /// Who enrolled those: registrars' enrolments and the genesis, by index, none of `signers` again.
  std::vector<ProvenRecord> enrolments;
  /// What those parties are called that the signers act for: by index.
  std::vector<ProvenRecord> parties;
  std::vector<std::string> disclosures;
  std::vector<Rotation> rotations;  ///< of the log's keys, for who knows an older one
};

Json receipt_json(const Receipt& receipt);
/// Reads all of it by the suite of the genesis in it. One without a genesis, of a refused event
/// none of whose signers is enrolled, is read by SHA-256. kInvalidArgument  not a receipt of
/// version 1, or of several suites
Result<Receipt> parse_receipt(const Json& json);

/// What a verified receipt says.
struct ReceiptFacts {
  std::uint64_t index = 0;
  std::int64_t record_time_ms = 0;
  Verdict verdict;
  Json event;              ///< with the disclosed members merged; null for a refused event
  std::uint64_t size = 0;  ///< records that the checkpoint covers
  std::vector<std::string> signers;  ///< did:keys of the seal
  std::vector<std::string> parties;  ///< the party that each was enrolled for; "" for the authority
  /// The registrar who enrolled each; "" for the authority, nothing for a stranger, whose event was
  /// refused.
  std::vector<std::optional<std::string>> enrolled_by;
  /// The name of each party by language, null where the receipt has none.
  std::vector<Json> names;
  std::string on_behalf_of;                 ///< the party that a gateway sealed for, else ""
  Json on_behalf_of_name;                   ///< likewise
  std::vector<VerifiedSignature> cosigned;  ///< of the checkpoint, by witnesses among the keys
};
/// Recomputes everything, offline: nothing in a receipt is taken on trust but `keys`, those of logs
/// and witnesses.
/// kInvalidArgument  malformed
/// kConflict         of a ledger whose key is not among those that are trusted
/// kForbidden        a signature does not hold
/// kCorrupted        a hash or path does not lead where it must
/// The receipt's own rotations are followed from `keys`.
Result<ReceiptFacts> verify_receipt(const Receipt& receipt, const TrustedKeys& keys);

}  // namespace nianlun
