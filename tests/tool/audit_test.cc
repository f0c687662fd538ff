#include <doctest/doctest.h>

#include "ledger/json.h"
#include "ledger/made_log.h"
#include "ledger/time.h"
#include "served_log.h"
#include "tool_world.h"

namespace nianlun::testing {
namespace {

TEST_CASE("an audit reads what is new, and the first time only the edge, or all") {
  MadeLog log(1000);
  ServedFiles served(log.files());
  const WatchWorld world;
  const Ran first = world.audit(served.url(), MadeLog::vkey());
  CHECK_MESSAGE(first.exit_code == 0, first.out);
  CHECK(first.says("1000 records, seen for the first time"));
  CHECK(served.asked().size() == 3);
  log.add(500);
  served.set(log.files());
  const Ran second = world.audit(served.url(), MadeLog::vkey());
  CHECK_MESSAGE(second.exit_code == 0, second.out);
  CHECK(second.says("the 1500 records begin with the 1000 seen before"));
  const std::vector<std::string> asked = served.asked();
  CHECK(std::ranges::count(asked, "tile/entries/002") == 0);
  CHECK(std::ranges::count(asked, "tile/entries/003") == 1);
  CHECK(std::ranges::count(asked, "tile/entries/005.p/220") == 1);
  CHECK(world.audit(served.url(), MadeLog::vkey(), " --once").says("the same 1500 records"));

  const WatchWorld other;
  served.asked();
  must(other.audit(served.url(), MadeLog::vkey(), " --all"));
  CHECK(served.asked().size() == 1 + 2 + 6 + 6);
}

TEST_CASE("a log that does not grow is stale after --max-age, and one that is away is away") {
  const MadeLog log(10);
  ServedFiles served(log.files());
  const WatchWorld world;
  CHECK(world.audit(served.url(), MadeLog::vkey(), " --max-age 60").exit_code == 0);
  Json state;
  state.set("checkpoint", log.note()).set("moved", "2026-01-01T00:00:00.000Z");
  std::ofstream(world.state(), std::ios::binary) << state.dump();
  const Ran stale = world.audit(served.url(), MadeLog::vkey(), " --max-age 60");
  CHECK_MESSAGE(stale.exit_code == 7, stale.out);
  CHECK(stale.says("2026-01-01T00:00:00.000Z"));
  CHECK(world.audit(served.url(), MadeLog::vkey(), " --every 1 --max-age 60").exit_code == 7);
  CHECK(world.audit(served.url(), MadeLog::vkey()).exit_code == 0);
  served.fail_after(0);
  CHECK(world.audit(served.url(), MadeLog::vkey()).exit_code == 4);
  CHECK(world.audit(served.url(), MadeLog::vkey(), " --every 1 --max-age 60").exit_code == 4);
  CHECK(world.audit("http://127.0.0.1:1/", MadeLog::vkey()).exit_code == 4);
  CHECK(world.evidence().empty());
}

TEST_CASE("with --every a log is watched until it is caught") {
  MadeLog log(10);
  ServedFiles served(log.files());
  const WatchWorld world;
  must(world.audit(served.url(), MadeLog::vkey()));
  served.set(MadeLog(20, "other").files());
  const Ran caught = world.audit(served.url(), MadeLog::vkey(), " --every 1");
  CHECK_MESSAGE(caught.exit_code == 6, caught.out);
  CHECK(world.audit(served.url(), MadeLog::vkey(), " --every 0").exit_code == 2);
  CHECK(world.audit(served.url(), MadeLog::vkey(), " --every 1 --once").exit_code == 2);
  CHECK(world.audit(served.url(), "nonsense").exit_code == 1);
  CHECK(WatchWorld::tool("audit " + served.url()).exit_code == 2);
}

TEST_CASE("without --state an audit says that it remembers nothing; a false state is no alarm") {
  const MadeLog log(10);
  ServedFiles served(log.files());
  const WatchWorld world;
  const Ran ran = WatchWorld::tool("audit " + served.url() + " --key " + MadeLog::vkey());
  CHECK(ran.exit_code == 0);
  CHECK(ran.says("Without --state nothing is remembered"));
  std::ofstream(world.state(), std::ios::binary) << R"({"checkpoint": "x", "moved": "x"})";
  const Ran damaged = world.audit(served.url(), MadeLog::vkey());
  CHECK(damaged.exit_code == 1);
  CHECK(damaged.says("does not hold a checkpoint"));
}

TEST_CASE("a log that packs its files is not read, and is no liar for it") {
  ServedFiles served(MadeLog(10).files());
  served.set_headers("Content-Encoding: br\r\n");
  const WatchWorld world;
  for (const Ran& ran :
       {world.audit(served.url(), MadeLog::vkey()), world.mirror(served.url(), MadeLog::vkey())}) {
    CHECK_MESSAGE(ran.exit_code == 1, ran.out);
    CHECK(ran.says("packed (br)"));
  }
  CHECK(world.evidence().empty());
}

TEST_CASE("a real ledger is mirrored and audited while it takes captures") {
  const ToolWorld ledger;
  const Server server(ledger.ledger());
  const std::string vkey =
      std::string(json_of(run("curl -s " + server.url() + "/ledger").out).text("logKey"));
  const WatchWorld world;
  const Ran first = world.mirror(server.url(), vkey);
  CHECK_MESSAGE(first.exit_code == 0, first.out);
  must(world.audit(server.url(), vkey));
  for (int i = 0; i < 3; ++i) {
    ledger.enrol(server, "librarian" + std::to_string(i));
    const Ran again = world.mirror(server.url(), "");
    CHECK_MESSAGE(again.exit_code == 0, again.out);
    const Ran audited = world.audit(server.url(), vkey);
    CHECK_MESSAGE(audited.exit_code == 0, audited.out);
  }
  ServedFiles copy(files_in(world.mirror_folder()));
  const WatchWorld second;
  must(second.mirror(copy.url(), vkey));
  must(second.audit(copy.url(), vkey));
  CHECK(second.audit(server.url(), vkey).exit_code == 0);
}

}  // namespace
}  // namespace nianlun::testing
