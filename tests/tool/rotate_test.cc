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

TEST_CASE("who watches a log follows it to its next key, and no further than that goes") {
  const Rotating log;
  const ToolWorld& world = log.world;
  const std::string state = " --once --state " + world.file("state.json");
  const auto audit = [&](const Server& server) {
    return ToolWorld::tool("audit " + server.url() + " --key '" + log.first_key + "'" + state);
  };
  const auto mirror = [&](const Server& server, const std::string& key = "") {
    return ToolWorld::tool("mirror " + server.url() + " " + world.file("copy") + key);
  };
  {
    Server server(world.ledger());
    must(audit(server));
    must(mirror(server, " --key '" + log.first_key + "'"));
  }
  log.rotated();
  log.rotated(" --finish");
  log.add_party("b");
  {
    Server server(world.ledger());
    log.save(server, "/records/4/receipt", "newest.json");
    const Ran audited = audit(server);
    CHECK_MESSAGE(audited.exit_code == 0, audited.out);
    const Ran again = audit(server);
    CHECK_MESSAGE(again.exit_code == 0, again.out);
    const Ran mirrored = mirror(server);
    CHECK_MESSAGE(mirrored.exit_code == 0, mirrored.out);
    CHECK(mirror(server).exit_code == 0);
  }
  CHECK(fs::exists(world.file("copy") + "/log-keys"));

  // The proofs of the rotation are gone: nothing is signed without them.
  fs::rename(world.ledger() + "/log.rotations", world.file("kept"));
  CHECK(ToolWorld::tool("token " + world.ledger() + " --party urn:x:b").exit_code == 1);
  fs::rename(world.file("kept"), world.ledger() + "/log.rotations");
  CHECK(ToolWorld::tool("token " + world.ledger() + " --party urn:x:b").exit_code == 0);
  CHECK(ToolWorld::tool("check " + world.ledger()).exit_code == 0);
  fs::remove(world.ledger() + "/log.key");
  const Ran none = ToolWorld::tool("token " + world.ledger() + " --party urn:x:b");
  CHECK(none.exit_code == 1);
  CHECK_MESSAGE(none.says("there is no private key of"), none.out);
}

TEST_CASE("only the authority changes the key of a log, and no server takes it over HTTP") {
  const Rotating log;
  const ToolWorld& world = log.world;
  must(ToolWorld::tool("keygen " + world.file("stranger.pem")));
  const Ran stranger = ToolWorld::tool("rotate-key " + world.ledger() + " --authority " +
                                       world.file("stranger.pem"));
  CHECK(stranger.exit_code == 1);
  CHECK_MESSAGE(stranger.says("only the authority changes the log's key"), stranger.out);
  CHECK(log.ask_key() == log.first_key);
  log.rotated();  // with the key that the refused attempt had made
  CHECK(ToolWorld::tool("check " + world.ledger()).exit_code == 0);
}

namespace {

/// A witness, and the policy by which the server asks for it.
struct Witnessed : Rotating {
  std::string dir = world.file("witness");
  std::vector<std::string> keys;

  std::string witness(const std::string& arguments) const {
    const std::string out = ToolWorld::output("witness --dir " + dir + " " + arguments);
    return out.substr(0, out.find('\n'));
  }
  Server serve_witness() const {
    return Server({LEDGER_BINARY, "witness", "--dir", dir, "--listen", "127.0.0.1:0"});
  }
  std::string policy(const std::string& name, const std::string& url) const {
    std::string text = "log " + first_key + "\n";
    std::string group;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      text += "witness w" + std::to_string(i) + " " + keys[i] + " " + url + "\n";
      group += " w" + std::to_string(i);
    }
    world.write(name, text + "group w any" + group + "\nquorum w\n");
    return world.file(name);
  }
  /// A receipt under a checkpoint that the witness cosigned with the policy's keys.
  Ran verify_by(const std::string& receipt, const std::string& policy_file) const {
    return ToolWorld::tool("verify " + world.file(receipt) + " --policy " + policy_file);
  }
  /// The server with that policy, until its receipt has so many cosignatures.
  void keep_receipt(const std::string& policy_file, const std::string& name,
                    std::size_t count) const {
    Server server({TRACE_API_BINARY, "--ledger", world.ledger(), "--listen", "127.0.0.1:0",
                   "--policy", policy_file, "--witness-interval", "1"});
    for (int i = 0; i < 150; ++i) {
      if (signatures_in(get(server, "/checkpoint")) == count + 1) break;
      run("sleep 0.1");
    }
    CHECK(signatures_in(get(server, "/checkpoint")) == count + 1);
    save(server, "/records/1/receipt?form=json", name);
  }
};

}  // namespace

TEST_CASE("a witness's key changes: both cosign, it counts once, and what it cosigned holds") {
  Witnessed log;
  log.keys = {log.witness("init --name witness.example.org/audit")};
  must(ToolWorld::tool("witness --dir " + log.dir + " add-log '" + log.first_key + "'"));
  std::string before;
  {
    const Server witness = log.serve_witness();
    before = log.policy("before", witness.url());
    log.keep_receipt(before, "before.json", 1);
  }
  CHECK(log.verify_by("before.json", before).exit_code == 0);
  CHECK(ToolWorld::tool("witness --dir " + log.dir + " rotate --finish").exit_code == 1);
  log.keys.push_back(log.witness("rotate"));
  CHECK(ToolWorld::tool("witness --dir " + log.dir + " rotate").exit_code == 1);
  CHECK(ToolWorld::tool("witness --dir " + log.dir + " rotate --finish")
            .says("the next key has not cosigned"));
  log.add_party("b");
  std::string both;
  {
    const Server witness = log.serve_witness();
    both = log.policy("both", witness.url());
    log.keep_receipt(both, "both.json", 2);
  }
  CHECK(log.verify_by("both.json", before).exit_code == 0);
  const Ran once = log.verify_by("both.json", both);
  CHECK(once.exit_code == 0);
  const std::size_t at = once.out.find("witness.example.org/audit");
  CHECK(at != std::string::npos);
  CHECK(once.out.find("witness.example.org/audit", at + 1) == std::string::npos);

  CHECK(log.witness("rotate --finish") == log.keys[1]);
  log.add_party("c");
  log.keys.erase(log.keys.begin());
  std::string after;
  {
    const Server witness = log.serve_witness();
    after = log.policy("after", witness.url());
    log.keep_receipt(after, "after.json", 1);
  }
  CHECK(log.verify_by("after.json", after).exit_code == 0);
  CHECK(log.verify_by("after.json", both).exit_code == 0);
  CHECK(log.verify_by("after.json", before).exit_code == 6);
  CHECK(log.verify_by("before.json", both).exit_code == 0);
}
