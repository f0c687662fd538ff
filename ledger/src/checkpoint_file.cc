#include "checkpoint_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kFileBytesMax = 64 << 10;

Unexpected io_failure(const std::filesystem::path& file, int reason) {
  return fail(reason == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, "ledger.file-failed",
              {{"file", file.string()}, {"reason", std::generic_category().message(reason)}});
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

Result<std::string> read_text(const std::filesystem::path& file) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return io_failure(file, errno);
  std::string text;
  std::array<char, 4096> part{};
  while (text.size() <= kFileBytesMax) {
    const ssize_t got = ::read(in.get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_failure(file, errno);
    if (got == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  return fail(ErrorCode::kCorrupted, "ledger.damaged-checkpoint", {{"file", file.string()}});
}

Result<void> write_synced(const std::filesystem::path& file, Bytes text) {
  const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (out.get() < 0) return io_failure(file, errno);
  while (!text.empty()) {
    const ssize_t written = ::write(out.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_failure(file, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(out.get()) != 0) return io_failure(file, errno);
  return {};
}

/// A reader sees the old file or the new one, whole, also after a power loss.
Result<void> replace_file(const std::filesystem::path& file, Bytes text) {
  const std::filesystem::path next = file.string() + ".new";
  TRY(write_synced(next, text));
  if (::rename(next.c_str(), file.c_str()) != 0) return io_failure(file, errno);
  const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) {
    return io_failure(file.parent_path(), errno);
  }
  return {};
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
  TRY(replace_file(file_, note));
  return SignedCheckpoint{.checkpoint = std::move(next), .note = std::move(note)};
}

}  // namespace nianlun
