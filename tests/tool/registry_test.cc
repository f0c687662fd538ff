#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "tool_world.h"

using namespace nianlun::testing;

namespace {

std::string did_of(const ToolWorld& world, const std::string& name) {
  const nianlun::Json possession = json_of(world.read("possession.json"));
  CHECK(possession.text("party") == "urn:x:" + name);
  return std::string(possession.text("key"));
}

}  // namespace

TEST_CASE("an authority enrols a party and its key, changes its roles and revokes it") {
  const ToolWorld world;
  Server server(world.ledger());
  world.enrol(server, "house");
  const std::string did = did_of(world, "house");
  for (const std::string& whose : {did, std::string("--party urn:x:house")}) {
    const Ran roles = ToolWorld::tool("roles " + whose + " --role library/librarian" +
                                      world.by_authority(server));
    CHECK_MESSAGE(roles.exit_code == 0, roles.out);
    CHECK(roles.says("accepted 1, disputed 0, refused 0"));
  }
  const Ran none = ToolWorld::tool("roles --role library/librarian" + world.by_authority(server));
  CHECK(none.exit_code == 2);
  const Ran both =
      ToolWorld::tool("roles " + did + " --party urn:x:house" + world.by_authority(server));
  CHECK(both.exit_code == 2);
  const Ran revoked =
      ToolWorld::tool("revoke " + did + " --reason lost" + world.by_authority(server));
  CHECK_MESSAGE(revoked.exit_code == 0, revoked.out);
  CHECK(
      ToolWorld::tool("revoke " + did + " --reason bored" + world.by_authority(server)).exit_code ==
      2);
  const std::string since = " --compromised-since 2026-05-01T08:00:00.000+08:00";
  const Ran claimed = ToolWorld::tool("revoke " + did + " --reason compromised" + since +
                                      world.by_authority(server));
  CHECK_MESSAGE(claimed.exit_code == 0, claimed.out);
  server.stop(SIGTERM);
  const std::string log = ToolWorld::output("export " + world.ledger() + " --from 1");
  for (const std::string type : {"PartyEnrolled", "KeyEnrolled", "RolesChanged", "KeyRevoked"}) {
    CHECK_MESSAGE(log.find("nianlun:" + type) != std::string::npos, type);
  }
}

TEST_CASE("a lost device's key is replaced in one step, if two officials sign") {
  const ToolWorld world;
  Server server(world.ledger());
  world.enrol(server, "house");
  const std::string lost = did_of(world, "house");
  const auto possess = [&](const std::string& key) {
    must(ToolWorld::tool("keygen " + world.file(key + ".pem")));
    world.write(key + ".json",
                ToolWorld::output("possess --party urn:x:house --server " + server.url() +
                                  " --key " + world.file(key + ".pem")));
    return world.file(key + ".json");
  };
  must(ToolWorld::tool("enrol " + possess("boss") + " --role registrar:library" +
                       world.by_authority(server)));
  const std::string replace = "replace-key " + lost + " " + possess("new") +
                              " --role library/librarian --compromised-since " +
                              "2026-05-01T08:00:00.000+08:00" + world.by_authority(server);
  const Ran alone = ToolWorld::tool(replace);
  CHECK(alone.exit_code == 3);
  CHECK_MESSAGE(alone.says("refused 1"), alone.out);
  const Ran both = ToolWorld::tool(replace + " --key " + world.file("boss.pem"));
  CHECK_MESSAGE(both.exit_code == 0, both.out);
  CHECK(both.says("accepted 1, disputed 0, refused 0"));
  const Ran again =
      ToolWorld::tool("revoke " + lost + " --reason lost" + world.by_authority(server));
  CHECK(again.exit_code == 3);  // it is revoked already
}

TEST_CASE("what a revoked key sends is disputed until an officer endorses what he saw") {
  const ToolWorld world;
  std::string next(kLibrary);
  next.replace(next.find(R"("version": 1)"), 12, R"("version": 2)");
  const std::size_t items = next.find(R"("items": [{"in": "epcList")");
  world.write("next.json", next.insert(items, R"("endorse": ["librarian"], )"));
  world.write("mapping.json", R"({"profile": "library", "imports": [
    {"file": "books.csv", "step": "added", "by": "desk", "time": "2026-03-01T08:00:00+08:00",
     "items": {"epcList": "{domain}/book/{book}"},
     "values": {"ilmd": {"nianlun:title": "Water"}, "nianlun:price": {"number": "9"}}}]})");
  std::filesystem::create_directories(world.file("tables"));
  world.write("tables/books.csv", "book\n1\n");
  const auto newest = [&](std::string_view list) {
    const std::string shown =
        ToolWorld::output("show " + world.ledger() + " " + std::string(kDomain) + "/book/1");
    return json_of(shown).find(list)->array().at(0);
  };
  {
    const Server server(world.ledger());
    must(ToolWorld::tool("adopt " + world.file("next.json") + world.by_authority(server)));
    world.enrol(server, "desk");
    must(ToolWorld::tool("revoke " + did_of(world, "desk") + " --reason left" +
                         world.by_authority(server)));
    world.enrol(server, "house");
    const Ran late = ToolWorld::tool(
        "import " + world.file("tables") + " --mapping " + world.file("mapping.json") + " --keys " +
        world.file("") + " --store " + world.file("store") + " --server " + server.url());
    CHECK_MESSAGE(late.says("accepted 0, disputed 1, refused 0"), late.out);
  }
  CHECK(newest("exceptions").text("guard") == "revoked");
  CHECK(newest("exceptions").find("open")->boolean());
  const nianlun::Json seen = newest("chain");
  const std::string record = std::to_string(seen.integer("index").value_or(0));
  const std::string hash(seen.text("recordHash"));
  {
    const Server server(world.ledger());
    const auto endorse = [&](const std::string& what, const std::string& key) {
      return ToolWorld::tool("endorse " + record + " " + what + " --server " + server.url() +
                             " --key " + world.file(key + ".pem"))
          .exit_code;
    };
    CHECK(endorse(std::string(64, '0'), "house") == 3);
    CHECK(endorse(hash, "desk") == 3);
    CHECK(endorse(hash, "house") == 0);
  }
  CHECK_FALSE(newest("exceptions").find("open")->boolean());
}

TEST_CASE(
    "what a stolen key sent is marked, and says so, until somebody entitled stands up for it") {
  const ToolWorld world;
  std::string next(kLibrary);
  next.replace(next.find(R"("version": 1)"), 12, R"("version": 2)");
  const std::size_t items = next.find(R"("items": [{"in": "epcList")");
  world.write("next.json", next.insert(items, R"("endorse": ["librarian"], )"));
  world.write("mapping.json", R"({"profile": "library", "imports": [
    {"file": "books.csv", "step": "added", "by": "desk", "time": "2026-03-01T08:00:00Z",
     "items": {"epcList": "{domain}/book/{book}"},
     "values": {"ilmd": {"nianlun:title": "Water"}, "nianlun:price": {"number": "9"}}}]})");
  std::filesystem::create_directories(world.file("tables"));
  world.write("tables/books.csv", "book\n1\n");
  const Server server(world.ledger());
  must(ToolWorld::tool("adopt " + world.file("next.json") + world.by_authority(server)));
  world.enrol(server, "desk");
  const std::string stolen = did_of(world, "desk");
  world.enrol(server, "house");
  must(ToolWorld::tool("import " + world.file("tables") + " --mapping " +
                       world.file("mapping.json") + " --keys " + world.file("") + " --store " +
                       world.file("store") + " --server " + server.url()));
  const std::string item = std::string(kDomain) + "/book/1";
  const auto page = [&] {
    return run("curl -s -H 'Accept: text/html' -H 'Accept-Language: en' --get --data-urlencode "
               "code=" +
               item + " " + server.url() + "/t")
        .out;
  };
  const auto entry = [&] {
    return json_of(run("curl -s " + server.url() + "/items/" +
                       "https%3A%2F%2Fid.example.org%2Fbook%2F1")
                       .out)
        .find("chain")
        ->array()
        .at(0);
  };
  CHECK(page().find("reported stolen") == std::string::npos);
  must(ToolWorld::tool("revoke " + stolen + " --reason compromised" +
                       " --compromised-since 2026-03-01T00:00:00Z" + world.by_authority(server)));
  CHECK(entry().find("compromised") != nullptr);
  CHECK(page().find("by a key reported stolen") != std::string::npos);

  const std::string record = std::to_string(entry().integer("index").value_or(0));
  const std::string hash(entry().text("recordHash"));
  const auto endorse = [&](const std::string& of, const std::string& at, const std::string& key) {
    return ToolWorld::tool("endorse " + record + " " + hash + " --item " + of + " --at " + at +
                           " --server " + server.url() + " --key " + world.file(key + ".pem"))
        .exit_code;
  };
  const std::string at = "2026-03-01T08:00:00Z";
  CHECK(endorse(item + "0", at, "house") == 3);
  CHECK(endorse(item, "2026-03-02T08:00:00Z", "house") == 3);
  CHECK(endorse(item, at, "desk") == 3);
  CHECK(entry().find("compromised")->find("endorsed") == nullptr);
  CHECK(endorse(item, at, "house") == 0);
  CHECK(entry().find("compromised")->find("endorsed") != nullptr);
  CHECK(page().find("by a key reported stolen") == std::string::npos);
}

TEST_CASE("a key that nobody enrolled changes nothing, and is told why") {
  const ToolWorld world;
  Server server(world.ledger());
  must(ToolWorld::tool("keygen " + world.file("stranger.pem")));
  const Ran party = ToolWorld::tool("party --party urn:x:me --name en=Me --server " + server.url() +
                                    " --key " + world.file("stranger.pem"));
  CHECK_MESSAGE(party.exit_code == 1, party.out);
  CHECK(party.says("is not enrolled in this ledger"));
  CHECK(!party.says("{\""));
  const Ran chinese =
      run(std::string(LEDGER_BINARY) + " --lang zh party --party urn:x:you" +
          " --name zh=你 --server " + server.url() + " --key " + world.file("stranger.pem"));
  CHECK(chinese.exit_code == 1);
  CHECK_MESSAGE(chinese.says("未在本账本登记"), chinese.out);
}

TEST_CASE("a profile is adopted only with a text in every language of the ledger") {
  const ToolWorld world;
  Server server(world.ledger());
  std::string next(kLibrary);
  const std::string version = R"("version": 1)";
  REQUIRE(next.find(version) != next.npos);
  next.replace(next.find(version), version.size(), R"("version": 2)");
  const std::string chinese = R"(, "zh": ")";
  std::string mute = next;
  const std::size_t from = mute.find(chinese);
  REQUIRE(from != mute.npos);
  mute.erase(from, mute.find('"', from + chinese.size()) + 1 - from);
  world.write("mute.json", mute);
  const Ran refused =
      ToolWorld::tool("adopt " + world.file("mute.json") + world.by_authority(server));
  CHECK(refused.exit_code == 1);
  CHECK_MESSAGE(refused.says("lacks a text in the language zh of this ledger"), refused.out);
  world.write("next.json", next);
  const Ran adopted =
      ToolWorld::tool("adopt " + world.file("next.json") + world.by_authority(server));
  CHECK_MESSAGE(adopted.exit_code == 0, adopted.out);
  CHECK(adopted.says("accepted 1, disputed 0, refused 0"));
}

TEST_CASE("a command that cannot be carried out leaves nothing behind that holds up the next") {
  const ToolWorld world;
  Server server(world.ledger());
  const std::string by = world.by_authority(server);
  CHECK(ToolWorld::tool("party --party urn:x:a --name Wrong" + by).exit_code == 1);
  CHECK(ToolWorld::tool("enrol " + world.file("none.json") + by).exit_code == 1);
  world.write("forged.json", R"({"party": "urn:x:a", "key": "did:key:zNone"})");
  CHECK(ToolWorld::tool("enrol " + world.file("forged.json") + by).exit_code != 0);
  const Ran next = ToolWorld::tool("party --party urn:x:b --name en=B" + by);
  CHECK_MESSAGE(next.exit_code == 0, next.out);
  CHECK(next.says("accepted 1, disputed 0, refused 0"));
  server.stop(SIGTERM);
  CHECK(ToolWorld::tool("party --party urn:x:c --name en=C" + by).exit_code == 4);
}

TEST_CASE("a token is shown once, and only for a ledger that is there") {
  const ToolWorld world;
  const std::string token = ToolWorld::output("token " + world.ledger() +
                                              " --party urn:x:house --role library/librarian");
  CHECK(token.size() == 44);  // 32 octets in base64url, and a newline
  CHECK(ToolWorld::output("token " + world.ledger() + " --party urn:x:house") != token);
  CHECK(ToolWorld::tool("token " + world.file("none") + " --party urn:x:house").exit_code == 1);
  CHECK(ToolWorld::tool("token " + world.ledger()).exit_code == 2);
}
