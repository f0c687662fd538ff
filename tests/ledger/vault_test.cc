#include "vault.h"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "ledger/disclosure.h"
#include "ledger/ledger_fixture.h"
#include "simulation/fault_env.h"
#include "state_keys.h"
#include "temporary_folder.h"
#include "vectors.h"

// What the vault notices of what LevelDB has lost, and that a crash is nothing to notice.
namespace nianlun::testing {
namespace {

namespace fs = std::filesystem;

VaultOptions options_of(const fs::path& folder, bool create = false) {
  return {.database = {.directory = folder / "vault",
                       .create_if_missing = create,
                       .write_buffer_bytes = 64 << 10},  // the least that LevelDB takes
          .anchor = folder / "vault.anchor"};
}

std::string disclosed(int number, std::size_t size = 100) {
  std::string value = std::to_string(number);
  for (std::uint64_t i = 0; value.size() < size; ++i) {
    value += hex(sha256(std::to_string(number), std::to_string(i)));
  }
  return make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:note", value).encoded;
}

bool has_all(const Vault& vault, int count, std::size_t size) {
  for (int number = 0; number < count; ++number) {
    const auto found = vault.value(disclosure_digest(disclosed(number, size)));
    if (!found || !*found) return false;
  }
  return true;
}

std::vector<fs::path> files_of(const fs::path& folder, std::string_view part) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().find(part) != std::string::npos) {
      files.push_back(entry.path());
    }
  }
  return files;
}

/// Copies of a closed vault with each of these files cut at each place: whether it opens for
/// writing only if it has all.
int cut_everywhere(const fs::path& folder, const std::string& part, std::uint64_t writes,
                   const std::function<bool(const Vault&)>& is_whole) {
  int noticed = 0;
  for (const fs::path& file : files_of(folder / "vault", part)) {
    const std::uint64_t size = fs::file_size(file);
    const std::uint64_t step = std::max<std::uint64_t>(1, size / 200);
    for (std::uint64_t cut = 0; cut < size; cut += step) {
      const TemporaryFolder copy;
      fs::copy(folder, copy.path(),
               fs::copy_options::recursive | fs::copy_options::overwrite_existing);
      fs::resize_file(copy.path() / "vault" / file.filename(), cut);
      VaultOptions options = options_of(copy.path());
      options.writes_min = writes;
      const auto vault = Vault::open(options);
      noticed += vault ? 0 : 1;
      CAPTURE(file.string());
      CAPTURE(cut);
      CHECK((!vault || is_whole(**vault)));
    }
  }
  return noticed;
}

}  // namespace

TEST_CASE("the end of its log or of its list of files may not be cut off, whatever came later") {
  constexpr int kCount = 150;  // some hundreds of KB: LevelDB begins several logs
  constexpr std::size_t kSize = 2'000;
  const TemporaryFolder folder;
  std::uint64_t writes = 0;
  {
    const auto vault = Vault::open(options_of(folder.path(), true)).value();
    for (int number = 0; number < kCount; ++number)
      REQUIRE(vault->put({{disclosed(number, kSize)}}));
    writes = vault->writes();
  }
  CHECK(writes == kCount);
  REQUIRE(files_of(folder.path() / "vault", ".ldb").size() > 1);
  const auto is_whole = [](const Vault& vault) { return has_all(vault, kCount, kSize); };
  CHECK(cut_everywhere(folder.path(), "MANIFEST", writes, is_whole) > 50);
  CHECK(cut_everywhere(folder.path(), ".log", writes, is_whole) > 50);
}

TEST_CASE("tokens and erasures are anchored without the log") {
  const TemporaryFolder folder;
  const std::string gone = disclosed(1);
  {
    const auto vault = Vault::open(options_of(folder.path(), true)).value();
    REQUIRE(vault->put({{gone}, {disclosed(0)}}));
    REQUIRE(vault->put_token(sha256("token"), Json(Json::Object())));
  }
  const auto has_token = [](const Vault& vault) {
    const auto token = vault.token(sha256("token"));
    return token && *token;
  };
  CHECK(cut_everywhere(folder.path(), ".log", 0, has_token) > 50);
  CHECK(Vault::open(options_of(folder.path())).value()->erase({disclosure_digest(gone)}).value() ==
        1U);
  const auto is_gone = [&](const Vault& vault) {
    const auto found = vault.value(disclosure_digest(gone));
    return found && !*found;
  };
  CHECK(cut_everywhere(folder.path(), "MANIFEST", 0, is_gone) > 50);
}

TEST_CASE("an older copy is opened for reading only, and then answers no question") {
  const TemporaryFolder folder;
  const TemporaryFolder old;
  {
    const auto vault = Vault::open(options_of(folder.path(), true)).value();
    REQUIRE(vault->put({{disclosed(0)}}));
  }
  fs::copy(folder.path() / "vault", old.path() / "vault", fs::copy_options::recursive);
  REQUIRE(Vault::open(options_of(folder.path()))
              .value()
              ->erase({disclosure_digest(disclosed(0))})
              .value() == 1U);
  fs::copy_file(folder.path() / "vault.anchor", old.path() / "vault.anchor");
  VaultOptions options = options_of(old.path());
  CHECK(Vault::open(options).error().message == "vault.behind");
  options.database.read_only_check = true;
  const auto vault = Vault::open(options).value();
  const auto shown = vault->value(disclosure_digest(disclosed(0)));
  CHECK(shown.error().message == "vault.behind");  // it was erased
  CHECK(vault->token(sha256("token")).error().message == "vault.behind");
  CHECK(vault->check().error().message == "vault.behind");
}

TEST_CASE("an anchor that is missing or no anchor is corruption") {
  const TemporaryFolder folder;
  REQUIRE(Vault::open(options_of(folder.path(), true)));
  const fs::path anchor = folder.path() / "vault.anchor";
  CHECK(read_file(anchor) == R"({"writes":0})");
  for (const std::string text : {"", "{}", "{\"writes\":-1}", "{\"writes\":0}\n", "{\"writes\":0 }",
                                 "{\"writes\":0,\"x\":1}", "0"}) {
    CAPTURE(text);
    std::ofstream(anchor, std::ios::binary | std::ios::trunc) << text;
    CHECK(Vault::open(options_of(folder.path())).error().message == "vault.no-anchor");
  }
  fs::remove(anchor);
  CHECK(Vault::open(options_of(folder.path())).error().message == "vault.no-anchor");
}

TEST_CASE("the marks of writes do not pile up over the times that it is opened") {
  const TemporaryFolder folder;
  FaultEnv env;
  env.ignore_syncs();
  VaultOptions options = options_of(folder.path(), true);
  options.database.env = &env;
  const auto marks = [&] {
    const auto database = Database::open(options.database).value();
    const auto at = database->iterate();
    std::uint64_t count = 0;
    for (at->seek("w"); at->valid(); at->next()) ++count;
    return count;
  };
  {
    const auto vault = Vault::open(options).value();
    for (int number = 0; number < 10'005; ++number) REQUIRE(vault->put({{disclosed(0)}}));
  }
  options.database.create_if_missing = false;
  CHECK(marks() == 10'005);
  {
    const auto vault = Vault::open(options).value();
    CHECK(vault->writes() == 10'005);
    REQUIRE(vault->put({{disclosed(1)}}));
  }
  CHECK(marks() == 6);
  const auto vault = Vault::open(options).value();
  CHECK(vault->writes() == 10'006);
  CHECK(vault->check());
}

TEST_CASE("a vault that is open for long opens itself anew, so that few marks are to be counted") {
  const TemporaryFolder folder;
  FaultEnv env;
  env.ignore_syncs();
  VaultOptions options = options_of(folder.path(), true);
  options.database.env = &env;
  options.marks_max = 50;
  {
    const auto vault = Vault::open(options).value();
    for (int number = 0; number < 230; ++number) REQUIRE(vault->put({{disclosed(number)}}));
    REQUIRE(vault->put_token(sha256("token"), Json(Json::Object())));
    CHECK(vault->writes() == 231);
    CHECK(has_all(*vault, 230, 100));
    REQUIRE(vault->erase({disclosure_digest(disclosed(7))}).value() == 1U);
  }
  options.database.create_if_missing = false;
  {
    const auto database = Database::open(options.database).value();
    const auto at = database->iterate();
    int marks = 0;
    for (at->seek("w"); at->valid(); at->next()) ++marks;
    CHECK(marks == 32);
  }
  const auto vault = Vault::open(options).value();
  CHECK(vault->writes() == 232);
  CHECK(vault->check());
}

TEST_CASE("what is lost is found, and once it is settled the vault counts it as had") {
  const TemporaryFolder folder;
  const TemporaryFolder old;
  {
    const auto vault = Vault::open(options_of(folder.path(), true)).value();
    for (int number = 0; number < 3; ++number) REQUIRE(vault->put({{disclosed(number)}}));
  }
  CHECK_FALSE(Vault::find_loss(options_of(folder.path())).value().any());
  fs::copy(folder.path() / "vault", old.path() / "vault", fs::copy_options::recursive);
  fs::copy_file(folder.path() / "vault.anchor", old.path() / "vault.anchor");
  VaultOptions options = options_of(old.path());
  options.writes_min = 9;
  const VaultLoss loss = Vault::find_loss(options).value();
  CHECK(loss.made == 9);
  CHECK(loss.missing == 6);
  REQUIRE(loss.ranges.size() == 1);
  CHECK(loss.ranges[0] == std::pair<std::uint64_t, std::uint64_t>(4, 9));
  CHECK(loss.anchor);
  CHECK_FALSE(Vault::open(options));
  {
    options.accept_loss = true;
    const auto vault = Vault::open(options).value();
    CHECK(vault->writes() == 9);
    CHECK(vault->value(disclosure_digest(disclosed(0))).error().message == "vault.behind");
    CHECK(vault->put({{disclosed(9)}}).error().message == "vault.behind");
    options.accept_loss = false;
  }
  CHECK_FALSE(Vault::open(options));
  REQUIRE(Vault::settle(options));
  const auto vault = Vault::open(options).value();
  CHECK(vault->writes() == 9);
  CHECK(has_all(*vault, 3, 100));
  REQUIRE(vault->put({{disclosed(10)}}));
  CHECK(vault->writes() == 10);
}

TEST_CASE("of writes that are gone in the middle each is named; a vault that is gone lost all") {
  const TemporaryFolder folder;
  {
    const auto vault = Vault::open(options_of(folder.path(), true)).value();
    for (int number = 0; number < 6; ++number) REQUIRE(vault->put({{disclosed(number)}}));
  }
  const auto unmark = [&](std::uint64_t write) {
    const auto database = Database::open(options_of(folder.path()).database).value();
    WriteBatch batch;
    batch.erase("w" + be64(write));
    REQUIRE(database->write(batch, Sync::kYes));
  };
  unmark(2);
  unmark(4);
  unmark(5);
  VaultOptions options = options_of(folder.path());
  options.writes_min = 6;
  using Range = std::pair<std::uint64_t, std::uint64_t>;
  CHECK(Vault::find_loss(options).value().ranges == std::vector<Range>{{2, 2}, {4, 5}});
  fs::remove_all(folder.path() / "vault");
  fs::remove(folder.path() / "vault.anchor");
  const VaultLoss loss = Vault::find_loss(options).value();
  CHECK(loss.missing == 6);
  CHECK_FALSE(loss.anchor);
  REQUIRE(Vault::settle(options));
  CHECK(Vault::open(options).value()->writes() == 6);
}

TEST_CASE("several threads write, and none of it is missing afterwards") {
  const TemporaryFolder folder;
  FaultEnv env;
  VaultOptions options = options_of(folder.path(), true);
  options.database.env = &env;
  std::atomic<int> failed = 0;
  {
    const auto vault = Vault::open(options).value();
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (int number = thread; number < 200; number += 4) {
          const bool put =
              thread == 0 ? vault->put({{disclosed(number)}}).has_value()
                          : vault->put_token(sha256(std::to_string(number)), Json(Json::Object()))
                                .has_value();
          failed += put ? 0 : 1;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  CHECK(failed == 0);
  env.crash();
  options.database.create_if_missing = false;
  CHECK(Vault::open(options).value()->writes() == 200);
}

}  // namespace nianlun::testing
