#include "ledger/files.h"

#include <array>
#include <fstream>
#include <iostream>

#include "ledger/output_file.h"
#include "try.h"

namespace nianlun {
namespace {

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
  if (error) {
    return fail(ErrorCode::kIo, "file.cannot-write",
                {{"path", path.string()}, {"reason", error.message()}});
  }
  return replace_file(path, bytes, Access::kOwner);
}

}  // namespace nianlun
