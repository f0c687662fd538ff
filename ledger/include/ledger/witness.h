#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/hash.h"
#include "ledger/note.h"
#include "ledger/result.h"

namespace nianlun {

/// What a witness is asked and what it answers (c2sp.org/tlog-witness): it cosigns a checkpoint of
/// a log that it knows if that extends the one that it cosigned last.
///
/// Threads: values; pure functions, any thread.

inline constexpr std::size_t kAddCheckpointBytesMax = 128 << 10;

/// The body of POST /add-checkpoint.
struct AddCheckpoint {
  std::uint64_t old_size = 0;  ///< what the asker takes the witness to have; 0: nothing
  std::vector<Hash> proof;     ///< that the checkpoint extends that; at most kProofHashesMax
  std::string note;            ///< the checkpoint, signed by its log
  bool operator==(const AddCheckpoint&) const = default;
};
std::string add_checkpoint_body(const AddCheckpoint& request);
/// kInvalidArgument  not such a body; its note is not looked at
/// kTooLarge         over kAddCheckpointBytesMax
Result<AddCheckpoint> parse_add_checkpoint(Bytes body);

/// What a witness knows of a log.
struct WitnessedLog {
  NoteVerifier key;  ///< its name is the origin
  std::optional<Checkpoint> latest{};
  std::vector<NoteVerifier> next{};  ///< keys that it goes over to, in their order
  std::size_t newest = 0;  ///< how many of those the newest key had before it that signed `latest`
};
/// The log of this origin, or null.
using FindLog = std::function<const WitnessedLog*(std::string_view origin)>;

/// What comes of a request. The size was checked against `latest`, so nobody may have changed that
/// when the new one is kept: the two are one step.
struct WitnessAnswer {
  int status = 500;  ///< of HTTP
  Error error{};     ///< unless the status is 200 or 409
  std::uint64_t latest_size = 0;
  std::string signature{};  ///< 200: the line of each cosignature
  /// 200: what is to be kept, durably, before the answer is given, with its note: signed by the log
  /// and cosigned.
  std::optional<Checkpoint> checkpoint{};
  std::string note{};
  std::size_t newest = 0;  ///< 200: as in WitnessedLog
  /// A checkpoint that the log signed and that contradicts the latest, as it was sent: evidence.
  std::string conflict{};
};
/// Checks a body in the order that the standard gives (docs/formats.md, "Witness"), and cosigns
/// with each key.
WitnessAnswer answer_add_checkpoint(Bytes body, const FindLog& find,
                                    std::span<const Cosigner> cosigners, std::uint64_t time_s);
/// All keys of a log, the oldest first.
std::vector<NoteVerifier> keys_of(const WitnessedLog& log);
/// How many keys of the log come before the newest of those that signed the note.
std::size_t newest_of(const WitnessedLog& log, const OpenedNote& opened);

}  // namespace nianlun
