#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "tool_world.h"

using namespace nianlun::testing;

namespace {

const std::string kGolden = std::string(NIANLUN_SOURCE_DIR) + "/tests/golden/";

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Ran verify(const std::string& receipt, const std::string& vkey, const std::string& more = "") {
  return ToolWorld::tool("verify " + receipt + " --log '" + vkey + "'" + more);
}

}  // namespace

TEST_CASE("a receipt holds offline, and says so in words or as JSON") {
  const std::string vkey = file_text(kGolden + "log.vkey");
  const Ran words = verify(kGolden + "receipt.json", vkey);
  CHECK_MESSAGE(words.exit_code == 0, words.out);
  CHECK(words.says("The receipt holds"));
  CHECK_MESSAGE(words.says(" as accepted: "), words.out);
  const Ran chinese = run(std::string(LEDGER_BINARY) + " --lang zh verify - --log '" + vkey +
                          "' <" + kGolden + "receipt.json");
  CHECK(chinese.exit_code == 0);
  CHECK_MESSAGE(chinese.says("结论 接受"), chinese.out);
  CHECK(!chinese.says("accepted"));
  const Ran json = verify(kGolden + "receipt.json", vkey, " --json");
  CHECK(json_of(json.out).text("outcome") == "accepted");
}

TEST_CASE("a receipt with a changed octet, or of another log, does not hold") {
  const ToolWorld world;
  const std::string vkey = file_text(kGolden + "log.vkey");
  const std::string receipt = file_text(kGolden + "receipt.json");
  // A digit of the first time in it, which the record's hash covers.
  std::string changed = receipt;
  const std::size_t year = changed.find("2026-");
  REQUIRE(year != std::string::npos);
  changed[year + 3] = '5';
  world.write("changed.json", changed);
  const Ran wrong = verify(world.file("changed.json"), vkey);
  CHECK_MESSAGE(wrong.exit_code == 5, wrong.out);
  CHECK(wrong.says("does NOT hold"));

  const std::string other(
      json_of(ToolWorld::output("init " + world.file("other") + world.init_options()))
          .text("logKey"));
  const Ran stranger = verify(kGolden + "receipt.json", other);
  CHECK_MESSAGE(stranger.exit_code == 5, stranger.out);

  world.write("short.json", receipt.substr(0, receipt.size() / 2));
  CHECK(verify(world.file("short.json"), vkey).exit_code == 1);
  CHECK(verify(world.file("none.json"), vkey).exit_code == 1);
  CHECK(verify(kGolden + "receipt.json", "no key").exit_code == 1);
  CHECK(ToolWorld::tool("verify " + kGolden + "receipt.json").exit_code == 2);
}

TEST_CASE("a ledger's folder is checked, shown, exported, and its state is made anew") {
  const ToolWorld world;
  {
    Server server(world.ledger());
    world.enrol(server, "desk");
    CHECK_MESSAGE(ToolWorld::tool("rebuild " + world.ledger()).exit_code == 1, "it is open");
    server.stop(SIGTERM);
  }
  const Ran checked = ToolWorld::tool("check " + world.ledger());
  CHECK_MESSAGE(checked.exit_code == 0, checked.out);
  CHECK_MESSAGE(checked.says("4 records are in order; root "), checked.out);
  const std::string log = ToolWorld::output("export " + world.ledger());
  const std::string last = ToolWorld::output("export " + world.ledger() + " --from 3");
  CHECK(log.ends_with(last));
  const nianlun::Json record = json_of(last);
  CHECK(*record.integer("index") == 3);
  CHECK(record.find("record") != nullptr);
  CHECK(record.find("seal") != nullptr);
  CHECK(*json_of(ToolWorld::output("show " + world.ledger() + " 0")).integer("index") == 0);
  CHECK(ToolWorld::tool("show " + world.ledger() + " 4").exit_code == 1);
  CHECK(ToolWorld::tool("show " + world.ledger() + " nothing").exit_code == 1);

  must(ToolWorld::tool("rebuild " + world.ledger()));
  CHECK(ToolWorld::tool("check " + world.ledger()).out == checked.out);
  CHECK(ToolWorld::output("export " + world.ledger()) == log);
}

TEST_CASE("output that cannot be written is a failure") {
  const ToolWorld world;
  const Ran full = run("{ " + std::string(LEDGER_BINARY) + " --lang en export " + world.ledger() +
                       " >/dev/full; }");
  CHECK_MESSAGE(full.exit_code == 1, full.out);
  CHECK(full.says("cannot write"));
}
