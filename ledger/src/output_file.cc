#include "ledger/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <utility>

#include "descriptor.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected cannot_write(const std::filesystem::path& path) {
  return fail(errno == EEXIST ? ErrorCode::kConflict : ErrorCode::kIo, "file.cannot-write",
              {{"path", path.string()}, {"reason", std::generic_category().message(errno)}});
}

// It can only be read by setting it, so two threads must not do it at once: it would stay at 0.
mode_t umask_now() {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::filesystem::path& path, Access access) {
  std::string temporary = path.string() + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);  // for the owner alone
  if (descriptor < 0) return cannot_write(path);
  OutputFile file(descriptor, path, temporary);
  if (access == Access::kEverybody) {
    if (::fchmod(descriptor, 0666 & ~umask_now()) != 0) return cannot_write(path);
  }
  return file;
}

OutputFile::OutputFile(int descriptor, std::filesystem::path path, std::filesystem::path temporary)
    : descriptor_(descriptor), path_(std::move(path)), temporary_(std::move(temporary)) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

Unexpected OutputFile::failed() const { return cannot_write(path_); }

Result<void> OutputFile::write(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed();
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> OutputFile::commit() { return commit(0); }
Result<void> OutputFile::commit_new() { return commit(RENAME_NOREPLACE); }

Result<void> OutputFile::commit(unsigned flags) {
  if (::fsync(descriptor_) != 0) return failed();
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), flags) != 0) {
    return failed();
  }
  if (::close(std::exchange(descriptor_, -1)) != 0) return failed();
  return {};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path name = folder.empty() ? "." : folder;
  const Descriptor opened(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) return cannot_write(name);
  return {};
}

Result<void> replace_file(const std::filesystem::path& path, Bytes bytes, Access access) {
  TRY_ASSIGN(OutputFile file, OutputFile::create(path, access));
  TRY(file.write(bytes));
  TRY(file.commit());
  return sync_folder(path.parent_path());
}

}  // namespace nianlun
