#include "witness_memory.h"

#include <algorithm>
#include <future>
#include <string>
#include <vector>

#include "ledger/encoding.h"
#include "ledger/hash.h"
#include "ledger/proof.h"
#include "ledger/src/try.h"
#include "witness_asker.h"

namespace nianlun::api {
namespace {

/// Both must have signed: the log, or it is nobody's history; the witness, or anybody showed it.
bool is_signed_by(const OpenedNote& note, const NoteVerifier& verifier) {
  return std::ranges::any_of(note.verified, [&](const VerifiedSignature& one) {
    return one.name == verifier.name() && one.key_id == verifier.key_id();
  });
}

}  // namespace

Result<void> compare(const Checkpoint& checkpoint, const Reading& reading) {
  const std::string size = std::to_string(checkpoint.size);
  if (checkpoint.size > reading.size()) {
    return fail(ErrorCode::kCorrupted, "ledger.checkpoint-ahead",
                {{"checkpoint", size}, {"log", std::to_string(reading.size())}});
  }
  if (checkpoint.size == 0) return {};
  TRY_ASSIGN(const std::vector<Hash> path, reading.consistency(checkpoint.size, reading.size()));
  const auto extends = verify_consistency({.first = checkpoint.size,
                                           .second = reading.size(),
                                           .path = path,
                                           .first_root = checkpoint.root,
                                           .second_root = reading.root()});
  if (extends) return {};
  return fail(ErrorCode::kCorrupted, "ledger.checkpoint-fork", {{"checkpoint", size}});
}

Result<std::optional<Checkpoint>> cosigned_last(const PolicyWitness& witness,
                                                std::span<const NoteVerifier> logs,
                                                std::chrono::milliseconds timeout) {
  TRY_ASSIGN(const auto client, connect_to(witness, timeout));
  HttpRequest request{.method = "GET",
                      .target = "/" + hex(sha256(logs.front().name())) + "/checkpoint"};
  TRY_ASSIGN(const HttpResponse response, client->send(request));
  if (response.status == 404) return std::optional<Checkpoint>();
  const Unexpected not_its =
      fail(ErrorCode::kForbidden, "witness.no-cosignature", {{"name", witness.key.name()}});
  std::vector<NoteVerifier> all(logs.begin(), logs.end());
  all.push_back(witness.key);
  const auto note = open_note(response.body, all);
  const auto by = [&](const NoteVerifier& key) { return is_signed_by(*note, key); };
  if (response.status != 200 || !note || std::ranges::none_of(logs, by) || !by(witness.key)) {
    return not_its;
  }
  auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint || checkpoint->origin != logs.front().name()) return not_its;
  return std::optional(*std::move(checkpoint));
}

std::vector<NoteVerifier> keys_of(const Policy& policy, const NoteVerifier& log) {
  std::vector<NoteVerifier> keys = {log};
  for (const PolicyLog& one : policy.logs) {
    if (one.key.name() == log.name() && one.key.vkey() != log.vkey()) keys.push_back(one.key);
  }
  return keys;
}

Result<void> compare_with(const PolicyWitness& witness, std::span<const NoteVerifier> logs,
                          const Reading& reading, std::chrono::milliseconds timeout) {
  if (witness.url.empty()) return {};
  const auto last = cosigned_last(witness, logs, timeout);
  if (!last || !*last) return {};
  const auto compared = compare(**last, reading);
  if (compared || compared.error().code != ErrorCode::kCorrupted) return compared;
  const bool is_ahead = (*last)->size > reading.size();
  return fail(ErrorCode::kCorrupted, is_ahead ? "witness.set-back" : "witness.saw-another",
              {{"name", witness.key.name()},
               {"size", std::to_string((*last)->size)},
               {"log", std::to_string(reading.size())}});
}

Result<void> compare_with_all(const Policy& policy, const NoteVerifier& log, const Reading& reading,
                              std::chrono::milliseconds timeout) {
  const std::vector<NoteVerifier> logs = keys_of(policy, log);
  std::vector<std::future<Result<void>>> asked;
  for (const PolicyWitness& witness : policy.witnesses) {
    asked.push_back(std::async(std::launch::async,
                               [&] { return compare_with(witness, logs, reading, timeout); }));
  }
  Result<void> all;
  for (auto& one : asked) {
    if (auto compared = one.get(); !compared && all) all = std::move(compared);
  }
  return all;
}

}  // namespace nianlun::api
