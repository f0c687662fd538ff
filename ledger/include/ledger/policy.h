#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/result.h"

namespace nianlun {

/// Whom a reader of a log trusts, in a file (c2sp.org/tlog-policy): which logs, which witnesses,
/// and which of them must have cosigned a checkpoint for it to count.
///
///     log <vkey> [<url>]
///     witness <name> <vkey> [<url>]
///     group <name> all|any|<k> <member>...
///     quorum <name>|none
///
/// Threads: values; pure functions, any thread.

inline constexpr std::size_t kPolicyBytesMax = 256 << 10;
inline constexpr std::size_t kPolicyEntriesMax = 64;  ///< logs, witnesses and groups, of each

struct PolicyLog {
  NoteVerifier key;  ///< its name is the log's origin
  std::string url;   ///< may be empty
};
struct PolicyWitness {
  std::string name;  ///< within the policy only; octets
  NoteVerifier key;
  std::string url;  ///< submission prefix (c2sp.org/tlog-witness); may be empty
};
struct PolicyGroup {
  std::string name;
  std::size_t threshold = 1;         ///< so many members make it count; at most all
  std::vector<std::string> members;  ///< witnesses and groups that stand before it
};
struct Policy {
  std::vector<PolicyLog> logs;
  std::vector<PolicyWitness> witnesses;
  std::vector<PolicyGroup> groups;
  std::string quorum;  ///< of a witness or group; "none": no cosignature is needed
};

/// kInvalidArgument  a line that is no line of a policy; the error names it
/// kTooLarge         over a limit
Result<Policy> parse_policy(Bytes text);

struct WitnessedBy {
  std::string name;          ///< of the witness in the policy
  std::uint64_t time_s = 0;  ///< of its cosignature, since 1970
};
/// What a policy makes of a checkpoint.
struct Witnessed {
  Checkpoint checkpoint;
  std::vector<WitnessedBy> cosigned;  ///< in the order of the policy
  std::vector<std::string> missing;   ///< the other witnesses, likewise
  bool quorum = false;                ///< whether it is reached
};

/// Whether the quorum is reached by the witnesses with these names.
bool reaches_quorum(const Policy& policy, std::span<const WitnessedBy> cosigned);

/// Opens a checkpoint that one of `logs` signed under its own name as the origin, and counts who
/// cosigned it. It may lack the quorum.
/// kInvalidArgument, kTooLarge  no signed note, or no checkpoint
/// kForbidden  no such log signed it, or a signature of a key of the policy is false
Result<Witnessed> open_witnessed(Bytes note, const Policy& policy,
                                 std::span<const NoteVerifier> logs);
/// The same for the logs of the policy.
Result<Witnessed> open_witnessed(Bytes note, const Policy& policy);

}  // namespace nianlun
