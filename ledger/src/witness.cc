#include "ledger/witness.h"

#include <algorithm>
#include <utility>

#include "ledger/encoding.h"
#include "ledger/merkle.h"
#include "ledger/proof.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kOld = "old ";

Unexpected malformed(std::string_view message) {
  return fail(ErrorCode::kInvalidArgument, message);
}

WitnessAnswer refused(int status, Error error) {
  return {.status = status, .error = std::move(error)};
}
WitnessAnswer refused(int status, std::string_view message) {
  return refused(status, Error{ErrorCode::kInvalidArgument, std::string(message), {}});
}

/// The checkpoint of a note whose signatures were not looked at: to know which log it is of.
Result<Checkpoint> claimed_checkpoint(std::string_view note) {
  const std::size_t blank = note.rfind("\n\n");
  if (blank == note.npos || !note.ends_with('\n') || blank + 2 == note.size()) {
    return malformed("witness.no-note");
  }
  return parse_checkpoint(note.substr(0, blank + 1));
}

/// Whether `checkpoint` extends what the witness has; none: it does.
std::optional<Error> inconsistency(const AddCheckpoint& request, const Checkpoint& checkpoint,
                                   const std::optional<Checkpoint>& latest) {
  const auto because = [](std::string_view message) {
    return Error{ErrorCode::kInvalidArgument, std::string(message), {}};
  };
  if (checkpoint.size == 0 && checkpoint.root != empty_root()) return because("witness.empty-root");
  if (request.old_size == 0) {
    if (!request.proof.empty()) return because("witness.needless-proof");
    return std::nullopt;
  }
  if (request.old_size == checkpoint.size && latest->root != checkpoint.root) {
    return because("witness.other-root");
  }
  const auto proven = verify_consistency({.first = request.old_size,
                                          .second = checkpoint.size,
                                          .path = request.proof,
                                          .first_root = latest->root,
                                          .second_root = checkpoint.root});
  if (!proven) return because("witness.bad-proof");
  return std::nullopt;
}

/// The note with the log's signatures and the witness's, without those that nobody checked here.
std::string kept_note(const OpenedNote& opened, const Note& note, const std::string& cosignatures) {
  std::string kept = opened.text + "\n";
  for (const VerifiedSignature& log : opened.verified) {
    const auto found = std::ranges::find_if(note.signatures, [&](const NoteSignature& one) {
      return one.name == log.name && one.key_id == log.key_id;
    });
    if (found != note.signatures.end()) kept += signature_line(*found);
  }
  return kept + cosignatures;
}

Result<std::string> cosign(std::span<const Cosigner> cosigners, std::string_view text,
                           std::uint64_t time_s) {
  std::string lines;
  for (const Cosigner& cosigner : cosigners) {
    TRY_ASSIGN(const NoteSignature cosignature, cosigner.cosign(text, time_s));
    lines += signature_line(cosignature);
  }
  return lines;
}

}  // namespace

std::vector<NoteVerifier> keys_of(const WitnessedLog& log) {
  std::vector<NoteVerifier> keys = {log.key};
  keys.insert(keys.end(), log.next.begin(), log.next.end());
  return keys;
}

std::size_t newest_of(const WitnessedLog& log, const OpenedNote& opened) {
  const auto is_of = [&](const NoteVerifier& key) {
    return std::ranges::any_of(opened.verified, [&](const VerifiedSignature& one) {
      return one.name == key.name() && one.key_id == key.key_id() && one.type == key.type();
    });
  };
  const auto found = std::ranges::find_if(log.next.rbegin(), log.next.rend(), is_of);
  return static_cast<std::size_t>(log.next.rend() - found);
}

std::string add_checkpoint_body(const AddCheckpoint& request) {
  std::string body = std::string(kOld) + std::to_string(request.old_size) + "\n";
  for (const Hash& hash : request.proof) body += base64(hash.view()) + "\n";
  return body + "\n" + request.note;
}

Result<AddCheckpoint> parse_add_checkpoint(Bytes body) {
  if (body.size() > kAddCheckpointBytesMax) {
    return fail(ErrorCode::kTooLarge, "witness.too-large",
                {{"max", std::to_string(kAddCheckpointBytesMax)}});
  }
  AddCheckpoint request;
  Bytes rest = body;
  auto line = cut(rest, '\n');
  if (!line || !line->starts_with(kOld)) return malformed("witness.no-old-size");
  const auto old_size = parse_decimal(line->substr(kOld.size()));
  if (!old_size) return malformed("witness.no-old-size");
  request.old_size = *old_size;
  while ((line = cut(rest, '\n')) && !line->empty()) {
    const auto octets = from_base64(*line);
    const auto hash = octets ? Hash::from(*octets) : Hash::from("");
    if (!hash || request.proof.size() == kProofHashesMax) return malformed("witness.no-hash");
    request.proof.push_back(*hash);
  }
  if (!line) return malformed("witness.no-note");
  request.note = rest;
  return request;
}

WitnessAnswer answer_add_checkpoint(Bytes body, const FindLog& find,
                                    std::span<const Cosigner> cosigners, std::uint64_t time_s) {
  auto request = parse_add_checkpoint(body);
  if (!request) return refused(400, std::move(request).error());
  auto checkpoint = claimed_checkpoint(request->note);
  if (!checkpoint) return refused(400, std::move(checkpoint).error());
  if (request->old_size > checkpoint->size) return refused(400, "witness.old-size-beyond");
  const WitnessedLog* log = find(checkpoint->origin);
  if (log == nullptr) return refused(404, "witness.unknown-log");
  // Also a signature that cannot even be read is one that does not verify.
  auto note = parse_note(request->note);
  if (!note) return refused(403, std::move(note).error());
  auto opened = open_note(request->note, keys_of(*log));
  if (!opened) return refused(403, std::move(opened).error());
  // Whoever has a key that the log went on from may have stolen it.
  const std::size_t newest = newest_of(*log, *opened);
  if (newest < log->newest) return refused(403, "witness.older-key");

  WitnessAnswer answer;
  const auto& latest = log->latest;
  answer.latest_size = latest ? latest->size : 0;
  const bool same_size = latest && latest->size == checkpoint->size;
  if (same_size && latest->root != checkpoint->root) answer.conflict = request->note;
  if (request->old_size != answer.latest_size) {
    answer.status = 409;
    return answer;
  }
  if (auto why = inconsistency(*request, *checkpoint, latest)) {
    answer.status = 422;
    answer.error = *std::move(why);
    return answer;
  }
  auto cosignatures = cosign(cosigners, opened->text, time_s);
  if (!cosignatures) {
    answer.error = std::move(cosignatures).error();
    return answer;
  }
  answer.status = 200;
  answer.newest = newest;
  answer.signature = *std::move(cosignatures);
  answer.note = kept_note(*opened, *note, answer.signature);
  answer.checkpoint = *std::move(checkpoint);
  return answer;
}

}  // namespace nianlun
