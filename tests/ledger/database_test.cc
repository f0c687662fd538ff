#include "ledger/database.h"

#include <doctest/doctest.h>

#include <fstream>
#include <vector>

#include "temporary_folder.h"

namespace nianlun::testing {
namespace {

std::unique_ptr<Database> open_in(const std::filesystem::path& folder) {
  auto database = Database::open({.directory = folder / "db", .create_if_missing = true});
  REQUIRE(database);
  return *std::move(database);
}

void put(Database& database, Bytes key, Bytes value) {
  WriteBatch batch;
  batch.put(key, value);
  REQUIRE(database.write(batch, Sync::kNo));
}

std::optional<Buffer> value_of(const Database& database, Bytes key,
                               const Snapshot* snapshot = nullptr) {
  auto value = database.get(key, snapshot);
  REQUIRE(value);
  return *value;
}

}  // namespace

TEST_CASE("what was written is read, also after closing; what was erased is absent") {
  const TemporaryFolder folder;
  const Bytes zero("\0key\0", 5);
  {
    const auto database = open_in(folder.path());
    WriteBatch batch;
    batch.put("a", "1");
    batch.put(zero, Bytes("\0", 1));
    batch.put("gone", "x");
    batch.erase("gone");
    batch.put("empty", "");
    CHECK(batch.count() == 5);
    CHECK(batch.bytes() > 20);
    REQUIRE(database->write(batch, Sync::kYes));
    batch.clear();
    CHECK(batch.count() == 0);
    REQUIRE(database->write(batch, Sync::kYes));
  }
  const auto database = open_in(folder.path());
  CHECK(value_of(*database, "a") == "1");
  CHECK(value_of(*database, zero) == Buffer("\0", 1));
  CHECK(value_of(*database, "empty") == "");
  CHECK(!value_of(*database, "gone"));
  CHECK(!value_of(*database, "key"));
}

TEST_CASE("an iterator seeks forward and backward, and past both ends") {
  const TemporaryFolder folder;
  const auto database = open_in(folder.path());
  const auto empty = database->iterate();
  empty->seek_for_prev("a");
  CHECK(!empty->valid());
  for (const char* key : {"b", "d", "f"}) put(*database, key, std::string("v") + key);
  const auto at = database->iterate(nullptr, false);
  const auto stands = [&](const char* key) {
    return at->valid() && at->key() == key && at->value() == std::string("v") + key;
  };
  CHECK(!at->valid());
  at->seek("c");
  CHECK(stands("d"));
  at->seek("d");
  CHECK(stands("d"));
  at->seek("g");
  CHECK(!at->valid());
  at->seek_for_prev("e");
  CHECK(stands("d"));
  at->seek_for_prev("d");
  CHECK(stands("d"));
  at->seek_for_prev("z");
  CHECK(stands("f"));
  at->seek_for_prev("a");
  CHECK(!at->valid());
  at->seek_to_last();
  CHECK(stands("f"));
  at->prev();
  CHECK(stands("d"));
  at->seek_to_first();
  CHECK(stands("b"));
  at->next();
  at->next();
  CHECK(stands("f"));
  at->next();
  CHECK(!at->valid());
  CHECK(at->status());
}

TEST_CASE("a snapshot sees what was there, and it and iterators may outlive the database object") {
  const TemporaryFolder folder;
  auto database = open_in(folder.path());
  put(*database, "a", "old");
  auto snapshot = database->snapshot();
  put(*database, "a", "new");
  put(*database, "b", "new");
  CHECK(value_of(*database, "a", snapshot.get()) == "old");
  CHECK(!value_of(*database, "b", snapshot.get()));
  CHECK(value_of(*database, "a") == "new");
  auto at = database->iterate(snapshot.get());
  database.reset();
  at->seek_to_first();
  CHECK(at->value() == "old");
  at->next();
  CHECK(!at->valid());
  at.reset();
  snapshot.reset();
  CHECK(value_of(*open_in(folder.path()), "a") == "new");
}

TEST_CASE("what cannot be opened says why by its code") {
  const TemporaryFolder folder;
  const auto code = [&](const DatabaseOptions& options) {
    return Database::open(options).error().code;
  };
  CHECK(code({.directory = folder.path() / "none"}) == ErrorCode::kNotFound);
  CHECK(!std::filesystem::exists(folder.path() / "none"));
  CHECK(code({.directory = folder.path() / "x",
              .create_if_missing = true,
              .read_only_check = true}) == ErrorCode::kNotFound);
  const auto database = open_in(folder.path());
  CHECK(code({.directory = folder.path() / "db"}) == ErrorCode::kConflict);
  std::ofstream(folder.path() / "file") << "x";
  CHECK(code({.directory = folder.path() / "file", .create_if_missing = true}) == ErrorCode::kIo);
}

TEST_CASE("opened for reading only, it reads and does not write") {
  const TemporaryFolder folder;
  put(*open_in(folder.path()), "a", "1");
  const auto database =
      Database::open({.directory = folder.path() / "db", .read_only_check = true});
  REQUIRE(database);
  CHECK(value_of(**database, "a") == "1");
  WriteBatch batch;
  batch.put("a", "2");
  CHECK((*database)->write(batch, Sync::kNo).error().code == ErrorCode::kForbidden);
  CHECK((*database)->compact("", "").error().code == ErrorCode::kForbidden);
}

TEST_CASE("a changed byte in a table is reported, not read and not passed over") {
  const TemporaryFolder folder;
  {
    const auto database = open_in(folder.path());
    for (int i = 0; i < 200; ++i) put(*database, "key" + std::to_string(i), std::string(500, 'v'));
    REQUIRE(database->compact("", ""));
    CHECK(database->approximate_bytes("key", "kez") > 100'000);
    CHECK(database->approximate_bytes("x", "y") == 0);
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "db")) {
    if (entry.path().extension() != ".ldb") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(30'000);
    file.put('x').put('y').put('z');
  }
  const auto database = open_in(folder.path());
  std::size_t damaged = 0;
  for (int i = 0; i < 200; ++i) {
    const auto value = database->get("key" + std::to_string(i));
    if (value) {
      CHECK(*value == std::string(500, 'v'));
    } else {
      CHECK(value.error().code == ErrorCode::kCorrupted);
      ++damaged;
    }
  }
  CHECK(damaged > 0);
  std::size_t seen = 0;
  const auto at = database->iterate();
  for (at->seek_to_first(); at->valid(); at->next()) ++seen;
  CHECK(seen < 200);
  CHECK(at->status().error().code == ErrorCode::kCorrupted);
}

TEST_CASE("compression changes the size and not the content") {
  const TemporaryFolder folder;
  const auto database = Database::open(
      {.directory = folder.path() / "db", .create_if_missing = true, .compress = true});
  REQUIRE(database);
  for (int i = 0; i < 200; ++i) put(**database, "k" + std::to_string(i), std::string(500, 'v'));
  REQUIRE((*database)->compact("", ""));
  CHECK((*database)->approximate_bytes("k", "l") < 50'000);
  CHECK(value_of(**database, "k7") == std::string(500, 'v'));
}

}  // namespace nianlun::testing
