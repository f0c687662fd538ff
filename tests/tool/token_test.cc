#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tool_world.h"

using namespace nianlun::testing;

namespace {

namespace fs = std::filesystem;

/// A token of SoftHSM in a folder of its own. Keys are brought into it; real ones are made in one.
class Token {
 public:
  explicit Token(const ToolWorld& world) : world_(world) {
    fs::create_directories(world.file("tokens"));
    world.write("softhsm2.conf", "directories.tokendir = " + world.file("tokens") +
                                     "\nobjectstore.backend = file\nlog.level = ERROR\n");
    REQUIRE(::setenv("SOFTHSM2_CONF", world.file("softhsm2.conf").c_str(), 1) == 0);
    must(run("softhsm2-util --init-token --free --label ring --so-pin 12345678 --pin 1234"));
    world.write("pin", "1234\n");
    fs::permissions(world.file("pin"), fs::perms::owner_read | fs::perms::owner_write);
  }
  ~Token() { ::unsetenv("SOFTHSM2_CONF"); }
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;

  /// A new key of that type under this label; its did:key.
  std::string make(const std::string& label, const std::string& type) {
    const std::string pem = world_.file(label + ".pem");
    const std::string did = ToolWorld::output("keygen " + pem + " --type " + type);
    const std::string id = "0" + std::to_string(++made_);
    must(run("softhsm2-util --import " + pem + " --token ring --pin 1234 --label " + label +
             " --id " + id));
    fs::remove(pem);
    return did.substr(0, did.find('\n'));
  }
  std::string uri(const std::string& label, const std::string& pin = "pin") const {
    return "'pkcs11:token=ring;object=" + label + "?pin-source=file:" + world_.file(pin) +
           "&module-path=" SOFTHSM_MODULE "'";
  }
  void take_away() const { fs::rename(world_.file("tokens"), world_.file("tokens.away")); }
  void bring_back() const { fs::rename(world_.file("tokens.away"), world_.file("tokens")); }

 private:
  const ToolWorld& world_;
  int made_ = 0;
};

std::string get(const Server& server, const std::string& path) {
  const Ran ran = run("curl -sf '" + server.url() + path + "'");
  return ran.exit_code == 0 ? ran.out : std::string();
}

}  // namespace

TEST_CASE(
    "a ledger whose keys are in a token serves, takes captures sealed by one, and is verified") {
  const ToolWorld world;
  Token token(world);
  token.make("log", "ed25519");
  token.make("gateway", "p256");
  token.make("device", "p256");
  token.make("pen", "ed25519");
  const std::string folder = world.file("kept");
  const std::string made = ToolWorld::output(
      "init " + folder + world.init_options() + " --log-key " + token.uri("log") +
      " --gateway-key " + token.uri("gateway") + " --profile " + world.file("library.json"));
  const std::string log_key(json_of(made).text("logKey"));
  CHECK(
      run("cat " + folder + "/log.key").out.starts_with("PKCS11+KEY+example.org/library+pkcs11:"));

  Server server(folder);
  must(ToolWorld::tool("party --party urn:x:h --name en=H --name zh=馆" +
                       world.by_authority(server)));
  for (const std::string key : {"device", "pen"}) {
    const std::string with = " --server " + server.url() + " --key " + token.uri(key);
    world.write("possession.json", ToolWorld::output("possess --party urn:x:h" + with));
    must(ToolWorld::tool("enrol " + world.file("possession.json") +
                         " --role registrar:library --role library/librarian" +
                         world.by_authority(server)));
    must(ToolWorld::tool("keygen " + world.file(key + "2.pem")));
    world.write("possession.json",
                ToolWorld::output("possess --party urn:x:h --server " + server.url() +
                                  " --key file:" + world.file(key + "2.pem")));
    const Ran sealed =
        ToolWorld::tool("enrol " + world.file("possession.json") +
                        " --role library/librarian --store " + world.file(key + ".outbox") + with);
    CHECK_MESSAGE(sealed.says("accepted 1, disputed 0, refused 0"), sealed.out);
  }
  std::string receipt;
  for (int i = 0; i < 100 && receipt.empty(); ++i) {
    receipt = get(server, "/records/6/receipt?form=json");
    if (receipt.empty()) run("sleep 0.1");
  }
  world.write("receipt.json", receipt);
  const Ran verified =
      ToolWorld::tool("verify " + world.file("receipt.json") + " --log '" + log_key + "'");
  CHECK_MESSAGE(verified.exit_code == 0, verified.out);
}

TEST_CASE("a key that its token does not give up is refused by its reason") {
  const ToolWorld world;
  Token token(world);
  token.make("log", "ed25519");
  const auto refused = [&](const std::string& key) {
    const Ran ran =
        ToolWorld::tool("init " + world.file("none") + world.init_options() + " --log-key " + key);
    CHECK(ran.exit_code == 1);
    CHECK(!fs::exists(world.file("none")));
    return ran;
  };
  CHECK(refused(token.uri("other")).says("there is no such key in the token"));
  CHECK(refused("'pkcs11:token=other;object=log?module-path=" SOFTHSM_MODULE "'")
            .says("there is no such token"));
  CHECK(refused("'pkcs11:token=ring;object=log?module-path=/nowhere.so'").says("cannot be loaded"));
  CHECK(
      refused("'pkcs11:token=ring;object=log?pin-value=1234'").says("does not belong into a URI"));
  CHECK(refused("pkcs11:%").says("names no key in a token"));
  world.write("wrong", "4321");
  fs::permissions(world.file("wrong"), fs::perms::owner_read | fs::perms::owner_write);
  CHECK(refused(token.uri("log", "wrong")).says("the token refuses"));
  fs::permissions(world.file("wrong"), fs::perms::owner_all | fs::perms::others_read);
  CHECK(refused(token.uri("log", "wrong")).says("chmod 600"));
  token.make("small", "p256");
  CHECK(refused(token.uri("small")).exit_code == 1);  // a log signs with Ed25519
}

TEST_CASE("a server whose token is gone does not start, and goes on when it is back") {
  const ToolWorld world;
  Token token(world);
  token.make("log", "ed25519");
  const std::string folder = world.file("kept");
  ToolWorld::output("init " + folder + world.init_options() + " --log-key " + token.uri("log"));
  token.take_away();
  const std::string serve =
      std::string(TRACE_API_BINARY) + " --lang en --ledger " + folder + " --listen 127.0.0.1:0";
  const Ran gone = run("timeout 20 " + serve);
  CHECK(gone.exit_code == 1);
  CHECK_MESSAGE(gone.says("pkcs11:token=ring"), gone.out);
  CHECK(ToolWorld::tool("token " + folder + " --party urn:x:h").exit_code == 1);
  token.bring_back();
  Server server(folder);
  CHECK(get(server, "/health").find(R"("status":"ok")") != std::string::npos);
}
