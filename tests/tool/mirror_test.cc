#include <doctest/doctest.h>
#include <poll.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>

#include "ledger/made_log.h"
#include "packed.h"
#include "served_log.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

const std::string kTesseraKey =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

Files with_key(Files files, const std::string& vkey) {
  files["log.vkey"] = vkey + "\n";
  return files;
}

TEST_CASE("a mirror is the files of the log, whatever its size, and can be mirrored itself") {
  for (const std::uint64_t size : {0, 1, 255, 256, 257, 700, 66'000}) {
    const MadeLog log(size);
    ServedFiles served(log.files());
    const WatchWorld world;
    const Ran ran = world.mirror(served.url(), MadeLog::vkey());
    CHECK_MESSAGE(ran.exit_code == 0, ran.out);
    CHECK(ran.says("The log's key is the one of --key"));
    CHECK(ran.says("all " + std::to_string(size) + " records"));
    const Files mirrored = files_in(world.mirror_folder());
    CHECK(mirrored == with_key(log.files(), MadeLog::vkey()));
    const WatchWorld second;
    ServedFiles again(mirrored);
    must(second.mirror(again.url(), MadeLog::vkey()));
    CHECK(files_in(second.mirror_folder()) == mirrored);
  }
}

TEST_CASE("only what is new is fetched, and partial tiles go when they are full") {
  MadeLog log(600);
  ServedFiles served(log.files());
  const WatchWorld world;
  must(world.mirror(served.url(), MadeLog::vkey()));
  served.asked();
  must(world.mirror(served.url(), ""));
  CHECK(served.asked() == std::vector<std::string>{"checkpoint"});
  log.add(200);
  served.set(log.files());
  const Ran ran = world.mirror(served.url(), "");
  CHECK_MESSAGE(ran.exit_code == 0, ran.out);
  CHECK(ran.says("200 of them new"));
  CHECK(ran.says("has kept since the first time"));
  const std::vector<std::string> asked = served.asked();
  for (const std::string old : {"tile/0/000", "tile/0/001", "tile/entries/000"}) {
    CHECK(std::ranges::count(asked, old) == 0);
  }
  Files mirrored = files_in(world.mirror_folder());
  CHECK(mirrored.erase("tile/1/000.p/2") == 1);  // may still be asked for: 000 is not full yet
  CHECK(mirrored == with_key(log.files(), MadeLog::vkey()));
}

TEST_CASE("a copy that broke off goes on where it was, and what is damaged is fetched again") {
  const MadeLog log(20'000);
  ServedFiles served(log.files());
  const WatchWorld world;
  served.fail_after(140);
  const Ran broken = world.mirror(served.url(), MadeLog::vkey());
  CHECK_MESSAGE(broken.exit_code == 4, broken.out);
  CHECK(files_in(world.mirror_folder()).count("checkpoint") == 0);
  const std::size_t first = served.asked().size();
  served.fail_after(std::nullopt);
  const std::string damaged = (world.mirror_folder() / "tile/entries/000").string();
  std::ofstream(damaged, std::ios::binary | std::ios::app) << "x";
  const Ran ran = world.mirror(served.url(), "");
  CHECK_MESSAGE(ran.exit_code == 0, ran.out);
  const std::vector<std::string> asked = served.asked();
  CHECK(first == 140);
  CHECK(asked.size() < 60);  // of 160
  CHECK(std::ranges::count(asked, "tile/entries/000") == 1);
  CHECK(std::ranges::count(asked, "tile/0/000") == 0);
  CHECK(files_in(world.mirror_folder()) == with_key(log.files(), MadeLog::vkey()));
}

TEST_CASE("a log that has thrown partial tiles away is cut from full ones") {
  const MadeLog small(300);
  const MadeLog large(512);
  Files files = large.files();
  files["checkpoint"] = small.note();
  ServedFiles served(files);
  files["tile/1/000.p/1"] = files.at("tile/1/000.p/2").substr(0, 32);
  files.erase("tile/1/000.p/2");
  served.set(files);
  const WatchWorld world;
  const Ran ran = world.mirror(served.url(), MadeLog::vkey());
  CHECK_MESSAGE(ran.exit_code == 0, ran.out);
  CHECK(files_in(world.mirror_folder()) == with_key(small.files(), MadeLog::vkey()));
}

TEST_CASE("bundles that the server packs are unpacked; what is no gzip, or too much, is false") {
  const MadeLog log(300);
  ServedFiles served(log.files());
  served.set_pack([](const std::string& bytes) { return packed(bytes); });
  const WatchWorld world;
  const Ran ran = world.mirror(served.url(), MadeLog::vkey());
  CHECK_MESSAGE(ran.exit_code == 0, ran.out);
  CHECK(files_in(world.mirror_folder()) == with_key(log.files(), MadeLog::vkey()));
  const std::string bomb = packed(std::string(32 << 20, '0'));
  const std::function<std::string(const std::string&)> lies[] = {
      [](const std::string& bytes) { return bytes; },
      [](const std::string& bytes) { return packed(bytes).substr(0, 40); },
      [&](const std::string&) { return bomb; },
      [](const std::string& bytes) { return packed(bytes + "x"); }};
  for (const auto& lie : lies) {
    served.set_pack(lie);
    const WatchWorld lied_to;
    const Ran caught = lied_to.mirror(served.url(), MadeLog::vkey());
    CHECK_MESSAGE(caught.exit_code == 6, caught.out);
    CHECK(caught.says("tile/entries/"));
  }
}

TEST_CASE("a folder that a mirror is written into is no place for a second one") {
  const MadeLog log(600);
  ServedFiles served(log.files());
  const WatchWorld world;
  // While the first is held up at a bundle, the second is run to its end.
  std::mutex mutex;
  std::optional<Ran> second;
  served.set_pack([&](const std::string& bytes) {
    const std::lock_guard lock(mutex);
    if (!second) second = world.mirror("http://127.0.0.1:1", MadeLog::vkey());
    return packed(bytes);
  });
  const Ran first = world.mirror(served.url(), MadeLog::vkey());
  CHECK_MESSAGE(first.exit_code == 0, first.out);
  {
    const std::lock_guard lock(mutex);
    REQUIRE(second);
    CHECK(second->exit_code == 1);
    CHECK(second->says("in use by another process"));
  }
  must(world.mirror(served.url(), ""));  // it has let go
}

TEST_CASE("a long run says how far it is, of how much") {
  const MadeLog log(66'000);
  ServedFiles served(log.files());
  std::atomic<bool> slow = true;
  served.set_pack([&](const std::string& bytes) {
    if (slow.exchange(false)) ::poll(nullptr, 0, 600);  // a server that takes its time, once
    return packed(bytes);
  });
  const WatchWorld world;
  const Ran copied = world.mirror(served.url(), MadeLog::vkey());
  CHECK_MESSAGE(copied.says("16384 of 66000 records copied so far"), copied.out);
  slow = true;
  const Ran read = world.audit(served.url(), MadeLog::vkey(), " --all");
  CHECK_MESSAGE(read.says("16384 of 66000 records read so far"), read.out);
  CHECK(WatchWorld::tool("audit --help").says("6 the log was caught"));
  CHECK(WatchWorld::tool("mirror --help", "zh").says("6 日志被查出问题"));
}

TEST_CASE("no key is taken from the server") {
  const MadeLog log(10);
  ServedFiles served(log.files());
  const WatchWorld world;
  const Ran none = world.mirror(served.url(), "");
  CHECK(none.exit_code == 1);
  CHECK(none.says("its authority published it"));
  CHECK(served.asked().empty());
  CHECK(world.mirror(served.url(), "nonsense").exit_code == 1);
  must(world.mirror(served.url(), MadeLog::vkey()));
  const Ran other = world.mirror(served.url(), MadeLog::vkey('x'));
  CHECK(other.exit_code == 1);
  CHECK(other.says("another key"));
  std::ofstream(world.mirror_folder() / "checkpoint", std::ios::binary) << "nonsense";
  const Ran damaged = world.mirror(served.url(), "");
  CHECK(damaged.exit_code == 1);
  CHECK(damaged.says("mirror into a new folder"));
  CHECK(world.evidence().empty());
}

TEST_CASE("Tessera's log is mirrored and audited from each of its checkpoints to the last") {
  const std::filesystem::path folder =
      vectors() / "transparency/transparency-dev-tessera/testdata/log";
  Files files;
  for (auto& [path, content] : files_in(folder)) {
    if (path.starts_with("tile/") || path.starts_with("checkpoint")) files[path] = content;
  }
  REQUIRE(files.size() == 17 + 15 + 15);
  ServedFiles served(files);
  const WatchWorld stepwise;
  for (int first = 0; first <= 15; ++first) {
    const WatchWorld world;
    files["checkpoint"] = files.at("checkpoint." + std::to_string(first));
    served.set(files);
    for (const WatchWorld* each : {&world, &stepwise}) {
      must(each->mirror(served.url(), kTesseraKey));
      must(each->audit(served.url(), kTesseraKey));
    }
    files["checkpoint"] = files.at("checkpoint.15");
    served.set(files);
    must(world.mirror(served.url(), kTesseraKey));
    must(world.audit(served.url(), kTesseraKey));
    const Files mirrored = files_in(world.mirror_folder());
    CHECK(mirrored.at("tile/entries/000.p/15") == files.at("tile/entries/000.p/15"));
    CHECK(mirrored.at("checkpoint") == files.at("checkpoint.15"));
  }
}

}  // namespace
}  // namespace nianlun::testing
