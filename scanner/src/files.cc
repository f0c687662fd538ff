#include "files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "ledger/src/try.h"

namespace nianlun::scanner {
namespace {

Unexpected cannot_write(const std::filesystem::path& path, const std::string& reason) {
  return fail(ErrorCode::kIo, "scanner.cannot-write",
              {{"path", path.string()}, {"reason", reason}});
}

bool write_all(int descriptor, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<Buffer> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::kNotFound, "scanner.cannot-read", {{"path", path.string()}});
  }
  Buffer bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) return fail(ErrorCode::kIo, "scanner.cannot-read", {{"path", path.string()}});
  return bytes;
}

Result<Json> read_json(const std::filesystem::path& path) {
  TRY_ASSIGN(const Buffer bytes, read_file(path));
  auto json = Json::parse(bytes);
  if (json && json->is_object()) return json;
  return fail(ErrorCode::kCorrupted, "scanner.store-damaged", {{"path", path.string()}});
}

Result<void> write_file(const std::filesystem::path& path, Bytes bytes) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) return cannot_write(path, error.message());
  std::string temporary = path.string() + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return cannot_write(path, std::strerror(errno));
  const bool written = write_all(descriptor, bytes) && ::fsync(descriptor) == 0;
  const int reason = errno;
  ::close(descriptor);
  if (!written || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const std::string why = std::strerror(written ? errno : reason);
    ::unlink(temporary.c_str());
    return cannot_write(path, why);
  }
  return {};
}

}  // namespace nianlun::scanner
