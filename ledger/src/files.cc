#include "ledger/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "try.h"

namespace nianlun {
namespace {

Unexpected cannot_write(const std::filesystem::path& path, const std::string& reason) {
  return fail(ErrorCode::kIo, "client.cannot-write", {{"path", path.string()}, {"reason", reason}});
}

Result<Buffer> read_all(std::istream& in, const std::filesystem::path& path,
                        std::size_t bytes_max) {
  Buffer content;
  std::array<char, 65536> piece{};
  while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
    content.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (content.size() > bytes_max) {
      return fail(ErrorCode::kTooLarge, "client.file-too-large",
                  {{"path", path.string()}, {"max", std::to_string(bytes_max)}});
    }
  }
  if (in.bad()) return fail(ErrorCode::kIo, "client.cannot-read", {{"path", path.string()}});
  return content;
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

Result<Buffer> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  if (path == "-") return read_all(std::cin, path, bytes_max);
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, error)) {
    return fail(ErrorCode::kNotFound, "client.cannot-read", {{"path", path.string()}});
  }
  return read_all(file, path, bytes_max);
}

Result<Json> read_json_file(const std::filesystem::path& path) {
  TRY_ASSIGN(const Buffer bytes, read_file(path));
  auto json = Json::parse(bytes, {.bytes_max = kFileBytesMax});
  if (json && json->is_object()) return json;
  return fail(ErrorCode::kCorrupted, "client.not-json", {{"path", path.string()}});
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

}  // namespace nianlun
