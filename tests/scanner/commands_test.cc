#include "commands.h"

#include <doctest/doctest.h>

#include <sstream>

#include "fake_ledger.h"
#include "ledger/data_integrity.h"
#include "ledger/tag_code.h"
#include "temporary_folder.h"

using namespace nianlun;
using namespace nianlun::scanner;
using namespace nianlun::testing;

namespace {

struct Ran {
  int exit_code;
  std::string out, messages;
  bool says(std::string_view part) const { return messages.find(part) != messages.npos; }
  bool writes(std::string_view part) const { return out.find(part) != out.npos; }
};

// A device: its folder, its key, and its terminal.
class Device {
 public:
  template <class A>
  Ran run(int (*command)(const A&, const Terminal&), const A& arguments,
          const std::string& input = "", bool json = false) const {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream messages;
    const Terminal terminal{
        .in = in, .out = out, .messages = messages, .language = language, .json = json};
    const int exit_code = command(arguments, terminal);
    return {exit_code, out.str(), messages.str()};
  }
  Ran pull(const std::string& server) const {
    return run(run_pull, PullArguments{.server = server, .store = store()});
  }
  Ran record(const std::string& step, std::vector<std::string> items, const std::string& input = "",
             std::vector<std::string> values = {}, bool together = false) const {
    return run(run_record,
               RecordArguments{.step = step,
                               .items = std::move(items),
                               .values = std::move(values),
                               .key = {},
                               .store = store(),
                               .server = {},
                               .time = "2026-05-01T08:00:00+08:00",
                               .together = together},
               input);
  }
  Ran send(const std::string& server, std::uint64_t events_max = 500) const {
    return run(run_send, SendArguments{.store = store(),
                                       .server = server,
                                       .key = key(),
                                       .cosign = {},
                                       .events_max = events_max});
  }
  Ran outbox(std::vector<std::uint64_t> undo = {}) const {
    return run(run_outbox, OutboxArguments{.store = store(), .undo = std::move(undo)});
  }
  std::string store() const { return (folder_.path() / "store").string(); }
  std::string key() const {
    const auto file = folder_.path() / "key.pem";
    if (!std::filesystem::exists(file)) REQUIRE(outbox_key().save(file));
    return file.string();
  }
  std::string_view language = "en";

 private:
  TemporaryFolder folder_;
};

std::string tag_code() { return make_tag_code("\x01\x02\x03\x04\x05\x06\x07\x08"); }

}  // namespace

TEST_CASE("a run is recorded without a network and sent when there is one") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  const Ran run = device.record("library/lent", {"epcList=-"},
                                "https://id.example.org/book/1\nhttps://id.example.org/book/2\r\n\n"
                                "https://id.example.org/book/1\n",
                                {"nianlun:due=2026-06-01"});
  CHECK(run.exit_code == 0);
  CHECK(run.writes("saved here as 1: library/lent, https://id.example.org/book/1\n"));
  CHECK(run.writes("saved here as 2:"));
  CHECK(!run.writes("saved here as 3:"));
  CHECK(run.says("already in this run"));
  const Ran listed = device.outbox();
  CHECK(listed.writes("waiting 2, sending 0, received 0, refused 0"));
  const Ran sent = device.send(ledger.url());
  CHECK(sent.exit_code == kDone);
  CHECK(sent.writes("received 2, disputed 0, refused 0"));
  CHECK(sent.says("2 of 2 sent"));
  CHECK(ledger.seen().back().head.find("GS1-Capture-Error-Behaviour: proceed") !=
        std::string::npos);
  CHECK(device.outbox().writes("waiting 0, sending 0, received 2, refused 0"));
  const Ran again = device.send(ledger.url());
  CHECK(again.exit_code == kDone);
  CHECK(again.writes("nothing waits"));
  CHECK(ledger.captures == 1);
}

TEST_CASE("refused and disputed events say why, in the reader's language") {
  Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  REQUIRE(device
              .record("library/lent", {"https://id.example.org/book/lent-already",
                                       "https://id.example.org/book/refused"})
              .exit_code == 0);
  device.language = "zh";
  const Ran sent = device.send(ledger.url());
  CHECK(sent.exit_code == kNotAllAccepted);
  CHECK(sent.writes("有争议：library/lent，https://id.example.org/book/lent-already：该书已借出"));
  CHECK(sent.writes("被拒绝：library/lent，https://id.example.org/book/refused：该书已借出"));
  CHECK(device.outbox().writes("被拒绝: 该书已借出"));
}

TEST_CASE("without a server nothing is lost, and what broke off is sent again, the same") {
  const Device device;
  std::string gone;
  {
    FakeLedger ledger;
    gone = ledger.url();
    REQUIRE(device.pull(ledger.url()).exit_code == 0);
  }
  REQUIRE(device.record("library/lent", {"https://id.example.org/book/1"}).exit_code == 0);
  const Ran unreachable = device.send(gone);
  CHECK(unreachable.exit_code == kUnreachable);
  CHECK(unreachable.says("Nothing is lost"));

  FakeLedger ledger;
  ledger.silent = true;
  const Ran sent = device.send(ledger.url());
  CHECK(sent.exit_code == kDone);
  CHECK(ledger.captures == 2);
  std::vector<std::string> bodies;
  for (const SeenRequest& request : ledger.seen()) {
    if (request.target == "/capture") bodies.push_back(request.body);
  }
  REQUIRE(bodies.size() == 2);
  CHECK(bodies[0] == bodies[1]);
}

TEST_CASE(
    "a document that is refused as a whole is taken apart, unless the server has it already") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  REQUIRE(device.record("library/lent", {"https://id.example.org/book/1"}).exit_code == 0);
  ledger.refusing = true;
  const Ran refused = device.send(ledger.url());
  CHECK(refused.exit_code == kFailed);
  CHECK(refused.says("not like this"));
  CHECK(refused.says("wait here again"));
  CHECK(device.outbox().writes("waiting 1, sending 0"));
  ledger.refusing = true;
  ledger.has_it = true;
  CHECK(device.send(ledger.url()).exit_code == kDone);
  CHECK(device.outbox().writes("waiting 0, sending 0, received 1"));
}

TEST_CASE("many events go in seals of a bounded size") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  std::string lines;
  for (int i = 0; i < 5; ++i) lines += "https://id.example.org/book/" + std::to_string(i) + "\n";
  REQUIRE(device.record("library/lent", {"-"}, lines).exit_code == 0);
  const Ran sent = device.send(ledger.url(), 2);
  CHECK(sent.exit_code == kDone);
  CHECK(ledger.captures == 3);
  CHECK(sent.says("4 of 5 sent"));
}

TEST_CASE("a tag stands for what it was fastened to on this device") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  const Ran tagged = device.record(
      "library/tagged", {"epcList=https://id.example.org/book/1", "nianlun:tag=" + tag_code()});
  REQUIRE_MESSAGE(tagged.exit_code == 0, tagged.messages);
  CHECK(tagged.writes("https://id.example.org/t/" + tag_code()));
  const Ran lent = device.record("library/lent", {"HTTPS://TAGS.EXAMPLE.CN/T/" + tag_code()});
  CHECK(lent.exit_code == 0);
  CHECK(lent.says("is the tag of https://id.example.org/book/1"));
  CHECK(lent.writes("library/lent, https://id.example.org/book/1\n"));
}

TEST_CASE("a state that does not fit is said at once, and the event is kept") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  const std::string book = "https://id.example.org/book/1";
  CHECK(!device.record("library/lent", {book}).says("dispute"));
  const Ran twice = device.record("library/lent", {book});
  CHECK(twice.exit_code == 0);
  CHECK(twice.says(book + " is here in the state Lent; this step takes: On the shelf"));
  CHECK(device.outbox().writes("waiting 2"));
}

TEST_CASE("values that break a guard over the event are said before they are saved, and kept") {
  Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  const std::string book = "https://id.example.org/book/1";
  const auto lend = [&](const std::string& due) {
    return device.record("library/lent", {book}, "", {"nianlun:due=" + due});
  };
  CHECK(!lend("2026-06-01").says("It is due before"));
  CHECK(!device.record("library/lent", {book}).says("It is due before"));  // asked where it is due
  const Ran late = lend("1926-06-01");
  CHECK(late.exit_code == 0);
  CHECK(late.says(book + ": It is due before 2026. It is recorded, and will be disputed"));
  CHECK(late.writes("saved here as 3"));
  const auto add = [&](const std::string& price) {
    return device.record("library/added", {book}, "",
                         {"ilmd.nianlun:title=Rings", "nianlun:price=" + price});
  };
  device.language = "zh";
  CHECK(!add("12").says("价格不大于零"));
  const Ran free = add("0");  // a private value, which the event itself does not show
  CHECK(free.exit_code == 0);
  CHECK(free.says(book + "：价格不大于零。已照录，但会被拒绝"));
}

TEST_CASE("a tag of which nothing is known is recorded as such, and said") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  const Ran lent = device.record("library/lent", {tag_code()});
  CHECK(lent.exit_code == 0);
  CHECK(lent.says("recorded by its tag"));
  CHECK(lent.writes("library/lent, https://id.example.org/t/" + tag_code()));
}

TEST_CASE("what cannot be read is said and the rest of the run goes on") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  const Ran run = device.record("library/lent", {"-"},
                                "0123456789ABC\nhttps://id.example.org/crate/1\n"
                                "https://id.example.org/book/1\n");
  CHECK(run.exit_code == kFailed);
  CHECK(run.says("0123456789ABC: wrong check character"));
  CHECK(run.says("is of the kind crate; epcList takes: book"));
  CHECK(run.writes("saved here as 1: library/lent, https://id.example.org/book/1"));
}

TEST_CASE("one event is over all items if that is asked for, and none if one cannot be read") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  const std::vector<std::string> items = {"parentID=https://id.example.org/crate/1", "childEPCs=-"};
  const Ran half =
      device.record("library/boxed", items, "https://id.example.org/book/1\nx y\n", {}, true);
  CHECK(half.exit_code == kFailed);
  CHECK(device.outbox().writes("waiting 0"));
  const Ran whole =
      device.record("library/boxed", items,
                    "https://id.example.org/book/1\nhttps://id.example.org/book/2\n", {}, true);
  REQUIRE_MESSAGE(whole.exit_code == 0, whole.messages);
  CHECK(device.outbox().writes("waiting 1"));
  const Ran paper = device.record("library/stocked", {"https://id.example.org/paper/a,12.50,KGM"});
  CHECK_MESSAGE(paper.exit_code == 0, paper.messages);
}

TEST_CASE("things and their tags go side by side, from arguments and from lines") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  const std::string book = "https://id.example.org/book/";
  std::vector<std::string> tags;
  for (const char c : {'a', 'b', 'c', 'd'}) tags.push_back(make_tag_code(std::string(8, c)));
  const Ran pairs =
      device.record("library/tagged", {"epcList=" + book + "1", "epcList=" + book + "2",
                                       "nianlun:tag=" + tags[0], "nianlun:tag=" + tags[1]});
  REQUIRE_MESSAGE(pairs.exit_code == 0, pairs.messages);
  CHECK(pairs.writes("2: library/tagged, " + book + "2, https://id.example.org/t/" + tags[1]));
  const Ran uneven = device.record(
      "library/tagged", {"epcList=" + book + "1", "epcList=" + book + "2", "epcList=" + book + "3",
                         "nianlun:tag=" + tags[0], "nianlun:tag=" + tags[1]});
  CHECK(uneven.exit_code == kFailed);
  CHECK(uneven.says("nianlun:tag"));
  const Ran lines =
      device.record("library/tagged", {"epcList=-", "nianlun:tag=-"},
                    book + "3\t" + tags[2] + "\n" + book + "4\n" + book + "3\t" + tags[3] + "\n");
  CHECK(lines.exit_code == kFailed);
  CHECK(lines.says("needs 2 fields"));
  CHECK(lines.says("already in this run"));
  CHECK(lines.writes("3: library/tagged, " + book + "3, https://id.example.org/t/" + tags[2]));
  CHECK(!lines.writes("4: "));
  const Ran lent = device.record("library/lent", {tags[1]});
  CHECK(lent.writes("library/lent, " + book + "2\n"));
}

TEST_CASE("an event that is not sent yet can be removed") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  REQUIRE(device.record("library/lent", {"https://id.example.org/book/1"}).exit_code == 0);
  CHECK(device.outbox({1}).exit_code == 0);
  CHECK(device.outbox().writes("waiting 0"));
  CHECK(device.outbox({1}).exit_code == kFailed);
  REQUIRE(device.record("library/lent", {"https://id.example.org/book/1"}).exit_code == 0);
  REQUIRE(device.send(ledger.url()).exit_code == 0);
  const Ran late = device.outbox({2});
  CHECK(late.exit_code == kFailed);
  CHECK(late.says("sealed"));
}

TEST_CASE("show says what an item is and what is next, and without a network what was so") {
  const Device device;
  std::string gone;
  const ShowArguments offline{
      .codes = {"https://id.example.org/book/1"}, .server = {}, .store = device.store()};
  {
    FakeLedger ledger;
    gone = ledger.url();
    REQUIRE(device.pull(ledger.url()).exit_code == 0);
    const Ran unknown = device.run(run_show, offline);
    CHECK(unknown.exit_code == 0);
    CHECK(unknown.writes("Book (book), not known here"));
    CHECK(unknown.writes("  library/lent"));
    const Ran shown = device.run(run_show, ShowArguments{.codes = {"https://id.example.org/book/1"},
                                                         .server = ledger.url(),
                                                         .store = device.store()});
    CHECK(shown.exit_code == 0);
    CHECK(shown.writes("Book (book), On the shelf (shelved)"));
    CHECK(shown.writes("library/lent: Lent (librarian)"));
    CHECK(shown.writes("  Lent: not safe since May"));
    CHECK_FALSE(shown.writes("Printed"));
    CHECK(device
              .run(run_show,
                   ShowArguments{.codes = {"urn:x:unknown"}, .server = ledger.url(), .store = {}})
              .exit_code == kFailed);
  }
  const Ran kept = device.run(run_show, offline);
  CHECK(kept.exit_code == 0);
  CHECK(kept.says("no network: as it was at "));
  CHECK(kept.writes("On the shelf"));
}

TEST_CASE("a ledger that takes back what it showed is not trusted") {
  const Device device;
  FakeLedger ledger;
  REQUIRE(device.pull(ledger.url()).exit_code == 0);
  ledger.size = 6;
  const Ran shrunk = device.pull(ledger.url());
  CHECK(shrunk.exit_code == kFailed);
  CHECK(shrunk.says("another history"));
  ledger.size = 8;
  CHECK(device.pull(ledger.url()).exit_code == 0);
}

TEST_CASE("a key of the device's own is made once, and proves itself for its enrolment") {
  const TemporaryFolder folder;
  const Device device;
  const std::string file = (folder.path() / "own.pem").string();
  for (const char* type : {"p256", "ed25519", "sm2"}) {
    const std::string name = file + type;
    CHECK(device.run(run_keygen, KeygenArguments{.key = name, .type = type}).exit_code == 0);
    CHECK(device.run(run_keygen, KeygenArguments{.key = name, .type = type}).exit_code == kFailed);
    const Ran enrol = device.run(
        run_enrol,
        EnrolArguments{.key = name, .ledger = "a#b", .store = {}, .party = "urn:x:party"});
    REQUIRE(enrol.exit_code == 0);
    const auto statement = Json::parse(enrol.out);
    REQUIRE(statement);
    const std::string did = PrivateKey::load(name)->public_key().did();
    Json wanted;
    wanted.set("type", "KeyEnrolment").set("ledger", "a#b").set("party", "urn:x:party");
    wanted.set("key", did).set("proof", *statement->find("proof"));
    CHECK(*statement == wanted);
    const Suite suite = suite_of(PrivateKey::load(name)->public_key().type());
    const auto signers = verify_document(*statement, PublicKey::from_did, suite);
    REQUIRE(signers);
    CHECK(signers->front().did() == did);
  }
  CHECK(device.run(run_keygen, KeygenArguments{.key = file, .type = "rsa"}).exit_code == kFailed);
  // Of the type that the ledger of the store takes, where there is one.
  CHECK(device.pull(FakeLedger("sm2-sm3").url()).exit_code == 0);
  CHECK(device.run(run_keygen, KeygenArguments{.key = file, .store = device.store()}).exit_code ==
        0);
  CHECK(PrivateKey::load(file)->public_key().type() == KeyType::kSm2);
}

TEST_CASE("nothing is recorded before the ledger was fetched") {
  const Device device;
  const Ran early = device.record("library/lent", {"https://id.example.org/book/1"});
  CHECK(early.exit_code == kFailed);
  CHECK(early.says("scanner pull"));
}
