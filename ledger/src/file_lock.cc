#include "file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

namespace nianlun {
namespace {

Result<Descriptor> lock(const std::filesystem::path& path, int flags,
                        const std::filesystem::path& what) {
  Descriptor opened(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (opened.get() < 0) {
    return fail(ErrorCode::kIo, "file.cannot-write",
                {{"path", path.string()}, {"reason", std::generic_category().message(errno)}});
  }
  if (::flock(opened.get(), LOCK_EX | LOCK_NB) == 0) return opened;
  return fail(ErrorCode::kConflict, "file.in-use", {{"path", what.string()}});
}

}  // namespace

Result<Descriptor> lock_file(const std::filesystem::path& path, const std::filesystem::path& what) {
  return lock(path, O_RDWR | O_CREAT, what);
}

Result<Descriptor> lock_folder(const std::filesystem::path& path) {
  return lock(path, O_RDONLY | O_DIRECTORY, path);
}

}  // namespace nianlun
