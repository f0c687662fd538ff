#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "tool_world.h"

using namespace nianlun::testing;

namespace {

namespace fs = std::filesystem;

/// A ledger whose vault is older than its anchor: two tokens of four are in no vault.
struct OldVault {
  ToolWorld world;
  OldVault() {
    for (int i = 0; i < 2; ++i) must(token());
    fs::copy(vault(), world.file("copy"), fs::copy_options::recursive);
    for (int i = 0; i < 2; ++i) must(token());
    fs::remove_all(vault());
    fs::rename(world.file("copy"), vault());
  }
  fs::path vault() const { return fs::path(world.ledger()) / "vault"; }
  Ran token() const { return ToolWorld::tool("token " + world.ledger() + " --party urn:x:house"); }
  Ran accept(const std::string& options = "") const {
    return ToolWorld::tool("vault accept-loss " + world.ledger() + options);
  }
  std::string by_authority() const { return " --yes --authority " + world.file("authority.pem"); }
};

}  // namespace

TEST_CASE("a loss of the vault is told, and nothing is changed without being asked for") {
  const OldVault old;
  CHECK(old.token().says("the vault has had 2 writes"));
  const Ran told = old.accept();
  CHECK(told.exit_code == 1);
  CHECK_MESSAGE(told.says("The vault has had 4 writes, of which 2 are gone: 3-4"), told.out);
  CHECK(told.says("Nothing was changed."));
  CHECK(old.accept(" --yes").says("--authority names its key files"));
  CHECK(old.token().exit_code == 1);
  const Ran chinese =
      run(std::string(LEDGER_BINARY) + " --lang zh vault accept-loss " + old.world.ledger());
  CHECK_MESSAGE(chinese.says("保管库共写入 4 次，其中 2 次已丢失：3-4"), chinese.out);
}

TEST_CASE("a loss that the authority accepts is a record, and the ledger opens again") {
  const OldVault old;
  must(ToolWorld::tool("keygen " + old.world.file("stranger.pem")));
  const Ran stranger = old.accept(" --yes --authority " + old.world.file("stranger.pem"));
  CHECK(stranger.exit_code == 1);
  CHECK_MESSAGE(stranger.says("only the authority may accept a loss"), stranger.out);
  CHECK(old.token().exit_code == 1);

  const Ran accepted = old.accept(old.by_authority());
  CHECK_MESSAGE(accepted.exit_code == 0, accepted.out);
  CHECK(accepted.says("the ledger opens again"));
  const std::string log = ToolWorld::output("export " + old.world.ledger());
  const std::size_t at = log.find(R"("type":"nianlun:VaultLossAccepted")");
  REQUIRE(at != log.npos);
  const std::string event = log.substr(log.rfind('\n', at) + 1, 2'000);
  CHECK(event.find(R"("nianlun:made":4,"nianlun:missing":2)") != event.npos);
  CHECK(ToolWorld::tool("check " + old.world.ledger()).exit_code == 0);
  must(old.token());
  const Ran nothing = old.accept(old.by_authority());
  CHECK(nothing.exit_code == 1);
  CHECK_MESSAGE(nothing.says("the vault has lost nothing"), nothing.out);

  Server server(old.world.ledger());  // and what the authority sends next is in order
  const Ran party = ToolWorld::tool("party --party urn:x:b --name en=B --name zh=乙" +
                                    old.world.by_authority(server));
  CHECK_MESSAGE(party.says("accepted 1, disputed 0, refused 0"), party.out);
}

TEST_CASE("a vault of which nothing is left is made anew, and so is its anchor") {
  const OldVault old;
  fs::remove_all(old.vault());
  fs::remove(fs::path(old.world.ledger()) / "vault.anchor");
  const Ran told = old.accept();
  CHECK(told.exit_code == 1);
  CHECK_MESSAGE(told.says("vault.anchor cannot be read"), told.out);
  must(old.accept(old.by_authority()));
  must(old.token());
  CHECK(ToolWorld::tool("check " + old.world.ledger()).exit_code == 0);
}

TEST_CASE(
    "what is to be erased is named in one way, and nothing is erased without being asked for") {
  const ToolWorld world;
  const auto erase = [&](const std::string& options) {
    return ToolWorld::tool("erase " + world.ledger() + options);
  };
  CHECK(erase("").exit_code == 2);
  CHECK(erase(" --subject a --record 1").exit_code == 2);
  CHECK(erase(" --subject nobody").says("0 private values of 0 events are to be erased"));
  CHECK(erase(" --subject nobody").exit_code == 0);
  CHECK(erase(" --record 0").exit_code == 0);
  CHECK(erase(" --record 999").exit_code == 1);
  CHECK(erase(" --event urn:nobody").exit_code == 1);
  CHECK(erase(" --ended-before 2020-01-01").exit_code == 0);
  CHECK(erase(" --ended-before 2999-01-01").says("2999-01-01 is no date"));
  CHECK(erase(" --ended-before yesterday").says("yesterday is no date"));
  CHECK(erase(" --subject Li --basis 'Li asked'").says("must not name the subject"));
  CHECK(erase(" --subject nobody --yes").says("--authority names its key files"));
  const Ran piped = run("echo nobody | " + std::string(LEDGER_BINARY) + " --lang zh erase " +
                        world.ledger() + " --subject -");
  CHECK_MESSAGE(piped.says("将删除 0 个事件的 0 项保密内容"), piped.out);
}
