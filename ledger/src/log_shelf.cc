#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <system_error>

#include "ledger/files.h"
#include "ledger/output_file.h"
#include "ledger/tile.h"
#include "log_copy.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kBundleBytesMax = kTileWidth * (2 + kEntryBytesMax);

/// Files below a folder, and the folders that are to be synced.
class Folder {
 public:
  explicit Folder(std::filesystem::path root) : root_(std::move(root)) {}

  std::optional<Buffer> find(const std::string& path) const {
    auto bytes = read_file(root_ / path, kBundleBytesMax);
    if (!bytes) return std::nullopt;  // whatever it was, it is fetched again
    return *std::move(bytes);
  }

  Result<void> keep(const std::string& path, Bytes bytes) {
    const std::filesystem::path file = root_ / path;
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    if (error) return cannot_write(file, error);
    TRY_ASSIGN(OutputFile out, OutputFile::create(file, Access::kEverybody));
    TRY(out.write(bytes));
    TRY(out.commit());
    // Of a tile that is full now, nobody needs the partial ones (c2sp.org/tlog-tiles).
    if (path.find(".p/") == path.npos) std::filesystem::remove_all(file.string() + ".p", error);
    const std::lock_guard lock(mutex_);
    auto folder = std::filesystem::path(path).parent_path();
    for (; !folder.empty(); folder = folder.parent_path()) unsynced_.insert(folder);
    return {};
  }

  Result<void> sync() {
    const std::lock_guard lock(mutex_);
    for (const std::filesystem::path& folder : unsynced_) TRY(sync_folder(root_ / folder));
    unsynced_.clear();
    return sync_folder(root_);
  }

 private:
  static Unexpected cannot_write(const std::filesystem::path& file, const std::error_code& error) {
    return fail(ErrorCode::kIo, "file.cannot-write",
                {{"path", file.string()}, {"reason", error.message()}});
  }

  const std::filesystem::path root_;
  std::mutex mutex_;
  std::set<std::filesystem::path> unsynced_;  // guarded by mutex_
};

}  // namespace

Shelf no_shelf() {
  return {.find = [](const std::string&) { return std::optional<Buffer>(); },
          .keep = [](const std::string&, Bytes) { return Result<void>(); },
          .sync = [] { return Result<void>(); }};
}

Shelf folder_shelf(const std::string& root) {
  const auto folder = std::make_shared<Folder>(root);
  return {
      .find = [folder](const std::string& path) { return folder->find(path); },
      .keep = [folder](const std::string& path, Bytes bytes) { return folder->keep(path, bytes); },
      .sync = [folder] { return folder->sync(); }};
}

}  // namespace nianlun
