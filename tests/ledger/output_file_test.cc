#include "ledger/output_file.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "temporary_folder.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

namespace fs = std::filesystem;

std::ptrdiff_t files_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

/// Files of this process may not grow beyond so many octets, for as long as it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t octets) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit limit{.rlim_cur = octets, .rlim_max = before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

}  // namespace

TEST_CASE("a file appears whole or not at all") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "x";
  {
    auto file = OutputFile::create(path, Access::kOwner);
    REQUIRE(file);
    REQUIRE(file->write("half"));
    CHECK_FALSE(fs::exists(path));
  }
  CHECK(files_in(folder.path()) == 0);
  auto file = OutputFile::create(path, Access::kOwner);
  REQUIRE(file);
  REQUIRE(file->write("who"));
  REQUIRE(file->write("le"));
  REQUIRE(file->commit());
  CHECK(read_file(path) == "whole");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a file is replaced, unless it is to be new") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "x";
  REQUIRE(replace_file(path, "first", Access::kOwner));
  REQUIRE(replace_file(path, "second", Access::kOwner));
  CHECK(read_file(path) == "second");
  {
    auto file = OutputFile::create(path, Access::kOwner);
    REQUIRE(file);
    REQUIRE(file->write("third"));
    CHECK(file->commit_new().error().code == ErrorCode::kConflict);
  }
  CHECK(read_file(path) == "second");
  CHECK(files_in(folder.path()) == 1);
  auto file = OutputFile::create(folder.path() / "y", Access::kOwner);
  REQUIRE(file);
  CHECK(file->commit_new());
  CHECK(read_file(folder.path() / "y").empty());
}

TEST_CASE("only its owner may read a file, or everybody whom the umask lets") {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0027);
  REQUIRE(replace_file(folder.path() / "mine", "x", Access::kOwner));
  REQUIRE(replace_file(folder.path() / "ours", "x", Access::kEverybody));
  ::umask(before);
  CHECK(fs::status(folder.path() / "mine").permissions() == fs::perms{0600});
  CHECK(fs::status(folder.path() / "ours").permissions() == fs::perms{0640});
}

TEST_CASE("what cannot be written leaves the old file, and says which and why") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "x";
  REQUIRE(replace_file(path, "old", Access::kOwner));
  {
    const FileSizeLimit limit(4096);
    const auto written = replace_file(path, std::string(5000, 'n'), Access::kOwner);
    REQUIRE_FALSE(written);
    CHECK(written.error().code == ErrorCode::kIo);
    CHECK(written.error().arguments.front().second == path.string());
  }
  CHECK(read_file(path) == "old");
  CHECK(files_in(folder.path()) == 1);
  const fs::path nowhere = folder.path() / "missing" / "x";
  CHECK(replace_file(nowhere, "x", Access::kOwner).error().code == ErrorCode::kIo);
  CHECK(sync_folder(nowhere).error().code == ErrorCode::kIo);
  CHECK(replace_file(folder.path(), "x", Access::kOwner).error().code == ErrorCode::kIo);
  CHECK(sync_folder(""));
}

TEST_CASE("files that several threads write have the access that the umask says, and it stays") {
  const TemporaryFolder folder;
  const mode_t before = ::umask(022);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&folder, thread] {
      for (int i = 0; i < 100; ++i) {
        const fs::path file = folder.path() / (std::to_string(thread) + "-" + std::to_string(i));
        auto out = OutputFile::create(file, Access::kEverybody);
        if (out) (void)out->commit();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(::umask(before) == 022);
  CHECK(files_in(folder.path()) == 400);
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    CHECK((entry.status().permissions() & fs::perms::mask) == static_cast<fs::perms>(0644));
  }
}

}  // namespace nianlun::testing
