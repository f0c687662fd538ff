// A device, a server and a ledger, each the program that people run.

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "client/library.h"
#include "client/programs.h"
#include "ledger/http_client.h"
#include "ledger/tag_code.h"
#include "temporary_folder.h"

using nianlun::testing::must, nianlun::testing::Ran, nianlun::testing::run;
using nianlun::testing::Server, nianlun::testing::TemporaryFolder;

namespace {

const std::string kBook = "https://id.example.org/book/";

// A ledger with one party, and a device whose key may record for it.
class World {
 public:
  World() {
    std::ofstream(file("library.json")) << nianlun::testing::kLibrary;
    must(ledger("keygen " + file("authority.pem")));
    must(ledger("init " + file("ledger") +
                " --origin example.org/library --domain https://id.example.org --authority " +
                file("authority.pem") + " --profile " + file("library.json") +
                " --languages en --languages zh"));
  }
  void enrol(const Server& server) const {
    const std::string by = " --server " + server.url() + " --key " + file("authority.pem");
    must(ledger("party" + by + " --party urn:x:house --name en=House --name zh=馆"));
    if (!std::filesystem::exists(file("device.pem"))) {
      must(scanner("keygen --key " + file("device.pem")));
    }
    must(scanner("pull --server " + server.url() + store()));
    must(run(std::string(SCANNER_BINARY) + " enrol --party urn:x:house --key " +
             file("device.pem") + store() + " >" + file("possession.json")));
    must(ledger("enrol " + file("possession.json") + by + " --role library/librarian"));
  }
  Ran ledger(const std::string& arguments) const {
    return run(std::string(LEDGER_BINARY) + " --lang en " + arguments);
  }
  Ran scanner(const std::string& arguments) const {
    return run(std::string(SCANNER_BINARY) + " --lang en " + arguments);
  }
  Ran record(const std::string& arguments) const {
    return scanner("record --step library/" + arguments + store());
  }
  Ran send(const std::string& url) const {
    return scanner("send --server " + url + store() + " --key " + file("device.pem"));
  }
  // What a client that knows nothing but EPCIS gets for its events: the outcome of the first.
  static std::string captured(const Server& server, const std::string& token,
                              const std::string& document) {
    const auto client = nianlun::HttpClient::connect_to(server.url(), {});
    REQUIRE(client);
    const auto answer = (*client)->send(
        {.method = "POST",
         .target = "/capture",
         .headers = {{"Content-Type", "application/ld+json"}, {"Authorization", "Bearer " + token}},
         .body = document});
    REQUIRE(answer);
    CHECK_MESSAGE(answer->status == 202, answer->body);
    const auto job = nianlun::Json::parse(answer->body);
    REQUIRE(job);
    const nianlun::Json* outcomes = job->find("nianlun:outcomes");
    REQUIRE(outcomes != nullptr);
    return std::string(outcomes->array().front().text("outcome"));
  }
  std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string store() const { return " --store " + file("store"); }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("what a device records without a network is in the ledger once it was sent") {
  const World world;
  const std::string code = nianlun::make_tag_code("abcdefgh");
  {
    Server server(world.file("ledger"));
    world.enrol(server);
    server.stop(SIGKILL);
    must(world.record("added --item " + kBook + "1 --item " + kBook +
                      "2 --value ilmd.nianlun:title=Water --value nianlun:price=9"));
    must(world.record("tagged --item " + kBook + "1 --item nianlun:tag=" + code));
    must(world.record("lent --item https://any.example.cn/t/" + code));
    must(world.record("lent --item " + code));
    CHECK(world.send(server.url()).exit_code == 4);
  }
  Server server(world.file("ledger"));
  const Ran sent = world.send(server.url());
  CHECK_MESSAGE(sent.exit_code == 3, sent.out);
  CHECK_MESSAGE(sent.says("received 4, disputed 1, refused 0"), sent.out);
  CHECK_MESSAGE(sent.says("The book is lent already"), sent.out);
  const Ran again = world.send(server.url());
  CHECK(again.exit_code == 0);
  CHECK(again.says("nothing waits"));
  const Ran listed = world.scanner("outbox" + world.store());
  CHECK_MESSAGE(listed.says("waiting 0, sending 0, received 5, refused 0"), listed.out);

  const Ran book = world.scanner("show " + kBook + "2 --server " + server.url());
  CHECK_MESSAGE(book.exit_code == 0, book.out);
  CHECK_MESSAGE(book.says("Book (book), On the shelf (shelved)"), book.out);
  CHECK_MESSAGE(book.says("library/lent: Lent"), book.out);
  const Ran tag = world.scanner("show " + code + " --server " + server.url());
  CHECK_MESSAGE(tag.says(kBook + "1"), tag.out);
  server.stop(SIGTERM);
  must(world.ledger("check " + world.file("ledger")));
}

TEST_CASE("what a device records before it is enrolled waits on it, and is taken once it is") {
  const World world;
  Server server(world.file("ledger"));
  must(world.scanner("keygen --key " + world.file("device.pem")));
  must(world.scanner("pull --server " + server.url() + world.store()));
  must(world.record("added --item " + kBook +
                    "1 --value ilmd.nianlun:title=Water --value nianlun:price=9"));
  const Ran sent = world.send(server.url());
  CHECK_MESSAGE(sent.exit_code == 1, sent.out);
  CHECK_MESSAGE(sent.says("is not enrolled in this ledger"), sent.out);
  CHECK_MESSAGE(sent.says("the events wait here again"), sent.out);
  const Ran waits = world.scanner("outbox" + world.store());
  CHECK_MESSAGE(waits.says("waiting 1, sending 0, received 0, refused 0"), waits.out);
  world.enrol(server);
  const Ran later = world.send(server.url());
  CHECK_MESSAGE(later.exit_code == 0, later.out);
  CHECK_MESSAGE(later.says("received 1, disputed 0, refused 0"), later.out);
  server.stop(SIGTERM);
  // Genesis, party, key, event: what was turned away left nothing.
  must(world.ledger("check " + world.file("ledger")));
  CHECK(world.ledger("show " + world.file("ledger") + " 4").exit_code == 0);
  CHECK(world.ledger("show " + world.file("ledger") + " 5").exit_code != 0);
}

TEST_CASE("a client of standard EPCIS is accepted by its token once its party has the role") {
  const World world;
  std::string token;
  {
    Server server(world.file("ledger"));
    world.enrol(server);
    server.stop(SIGTERM);
    token = run("{ " + std::string(LEDGER_BINARY) + " token " + world.file("ledger") +
                " --party urn:x:house 2>/dev/null; }")
                .out;
    token.pop_back();
  }
  const auto document = [](const std::string& book) {
    return R"({"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        {"nianlun": "urn:nianlun:voc:"}], "type": "EPCISDocument", "schemaVersion": "2.0",
        "creationDate": "2026-05-01T08:00:00Z", "epcisBody": {"eventList": [{
        "type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning", "disposition": "active",
        "eventTime": "2026-05-01T08:00:00Z", "eventTimeZoneOffset": "+08:00", "epcList": [")" +
           kBook + book + R"("], "ilmd": {"nianlun:title": "Water"}, "nianlun:price": 9}]}})";
  };
  Server server(world.file("ledger"));
  const std::string roles = "roles --party urn:x:house --server " + server.url() + " --key " +
                            world.file("authority.pem");
  CHECK(World::captured(server, token, document("1")) == "disputed");
  must(world.ledger(roles + " --role library/librarian"));
  CHECK(World::captured(server, token, document("2")) == "accepted");
  must(world.ledger(roles));
  CHECK(World::captured(server, token, document("3")) == "disputed");
}
