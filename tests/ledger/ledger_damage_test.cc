#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "compression.h"
#include "ledger/database.h"
#include "ledger/ledger_fixture.h"
#include "log_keys.h"
#include "record_packing.h"
#include "temporary_folder.h"

// What check_ledger() and open() notice.
namespace nianlun::testing {
namespace {

namespace fs = std::filesystem;

std::string read_all(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_all(const fs::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << bytes;
  REQUIRE(out.good());
}

ErrorCode open_error(const LedgerOptions& options) {
  const auto ledger = Ledger::open(options);
  REQUIRE_FALSE(ledger);
  return ledger.error().code;
}

bool is_noticed(const LedgerOptions& options) {
  const auto report = check_ledger(options, {});
  return !report || !report->problems.empty();
}

/// Changes one value of a database that is well-formed otherwise, which no checksum notices.
void change_value(const fs::path& folder, Bytes key, const std::function<Buffer(Buffer)>& change) {
  const auto database = Database::open({.directory = folder});
  REQUIRE(database);
  const auto value = (*database)->get(key);
  REQUIRE(value);
  REQUIRE(*value);
  WriteBatch batch;
  batch.put(key, change(**value));
  REQUIRE((*database)->write(batch, Sync::kYes));
}

Buffer log_key_of(std::uint64_t index, char kind) {
  Buffer key(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) key[i] = static_cast<char>(index >> (56 - 8 * i));
  return key + kind;
}

/// Changes the entry of the capture whose first record is `first`; what it holds is not packed.
void change_entry(const LedgerOptions& options, std::uint64_t first,
                  const std::function<void(Json&)>& change) {
  change_value(options.directory / "log", log_key_of(first, 's'), [&](const Buffer& packed) {
    Json entry = *Json::parse(unpack(packed, nullptr).value());
    change(entry);
    return pack(*canonical(entry), nullptr);
  });
}

LedgerOptions small_ledger(const TemporaryFolder& folder, std::uint64_t events = 40) {
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  submit_events(*open_ledger(options), 1, events, 10);
  return options;
}

Buffer flipped(Buffer value) {
  value.back() = static_cast<char>(value.back() ^ 1);
  return value;
}

}  // namespace

TEST_CASE("a sound ledger passes the check, and the check counts what it has") {
  const TemporaryFolder folder;
  const LedgerOptions options = small_ledger(folder, 600);
  std::uint64_t seen = 0;
  const auto report = check_ledger(options, [&](std::uint64_t records) { seen = records; });
  REQUIRE(report);
  CHECK(report->problems.empty());
  CHECK(report->records == 601);
  CHECK(report->root == open_ledger(options)->read()->root());
  CHECK(seen <= 601);
  CHECK_FALSE(fs::exists(options.directory / "state.check"));
}

TEST_CASE("a compacted ledger is the same in fewer bytes, and nobody compacts what only reads") {
  const TemporaryFolder folder;
  LedgerOptions options = small_ledger(folder, 600);
  const Hash root = open_ledger(options)->read()->root();
  std::uint64_t number = 0;
  const auto noise = [&](const Buffer&) {  // which does not compress
    Buffer much;
    while (much.size() < 1 << 20) much += sha256(std::to_string(++number)).view();
    return much;
  };
  Buffer last;
  change_value(options.directory / "state", "last",
               [&](const Buffer& value) { return last = value; });
  change_value(options.directory / "state", "last", noise);
  change_value(options.directory / "state", "last", [&](const Buffer&) { return last; });
  const auto report = compact_ledger(options);
  REQUIRE(report);
  CHECK(report->bytes_after > 0);
  CHECK(report->bytes_after + (1 << 20) < report->bytes_before);
  CHECK_FALSE(is_noticed(options));
  CHECK(open_ledger(options)->read()->root() == root);
  options.read_only = true;
  CHECK(compact_ledger(options).error().code == ErrorCode::kForbidden);
}

TEST_CASE("a changed value in the log is noticed, of whatever kind") {
  struct Place {
    std::uint64_t index;
    std::string kind;
  };
  const std::vector<Place> places = {{0, "f"},
                                     {600, "r"},
                                     {0, "s"},
                                     {1, "s"},
                                     {301, "s"},  // short: it refers to the one before
                                     {255, std::string("t\0", 2)},
                                     {521, "d"},
                                     {~std::uint64_t{0}, "p"}};
  for (const Place& place : places) {
    CAPTURE(place.index);
    CAPTURE(place.kind);
    const TemporaryFolder folder;
    const LedgerOptions options = small_ledger(folder, 600);
    // The dictionary was trained by the capture that made 512 records full.
    const Buffer key = log_key_of(place.index, place.kind[0]) + place.kind.substr(1);
    change_value(options.directory / "log", key, flipped);
    CHECK(is_noticed(options));
  }
}

TEST_CASE("another subtree of a seal, or none, is noticed by whoever reads the seal") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  submit_events(*open_ledger(options), 1, 600, 600);
  check_is_sound(options);
  for (const bool without : {false, true}) {
    CAPTURE(without);
    LedgerOptions copy = options;
    copy.directory = folder.path() / (without ? "without" : "other");
    fs::copy(options.directory, copy.directory, fs::copy_options::recursive);
    change_entry(copy, 1, [&](Json& entry) {
      Json::Array subtrees = entry.find("subtrees")->array();
      REQUIRE(subtrees.size() == 3);
      subtrees[1] = subtrees[0];
      entry.erase("subtrees");
      if (!without) entry.set("subtrees", std::move(subtrees));
    });
    CHECK(open_ledger(copy)->read()->seal_entry(1).error().code == ErrorCode::kCorrupted);
    CHECK(is_noticed(copy));
  }
}

TEST_CASE("an entry that says another behaviour than the records show is noticed by the check") {
  const TemporaryFolder folder;
  const LedgerOptions options = small_ledger(folder);  // some are refused beside others
  CHECK_FALSE(open_ledger(options)->read()->seal_entry(1)->rollback);
  change_entry(options, 1, [](Json& entry) { entry.set("rollback", true); });
  CHECK(is_noticed(options));
}

TEST_CASE("a key in the log that belongs to nothing is noticed") {
  const TemporaryFolder folder;
  const LedgerOptions options = small_ledger(folder);
  {
    const auto database = Database::open({.directory = options.directory / "log"});
    WriteBatch batch;
    batch.put(log_key_of(5, 'r'), "smuggled");
    REQUIRE((*database)->write(batch, Sync::kYes));
  }
  CHECK(is_noticed(options));
}

TEST_CASE(
    "a changed, an added and a missing key of the state are noticed, and mended by a rebuild") {
  for (const int kind : {0, 1, 2}) {
    CAPTURE(kind);
    const TemporaryFolder folder;
    const LedgerOptions options = small_ledger(folder);
    {
      const auto database = Database::open({.directory = options.directory / "state"});
      WriteBatch batch;
      if (kind == 0) batch.put("last", "7");
      if (kind == 1) batch.put("zz", "7");
      if (kind == 2) batch.erase("last");
      REQUIRE((*database)->write(batch, Sync::kYes));
    }
    CHECK(is_noticed(options));
    const auto rebuilt = rebuild_state(options, {});
    REQUIRE(rebuilt);
    CHECK(*rebuilt == 41);
    check_is_sound(options);
  }
}

TEST_CASE(
    "a state that is behind the log catches up, and one that is ahead or of a fork does not") {
  const TemporaryFolder folder;
  const LedgerOptions options = small_ledger(folder);
  fs::copy(options.directory, folder.path() / "old", fs::copy_options::recursive);
  submit_events(*open_ledger(options), 41, 20, 10);
  fs::copy(options.directory / "state", folder.path() / "ahead");

  fs::remove_all(options.directory / "state");
  fs::copy(folder.path() / "old" / "state", options.directory / "state");
  CHECK(open_ledger(options)->read()->state().get("last").value() == std::optional<Buffer>("60"));
  check_is_sound(options);

  LedgerOptions old = options;
  old.directory = folder.path() / "old";
  fs::remove_all(old.directory / "state");
  fs::copy(folder.path() / "ahead", old.directory / "state");
  CHECK(open_error(old) == ErrorCode::kCorrupted);
  CHECK(is_noticed(old));
  old.read_only = true;
  CHECK(open_ledger(old)->read()->state().get("last").value() == std::optional<Buffer>("40"));

  change_value(options.directory / "state", "z", [](const Buffer& value) {
    return Buffer(value).replace(value.find("root") + 7, 4, "0000");
  });
  CHECK(open_error(options) == ErrorCode::kCorrupted);
}

TEST_CASE("a check brings a state that is behind the log up in memory, and changes nothing") {
  const TemporaryFolder folder;
  LedgerOptions options = small_ledger(folder);
  fs::copy(options.directory / "state", folder.path() / "behind", fs::copy_options::recursive);
  submit_events(*open_ledger(options), 41, 20, 10);
  fs::remove_all(options.directory / "state");
  fs::copy(folder.path() / "behind", options.directory / "state", fs::copy_options::recursive);
  for (const bool read_only : {true, false}) {
    CAPTURE(read_only);
    options.read_only = read_only;
    check_is_sound(options);
    const auto state = Database::open({.directory = options.directory / "state"});
    REQUIRE(state);
    CHECK((*state)->get("last").value() == std::optional<Buffer>("40"));
  }
}

TEST_CASE("a state that is behind the log and wrong besides is noticed") {
  for (const int kind : {0, 1, 2}) {
    CAPTURE(kind);
    const TemporaryFolder folder;
    const LedgerOptions options = small_ledger(folder);
    const Buffer known = "e" + Buffer(event_of(event_json(3), 3).event.hash.view());
    fs::copy(options.directory / "state", folder.path() / "behind", fs::copy_options::recursive);
    submit_events(*open_ledger(options), 41, 20, 10);
    fs::remove_all(options.directory / "state");
    fs::copy(folder.path() / "behind", options.directory / "state", fs::copy_options::recursive);
    {
      const auto database = Database::open({.directory = options.directory / "state"});
      WriteBatch batch;
      if (kind == 0) batch.put(known, "7");
      if (kind == 1) batch.put("zz", "7");
      if (kind == 2) batch.erase(known);
      REQUIRE((*database)->write(batch, Sync::kYes));
    }
    CHECK(is_noticed(options));
  }
}

TEST_CASE("a checkpoint that is ahead of the log keeps it from being opened for writing") {
  const TemporaryFolder folder;
  const LedgerOptions options = small_ledger(folder);
  fs::copy(options.directory, folder.path() / "old", fs::copy_options::recursive);
  submit_events(*open_ledger(options), 41, 20, 10);
  LedgerOptions old = options;
  old.directory = folder.path() / "old";
  fs::copy_file(options.directory / "checkpoint", old.directory / "checkpoint",
                fs::copy_options::overwrite_existing);
  CHECK(open_error(old) == ErrorCode::kCorrupted);
  CHECK(is_noticed(old));
  old.read_only = true;
  CHECK(open_ledger(old)->read()->size() == 41);
}

TEST_CASE("a checkpoint of a fork keeps the log from being opened for writing") {
  const TemporaryFolder folder;
  const LedgerOptions options = small_ledger(folder);
  fs::copy(options.directory, folder.path() / "fork", fs::copy_options::recursive);
  LedgerOptions fork = options;
  fork.directory = folder.path() / "fork";
  submit_events(*open_ledger(fork), 500, 10, 10);
  submit_events(*open_ledger(options), 41, 20, 10);
  fs::copy_file(fork.directory / "checkpoint", options.directory / "checkpoint",
                fs::copy_options::overwrite_existing);
  CHECK(open_error(options) == ErrorCode::kCorrupted);
  CHECK(is_noticed(options));
}

TEST_CASE("nothing is signed while the checkpoint on disk contradicts the log") {
  const TemporaryFolder folder;
  LedgerOptions options = small_ledger(folder);
  options.checkpoint_interval = std::chrono::hours(1);
  fs::copy(options.directory, folder.path() / "fork", fs::copy_options::recursive);
  LedgerOptions fork = options;
  fork.directory = folder.path() / "fork";
  submit_events(*open_ledger(fork), 500, 10, 10);
  const std::string forked = read_all(fork.directory / "checkpoint");
  {
    const auto ledger = open_ledger(options);
    submit_events(*ledger, 41, 20, 10);
    write_all(options.directory / "checkpoint", forked);
    CHECK(ledger->publish_checkpoint().error().code == ErrorCode::kCorrupted);
  }
  CHECK(read_all(options.directory / "checkpoint") == forked);
}

TEST_CASE("a checkpoint that is missing or that another key signed is refused") {
  const TemporaryFolder folder;
  const LedgerOptions options = small_ledger(folder);
  const fs::path file = options.directory / "checkpoint";
  const std::string note = read_all(file);
  fs::remove(file);
  CHECK(open_error(options) == ErrorCode::kCorrupted);
  for (std::size_t at = 0; at < note.size(); ++at) {
    std::string changed = note;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    write_all(file, changed);
    CAPTURE(at);
    CHECK(open_error(options) == ErrorCode::kCorrupted);
  }
  write_all(file, note);
  CHECK(open_ledger(options)->read()->size() == 41);
}

TEST_CASE("a genesis whose suite was changed is not the one that the log has") {
  for (const std::uint64_t events : {0U, 40U, 600U}) {
    CAPTURE(events);
    const TemporaryFolder folder;
    const LedgerOptions options = small_ledger(folder, events);
    const bool single = events == 0;
    const Buffer key = log_key_of(0, single ? 'r' : 'f');
    change_value(options.directory / "log", key, [&](const Buffer& packed) {
      const std::size_t count = single ? 1 : kFrameRecords;
      Buffer octets;
      const auto split = unpack_records(packed, count, nullptr, octets).value();
      std::vector<Buffer> records(split.begin(), split.begin() + count);
      const std::string_view before = R"("nianlun:suite":"sha256")";
      const std::size_t at = records[0].find(before);
      REQUIRE(at != Buffer::npos);
      records[0].replace(at, before.size(), R"("nianlun:suite":"sm2-sm3")");
      return pack_records(records, nullptr);
    });
    CHECK(open_error(options) == ErrorCode::kCorrupted);
    CHECK(is_noticed(options));
  }
}

}  // namespace nianlun::testing
