#include "checkpoint_file.h"

#include <fcntl.h>

#include <cerrno>
#include <system_error>

#include "descriptor.h"
#include "ledger/output_file.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kFileBytesMax = 64 << 10;

Unexpected io_failure(const std::filesystem::path& file, int reason) {
  return fail(reason == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, "ledger.file-failed",
              {{"file", file.string()}, {"reason", std::generic_category().message(reason)}});
}

Result<std::string> read_text(const std::filesystem::path& file) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return io_failure(file, errno);
  std::string text(kFileBytesMax + 1, '\0');
  const ssize_t got = read_up_to(in, text.data(), text.size());
  if (got < 0) return io_failure(file, errno);
  text.resize(static_cast<std::size_t>(got));
  if (text.size() <= kFileBytesMax) return text;
  return fail(ErrorCode::kCorrupted, "ledger.damaged-checkpoint", {{"file", file.string()}});
}

}  // namespace

Result<SignedCheckpoint> CheckpointFile::read() const {
  TRY_ASSIGN(std::string note, read_text(file_));
  const auto opened = open_note(note, std::span(&verifier_, 1));
  const auto checkpoint = opened ? parse_checkpoint(opened->text) : Unexpected{opened.error()};
  if (!checkpoint || checkpoint->origin != verifier_.name()) {
    return fail(ErrorCode::kCorrupted, "ledger.damaged-checkpoint", {{"file", file_.string()}});
  }
  return SignedCheckpoint{.checkpoint = *checkpoint, .note = std::move(note)};
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

Result<SignedCheckpoint> CheckpointFile::publish(const LogView& log, const NoteSigner& signer,
                                                 bool first) const {
  auto last = read();
  if (last) {
    TRY(compare(last->checkpoint, log));
    if (last->checkpoint.size == log.size()) return last;
  } else if (!first || last.error().code != ErrorCode::kNotFound) {
    return last;
  }
  Checkpoint next;
  next.origin = signer.name();
  next.size = log.size();
  next.root = log.position().root;
  TRY_ASSIGN(std::string note, sign_note(checkpoint_text(next), std::span(&signer, 1)));
  TRY(replace_file(file_, note, Access::kEverybody));
  return SignedCheckpoint{.checkpoint = std::move(next), .note = std::move(note)};
}

}  // namespace nianlun
