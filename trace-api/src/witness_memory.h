#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/policy.h"

namespace nianlun::api {

/// What others remember of a log. A ledger that was restored from an old copy is in order by
/// itself; if it went on, it would sign a second history. Its witnesses have what it signed before.
///
/// Threads: any.

/// Whether a ledger holds what a checkpoint commits to.
/// kCorrupted  it holds less, or something else
Result<void> compare(const Checkpoint& checkpoint, const Reading& reading);

/// The checkpoint that a witness cosigned last, from its monitoring address
/// (c2sp.org/tlog-witness); nothing: it has none. Both the witness and one of the log's keys, which
/// all have its name, signed it.
/// kIo         it cannot be reached in time
/// kForbidden  what it answers is no such checkpoint
Result<std::optional<Checkpoint>> cosigned_last(const PolicyWitness& witness,
                                                std::span<const NoteVerifier> logs,
                                                std::chrono::milliseconds timeout);

/// The keys of the log that its witnesses may have seen: its own, and those that the policy has. A
/// ledger that was set back may know its older key only.
std::vector<NoteVerifier> keys_of(const Policy& policy, const NoteVerifier& log);

/// Whether a witness is not known to have cosigned anything of the log but what the ledger holds.
/// Nothing is known of one that cannot be asked.
/// kCorrupted  it has cosigned more, or something else: the ledger must not sign
Result<void> compare_with(const PolicyWitness& witness, std::span<const NoteVerifier> logs,
                          const Reading& reading, std::chrono::milliseconds timeout);

/// The same of all witnesses of a policy that have an address, asked at the same time.
Result<void> compare_with_all(const Policy& policy, const NoteVerifier& log, const Reading& reading,
                              std::chrono::milliseconds timeout);

}  // namespace nianlun::api
