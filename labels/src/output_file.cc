#include "labels/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace nianlun::labels {
namespace {

Unexpected cannot_write(const std::filesystem::path& path) {
  return fail(ErrorCode::kIo, "labels.cannot-write",
              {{"path", path.string()}, {"reason", std::strerror(errno)}});
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::filesystem::path& path) {
  std::string temporary = path.string() + ".XXXXXX";
  const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return cannot_write(path);
  const mode_t mask = umask(0);  // mkostemp() gives the owner alone access, a print is for all
  umask(mask);
  fchmod(descriptor, 0666 & ~mask);
  return OutputFile(descriptor, path, temporary);
}

OutputFile::OutputFile(int descriptor, std::filesystem::path path, std::filesystem::path temporary)
    : descriptor_(descriptor), path_(std::move(path)), temporary_(std::move(temporary)) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(temporary_.c_str());
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

Result<void> OutputFile::commit() {
  if (fsync(descriptor_) != 0) return failed();
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return failed();
  if (close(std::exchange(descriptor_, -1)) != 0) return failed();
  return {};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path name = folder.empty() ? "." : folder;
  const int descriptor = open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return cannot_write(name);
  const int synced = fsync(descriptor);
  const int reason = errno;
  close(descriptor);
  errno = reason;
  if (synced != 0) return cannot_write(name);
  return {};
}

}  // namespace nianlun::labels
