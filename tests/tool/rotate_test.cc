#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "tool_world.h"

using namespace nianlun::testing;
using nianlun::Json;

namespace {

namespace fs = std::filesystem;

/// A ledger whose log key changes, and what its readers kept of before.
struct Rotating {
  ToolWorld world;
  std::string first_key = ask_key();

  std::string ask_key() const {
    Server server(world.ledger());
    return std::string(json_of(get(server, "/ledger")).text("logKey"));
  }
  static std::string get(const Server& server, const std::string& path) {
    const Ran ran = run("curl -sf '" + server.url() + path + "'");
    REQUIRE_MESSAGE(ran.exit_code == 0, ran.out);
    return ran.out;
  }
  /// Saves what the server has at `path` as the file `name`, once it has it.
  void save(const Server& server, const std::string& path, const std::string& name) const {
    for (int i = 0; i < 100; ++i) {
      const Ran ran = run("curl -sf -o " + world.file(name) + " '" + server.url() + path + "'");
      if (ran.exit_code == 0) return;
      run("sleep 0.1");
    }
    FAIL(path);
  }
  void save_forms(const Server& server, const std::string& record, const std::string& name) const {
    const std::string path = "/records/" + record + "/receipt?form=";
    save(server, path + "json", name + ".json");
    save(server, path + "tlog-proof", name + ".proof");
    save(server, path + "cose", name + ".cose");
    save(server, path + "record", name + ".record");
  }
  Ran rotate(const std::string& options = "") const {
    return ToolWorld::tool("rotate-key " + world.ledger() + " --authority " +
                           world.file("authority.pem") + options);
  }
  Json rotated(const std::string& options = "") const {
    return json_of(ToolWorld::output("rotate-key " + world.ledger() + " --authority " +
                                     world.file("authority.pem") + options));
  }
  int verify(const std::string& name, const std::string& key, const std::string& more = "") const {
    const Ran ran = ToolWorld::tool("verify " + world.file(name) + " --log '" + key + "'" + more);
    return ran.exit_code;
  }
  std::string of(const std::string& name) const {
    return " --record " + world.file(name + ".record");
  }
  void add_party(const std::string& name) const {
    Server server(world.ledger());
    const Ran ran = ToolWorld::tool("party --party urn:x:" + name + " --name en=B --name zh=乙" +
                                    world.by_authority(server));
    CHECK_MESSAGE(ran.says("accepted 1, disputed 0, refused 0"), ran.out);
  }
};

std::size_t signatures_in(const std::string& note) {
  std::size_t count = 0;
  for (std::size_t at = note.find("\n\xe2\x80\x94"); at != note.npos;
       at = note.find("\n\xe2\x80\x94", at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("the log's key changes: both sign, then the new one, and every receipt holds") {
  const Rotating log;
  const ToolWorld& world = log.world;
  {
    Server server(world.ledger());
    log.save_forms(server, "1", "before");
  }
  CHECK(log.rotate(" --finish").says("there is no rotation to finish"));
  const Json begun = log.rotated();
  const Json* keys = begun.find("logKeys");
  REQUIRE(keys->array().size() == 2);
  CHECK(keys->array()[0].string() == log.first_key);
  const std::string next_key = keys->array()[1].string();
  CHECK(log.rotate().says("two keys sign already"));
  {
    Server server(world.ledger());
    CHECK(signatures_in(Rotating::get(server, "/checkpoint")) == 2);
    log.save_forms(server, "1", "during");
    CHECK(json_of(Rotating::get(server, "/log-keys")).find("rotations")->array().empty());
  }
  log.add_party("b");  // a server that was stopped goes on as before
  CHECK(log.verify("during.json", log.first_key) == 0);
  CHECK(log.verify("during.json", next_key) == 0);
  CHECK(log.verify("during.proof", next_key, log.of("during")) == 0);

  const Json ended = log.rotated(" --finish");
  REQUIRE(ended.find("logKeys")->array().size() == 1);
  CHECK(ended.find("logKeys")->array()[0].string() == next_key);
  CHECK(!fs::exists(fs::path(world.ledger()) / "log.next.key"));
  log.add_party("c");
  Server server(world.ledger());
  CHECK(json_of(Rotating::get(server, "/ledger")).text("logKey") == next_key);
  CHECK(signatures_in(Rotating::get(server, "/checkpoint")) == 1);
  log.save_forms(server, "1", "after");
  log.save(server, "/log-keys", "rotations.json");
  const std::string rotations = " --rotations " + world.file("rotations.json");

  // Who knows the old key only is led on, and who knows the new one only is led back.
  CHECK(log.verify("after.json", log.first_key) == 0);
  CHECK(log.verify("after.json", next_key) == 0);
  for (const std::string form : {"proof", "cose"}) {
    CHECK(log.verify("after." + form, next_key, log.of("after")) == 0);
    CHECK(log.verify("after." + form, log.first_key, log.of("after")) == 5);
    CHECK(log.verify("after." + form, log.first_key, log.of("after") + rotations) == 0);
    CHECK(log.verify("before." + form, log.first_key, log.of("before")) == 0);
    CHECK(log.verify("before." + form, next_key, log.of("before")) == 5);
    CHECK(log.verify("before." + form, next_key, log.of("before") + rotations) == 0);
  }
  CHECK(log.verify("before.json", log.first_key) == 0);
  CHECK(log.verify("before.json", next_key, rotations) == 0);
  CHECK(ToolWorld::tool("check " + world.ledger()).exit_code != 0);  // the server has it
}
