#include "checkpoint_file.h"

#include "ledger/output_file.h"
#include "ledger_files.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kFileBytesMax = 64 << 10;

bool is_signed_by_all(std::string_view note, std::span<const NoteSigner> signers) {
  std::vector<NoteVerifier> keys;
  for (const NoteSigner& signer : signers) keys.push_back(signer.verifier());
  const auto opened = open_note(note, keys);
  return opened && opened->verified.size() == keys.size();
}

}  // namespace

Result<SignedCheckpoint> CheckpointFile::read() const {
  auto note = read_ledger_file(file_, kFileBytesMax);
  if (!note && note.error().code != ErrorCode::kCorrupted) return Unexpected{note.error()};
  auto opened = note ? open_checkpoint(*note, keys_) : Unexpected{note.error()};
  if (!opened) {
    return fail(ErrorCode::kCorrupted, "ledger.damaged-checkpoint", {{"file", file_.string()}});
  }
  return SignedCheckpoint{.checkpoint = std::move(opened->head), .note = *std::move(note)};
}

Result<void> CheckpointFile::compare(const Checkpoint& checkpoint, const LogView& log) {
  if (checkpoint.size > log.size()) {
    return fail(
        ErrorCode::kCorrupted, "ledger.checkpoint-ahead",
        {{"checkpoint", std::to_string(checkpoint.size)}, {"log", std::to_string(log.size())}});
  }
  TRY_ASSIGN(const Hash root, log.root_at(checkpoint.size));
  if (root != checkpoint.root) {
    return fail(ErrorCode::kCorrupted, "ledger.checkpoint-fork",
                {{"checkpoint", std::to_string(checkpoint.size)}});
  }
  return {};
}

Result<SignedCheckpoint> CheckpointFile::publish(const LogView& log,
                                                 std::span<const NoteSigner> signers,
                                                 bool first) const {
  auto last = read();
  if (last) {
    TRY(compare(last->checkpoint, log));
    if (last->checkpoint.size == log.size() && is_signed_by_all(last->note, signers)) return last;
  } else if (!first || last.error().code != ErrorCode::kNotFound) {
    return last;
  }
  Checkpoint next;
  next.origin = signers.front().name();
  next.size = log.size();
  next.root = log.position().root;
  TRY_ASSIGN(std::string note, sign_note(checkpoint_text(next), signers));
  TRY(replace_file(file_, note, Access::kEverybody));
  return SignedCheckpoint{.checkpoint = std::move(next), .note = std::move(note)};
}

}  // namespace nianlun
