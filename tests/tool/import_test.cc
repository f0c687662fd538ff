#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>

#include "tool_world.h"

using namespace nianlun::testing;

namespace {

constexpr std::string_view kMapping = R"({"profile": "library", "imports": [
  {"file": "books.csv", "step": "added", "by": "desk", "time": "{at}",
   "items": {"epcList": "{domain}/book/{book}"},
   "values": {"ilmd": {"nianlun:title": "{title}"}, "nianlun:price": {"number": "{price}"}}},
  {"file": "loans.csv", "step": "lent", "by": "desk", "time": "{at}",
   "items": {"epcList": "{domain}/book/{book}"}}]})";

void write_tables(const ToolWorld& world) {
  std::filesystem::create_directories(world.file("tables"));
  world.write("mapping.json", kMapping);
  world.write("tables/books.csv",
              "at,book,title,price\n"
              "2026-03-01T08:00:00+08:00,1,\"Water, and\nmore\",9.50\n"
              "2026-03-01T08:00:00+08:00,2,Stone,7\n");
  world.write("tables/loans.csv",
              "at,book\n"
              "2026-03-02T08:00:00+08:00,1\n"
              "2026-03-02T09:00:00+08:00,1\n");
}

std::string import_arguments(const ToolWorld& world, const std::string& url) {
  return "import " + world.file("tables") + " --mapping " + world.file("mapping.json") +
         " --keys " + world.file("") + " --store " + world.file("store") + " --server " + url;
}

Ran import(const ToolWorld& world, const std::string& url, const std::string& more = "") {
  return ToolWorld::tool(import_arguments(world, url) + more);
}

}  // namespace

TEST_CASE("tables become events, and what is disputed is named by its file and row") {
  const ToolWorld world;
  const Server server(world.ledger());
  world.enrol(server, "desk");
  write_tables(world);
  const Ran first = import(world, server.url());
  CHECK_MESSAGE(first.exit_code == 3, first.out);
  CHECK_MESSAGE(first.says("accepted 3, disputed 1, refused 0, known before 0; 0 rows"), first.out);
  CHECK_MESSAGE(first.says("loans.csv:3: disputed: "), first.out);
  CHECK_MESSAGE(first.says("The book is lent already"), first.out);
  CHECK(!first.says("{\""));
  CHECK((std::filesystem::status(world.file("store/secret")).permissions() &
         std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("an import that is done again sends nothing, and without its outbox only what is known") {
  const ToolWorld world;
  Server server(world.ledger());
  world.enrol(server, "desk");
  write_tables(world);
  CHECK(import(world, server.url()).exit_code == 3);
  const Ran again = import(world, server.url());
  CHECK_MESSAGE(again.exit_code == 0, again.out);
  CHECK_MESSAGE(again.says("accepted 0, disputed 0, refused 0, known before 0; 0 rows"), again.out);
  CHECK_MESSAGE(again.says("books.csv, added: 2 events, 2 of them known here"), again.out);

  std::filesystem::remove_all(world.file("store/desk"));
  const Ran anew = import(world, server.url());
  CHECK_MESSAGE(anew.exit_code == 0, anew.out);
  CHECK_MESSAGE(anew.says("accepted 0, disputed 0, refused 0, known before 4; 0 rows"), anew.out);
  server.stop(SIGTERM);
  // Four of the registry, four events, and the four that were known: recorded as no more than
  // that.
  const std::string log = ToolWorld::output("export " + world.ledger() + " --from 8");
  CHECK(std::count(log.begin(), log.end(), '\n') == 4);
  std::size_t known = 0;
  for (std::size_t at = 0; (at = log.find("[\"duplicate\"]", at)) != log.npos; ++at) ++known;
  CHECK(known == 4);
}

TEST_CASE("an import that was broken off goes on where it stood, with another server's address") {
  const ToolWorld world;
  std::string gone;
  {
    Server server(world.ledger());
    world.enrol(server, "desk");
    gone = server.url();
  }
  write_tables(world);
  CHECK(import(world, gone).exit_code == 4);
  Server server(world.ledger());
  // Saved and not sent: the key is missing when it is time to seal.
  std::filesystem::rename(world.file("desk.pem"), world.file("away.pem"));
  CHECK(import(world, server.url()).exit_code == 1);
  std::filesystem::rename(world.file("away.pem"), world.file("desk.pem"));
  const Ran resumed = import(world, server.url());
  CHECK_MESSAGE(resumed.exit_code == 3, resumed.out);
  CHECK_MESSAGE(resumed.says("books.csv, added: 2 events, 2 of them known here"), resumed.out);
  CHECK_MESSAGE(resumed.says("accepted 3, disputed 1, refused 0, known before 0"), resumed.out);
}

TEST_CASE("an import that is killed at any moment, again and again, loses and doubles nothing") {
  const ToolWorld world;
  Server server(world.ledger());
  world.enrol(server, "desk");
  write_tables(world);
  constexpr int kBooks = 3'000;  // several batches of the outbox, and several seals
  std::string books = "at,book,title,price\n";
  for (int book = 0; book < kBooks; ++book) {
    books += "2026-03-01T08:00:00+08:00," + std::to_string(book) + ",Stone,7\n";
  }
  world.write("tables/books.csv", books);
  world.write("tables/loans.csv", "at,book\n");
  int killed = 0;
  Ran last;
  for (int round = 0; round < 200; ++round) {
    const std::string seconds = std::to_string(0.02 + 0.03 * round);
    last = ToolWorld::killed_tool(seconds, import_arguments(world, server.url()));
    if (last.exit_code == 0) break;
    ++killed;
  }
  CHECK_MESSAGE(last.exit_code == 0, last.out);
  CHECK(killed > 2);
  CHECK_MESSAGE(
      import(world, server.url()).says("accepted 0, disputed 0, refused 0, known before 0"),
      last.out);
  server.stop(SIGTERM);
  // Of the registry are four. What a capture was sent again for is answered, not recorded again.
  const std::string log = ToolWorld::output("export " + world.ledger() + " --from 4");
  CHECK(std::count(log.begin(), log.end(), '\n') == kBooks);
  CHECK(log.find("[\"duplicate\"]") == log.npos);
}

TEST_CASE("a dry run names every row of which no event can be made, and sends nothing") {
  const ToolWorld world;
  Server server(world.ledger());
  world.enrol(server, "desk");
  write_tables(world);
  world.write("tables/books.csv",
              "at,book,title,price\n"
              "2026-03-01T08:00:00+08:00,1,\"two\nlines\",9\n"
              "2026-03-01T08:00:00+08:00,2,Stone,cheap\n"
              ",3,Sand,1\n"
              "yesterday,4,Clay,1\n"
              "2026-03-01T08:00:00+08:00,5,,1\n");
  const Ran dry = import(world, server.url(), " --dry-run");
  CHECK_MESSAGE(dry.exit_code == 1, dry.out);
  CHECK_MESSAGE(dry.says("books.csv:4: \"cheap\" is not a number"), dry.out);
  for (const std::string row : {"books.csv:5: ", "books.csv:6: ", "books.csv:7: "}) {
    CHECK_MESSAGE(dry.says(row), dry.out);
  }
  CHECK(!dry.says("books.csv:2: "));
  CHECK_MESSAGE(dry.says("; 4 rows"), dry.out);
  CHECK(!std::filesystem::exists(world.file("store")));
  server.stop(SIGTERM);
  CHECK(ToolWorld::output("export " + world.ledger() + " --from 4").empty());
}

TEST_CASE("a table or a mapping that makes no sense stops the import before anything is sent") {
  const ToolWorld world;
  const Server server(world.ledger());
  world.enrol(server, "desk");
  write_tables(world);
  world.write("tables/books.csv", "at,book\n1,\"open\n");
  const Ran open = import(world, server.url());
  CHECK(open.exit_code == 1);
  CHECK_MESSAGE(open.says("books.csv:2: a quote does not end"), open.out);
  world.write("mapping.json", R"({"profile": "none", "imports": []})");
  CHECK(import(world, server.url()).says("no profile none"));
  world.write("mapping.json", R"({"profile": "library", "imports": [{"file": "books.csv",
      "step": "burnt", "by": "desk", "time": "{at}", "items": {}}]})");
  CHECK(import(world, server.url()).says("no step burnt"));
  write_tables(world);
  world.write("store/secret", "");
  const Ran secret = import(world, server.url());
  CHECK_MESSAGE(secret.exit_code == 1, secret.out);
  CHECK(secret.says("secret"));
}
