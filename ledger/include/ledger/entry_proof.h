#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/cose.h"
#include "ledger/hash.h"
#include "ledger/note.h"
#include "ledger/proof_file.h"
#include "ledger/record.h"
#include "ledger/result.h"

namespace nianlun {

/// Proofs that an entry is in a log which say nothing of the entry: for programs that know C2SP's
/// or COSE's formats and none of ours (docs/formats.md, section 8). The entry is the 32 octets of
/// record_hash(); whoever verifies brings the record.
///
/// Threads: pure functions, any thread.
/// Errors of every verify:
///   kInvalidArgument  malformed
///   kConflict         of a ledger whose key is not among those that are trusted
///   kForbidden        a signature does not hold
///   kCorrupted        a hash or path does not lead where it must

/// The keys of logs and witnesses that a reader trusts. One that its log gave up (rotation.h) holds
/// for checkpoints up to the size where it ended, and for no newer one.
struct TrustedKeys {
  struct Ended {
    NoteVerifier key;
    std::uint64_t size = 0;  ///< of the last checkpoint that it signs
  };
  TrustedKeys() = default;
  template <typename Keys>
  requires std::convertible_to<const Keys&, std::span<const NoteVerifier>> TrustedKeys(
      const Keys& trusted) {  // NOLINT(google-explicit-constructor): they are the same
    const std::span<const NoteVerifier> all(trusted);
    keys.assign(all.begin(), all.end());
  }
  /// Whether the key, if it is trusted, may sign a checkpoint of that size.
  bool holds(const std::string& name, std::uint32_t key_id, std::uint64_t size) const;

  std::vector<NoteVerifier> keys;
  std::vector<Ended> ended;
};

/// The checkpoint of a note that the log itself signed: a cosignature is not enough.
struct TrustedCheckpoint {
  Checkpoint head;
  std::vector<VerifiedSignature> cosigned;  ///< by those of `keys` that are witnesses'
};
Result<TrustedCheckpoint> open_checkpoint(std::string_view note, const TrustedKeys& keys);

/// What a verified proof says.
struct EntryFacts {
  std::string origin;
  std::string genesis;  ///< hash of record 0 in hexadecimal, where the proof names it
  std::uint64_t index = 0;
  std::uint64_t size = 0;  ///< records that the checkpoint covers
  Record record;
  std::vector<VerifiedSignature> cosigned;
};
/// `record` are record_bytes().
Result<EntryFacts> verify_proof_file(const ProofFile& proof, Bytes record, const TrustedKeys& keys);

/// A COSE receipt (RFC 9942) of one entry, signed by the key of the log.
struct CoseReceipt {
  std::string origin;
  Hash genesis;  ///< hash of record 0
  std::uint64_t index = 0;
  std::uint64_t size = 0;
  std::vector<Hash> path;
  CoseSign1 message;
};
/// The receipt of an entry by its proof file, whose checkpoint is the log's own.
Result<Buffer> make_cose_receipt(const ProofFile& proof, const Hash& genesis,
                                 const PublicKey& log_key, const SignOctets& sign);
/// Reads exactly what make_cose_receipt() makes.
/// kInvalidArgument, kTooLarge  anything else
Result<CoseReceipt> parse_cose_receipt(Bytes octets);
Result<EntryFacts> verify_cose_receipt(const CoseReceipt& receipt, Bytes record,
                                       const TrustedKeys& keys);

/// The proof of inclusion in a receipt of anybody's.
/// kInvalidArgument  none, or several, or of another kind of tree
struct CoseInclusion {
  std::uint64_t size = 0;
  std::uint64_t index = 0;
  std::vector<Hash> path;
};
Result<CoseInclusion> cose_inclusion(const CoseSign1& receipt, CborLimits limits = {});

}  // namespace nianlun
