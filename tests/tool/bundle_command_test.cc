#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>

#include "bundle_zip.h"
#include "ledger/encoding.h"
#include "ledger/note.h"
#include "tool_world.h"

using namespace nianlun::testing;

namespace {

constexpr std::string_view kMapping = R"({"profile": "library", "imports": [
  {"file": "books.csv", "step": "added", "by": "desk", "time": "{at}",
   "items": {"epcList": "{domain}/book/{book}"},
   "values": {"ilmd": {"nianlun:title": "{title}"}, "nianlun:price": {"number": "{price}"}}},
  {"file": "loans.csv", "step": "lent", "by": "desk", "time": "{at}",
   "items": {"epcList": "{domain}/book/{book}"}}]})";
constexpr std::string_view kScan = "a scan of the title page";
constexpr const char* kBook = "https://id.example.org/book/1";

/// Two books; the title of one is the name of a file, and the other was lent twice.
struct Lent : ToolWorld {
  Lent() {
    Server server(ledger());
    enrol(server, "desk");
    log_key = json_of(run("curl -s " + server.url() + "/ledger").out).text("logKey");
    std::filesystem::create_directories(file("tables"));
    write("mapping.json", kMapping);
    const std::string scan = "ni:///sha-256;" + nianlun::base64url(nianlun::sha256(kScan).view());
    write("tables/books.csv",
          "at,book,title,price\n"
          "2026-03-01T08:00:00+08:00,1,Water,9.50\n"
          "2026-03-01T08:00:00+08:00,2," +
              scan + ",7\n");
    write("tables/loans.csv",
          "at,book\n2026-03-02T08:00:00+08:00,1\n2026-03-02T09:00:00+08:00,1\n");
    const Ran ran =
        tool("import " + file("tables") + " --mapping " + file("mapping.json") + " --keys " +
             file("") + " --store " + file("store") + " --server " + server.url());
    REQUIRE_MESSAGE(ran.exit_code == 3, ran.out);
  }
  Ran import(const std::string& server) const {
    return tool("import " + file("tables") + " --mapping " + file("mapping.json") + " --keys " +
                file("") + " --store " + file("store") + " --server " + server);
  }
  std::string trusting(const std::string& key) const { return " --log '" + key + "'"; }
  /// Of a log that this one has nothing to do with.
  std::string other_key() const {
    auto key = nianlun::PrivateKey::from_seed(nianlun::KeyType::kEd25519, std::string(32, 'o'));
    return nianlun::NoteSigner::create("example.org/other", *std::move(key))->verifier().vkey();
  }
  Ran bundle(const std::string& what, const std::string& out) const {
    return tool("bundle " + what + " --ledger " + ledger() + trusting(log_key) + " --out " +
                file(out));
  }
  Ran verify(const std::string& name, const std::string& more = "") const {
    return tool("verify " + file(name) + trusting(log_key) + more);
  }
  std::vector<nianlun::ZipMember> members(const std::string& name) const {
    return nianlun::read_zip(read(name)).value();
  }
  void write_zip(const std::string& name, const std::vector<nianlun::ZipMember>& members) const {
    write(name, nianlun::make_zip(members).value());
  }

  std::string log_key;
};

}  // namespace

TEST_CASE("a bundle is the same from a server and from its folder, and holds without both") {
  const Lent world;
  must(world.bundle(kBook, "folder.zip"));
  {
    const Server server(world.ledger());
    const std::string command = std::string("bundle ") + kBook + " --server " + server.url() +
                                world.trusting(world.log_key) + " --out ";
    const Ran made = ToolWorld::tool(command + world.file("server.zip"));
    CHECK_MESSAGE(made.exit_code == 0, made.out);
    CHECK_MESSAGE(made.says("server.zip: 3 records"), made.out);
    must(run(std::string(LEDGER_BINARY) + " --lang zh " + command + world.file("again.zip")));
  }
  CHECK(world.read("server.zip") == world.read("folder.zip"));
  CHECK(world.read("again.zip") == world.read("folder.zip"));
  std::filesystem::remove_all(world.ledger());
  const Ran words = world.verify("server.zip");
  CHECK_MESSAGE(words.exit_code == 0, words.out);
  for (const char* part :
       {"The bundle holds: 3 records", "as disputed: library/lent",
        "enrolled for House (urn:x:desk)", "Values of the events that are withheld: 1",
        "It does not prove that these are all records"}) {
    CHECK_MESSAGE(words.says(part), words.out);
  }
  const Ran chinese = run(std::string(LEDGER_BINARY) + " --lang zh verify " +
                          world.file("server.zip") + world.trusting(world.log_key));
  CHECK_MESSAGE(chinese.says("证据包成立"), chinese.out);
  CHECK(!chinese.says("holds"));
  const auto json = json_of(world.verify("server.zip", " --json").out);
  CHECK(json.text("form") == "bundle");
  CHECK(json.find("subjects")->array().at(0).string() == kBook);
}

TEST_CASE("the PDF tells the history in both languages, with its fonts in it and nothing private") {
  const Lent world;
  must(world.bundle(kBook, "book.zip"));
  for (const auto& member : world.members("book.zip")) {
    if (member.path == "history.pdf") world.write("history.pdf", member.content);
    CHECK_MESSAGE(member.content.find("nianlun:price") == member.content.npos, member.path);
  }
  const std::string pdf = world.file("history.pdf");
  const Ran text = run("pdftotext -layout " + pdf + " -");
  for (const char* part :
       {"证据", "有疑问，待核实：借出", "经过（由早到晚）", "该书已借出", "如何核验",
        "Evidence from the ledger example.org/library", "Unsettled: Lent",
        "What happened, the oldest first", "The book is lent already", "How to verify it",
        "2026-03-02 09:00:00 +08:00"}) {
    CHECK_MESSAGE(text.says(part), text.out);
  }
  const std::string_view english =
      std::string_view(text.out).substr(text.out.find("What happened"));
  CHECK_MESSAGE(english.find("Added\n") < english.find("Lent\n"), text.out);
  const Ran pages = run("pdfinfo " + pdf);
  const std::size_t count = pages.out.find("Pages:");
  REQUIRE(count != pages.out.npos);
  const std::string number = std::to_string(std::atoi(pages.out.c_str() + count + 6));
  CHECK_MESSAGE(text.says("Page " + number + " of " + number), text.out);
  CHECK_MESSAGE(pages.says("Creator:         nianlun ledger"), pages.out);
  const Ran fonts = run("pdffonts " + pdf + " | tail -n +3");
  CHECK_MESSAGE(fonts.says("NotoSansCJKsc-Regular"), fonts.out);
  CHECK_MESSAGE(!fonts.says(" no "),
                "each is embedded, in part, and can be read out: " << fonts.out);
  const Ran drawn = run("pdftoppm -r 40 -gray -f 1 -l 1 " + pdf);
  const auto dark =
      std::ranges::count_if(drawn.out, [](char c) { return static_cast<unsigned char>(c) < 100; });
  CHECK_MESSAGE(dark > 200, "there is something on the first page");
}

TEST_CASE("records, events and files are taken too, and files that are not there are named") {
  const Lent world;
  must(world.bundle("0 3", "records.zip"));
  CHECK_MESSAGE(world.verify("records.zip").says("2 records"), "the genesis and an enrolment");
  const std::string other = "https://id.example.org/book/2";
  must(world.bundle(other, "absent.zip"));
  const Ran absent = world.verify("absent.zip");
  CHECK_MESSAGE(absent.exit_code == 0, absent.out);
  CHECK_MESSAGE(absent.says("names a file that is not in the bundle: ni:///sha-256;"), absent.out);
  world.write("scan.png", kScan);
  must(world.bundle(other + " --file " + world.file("scan.png"), "present.zip"));
  const Ran present = world.verify("present.zip");
  CHECK_MESSAGE(present.says("The file files/" + nianlun::hex(nianlun::sha256(kScan))),
                present.out);
  const Ran unnamed =
      world.bundle(std::string(kBook) + " --file " + world.file("scan.png"), "x.zip");
  CHECK_MESSAGE(unnamed.exit_code == 5, unnamed.out);
  CHECK_MESSAGE(unnamed.says("no event in the bundle names the file"), unnamed.out);
  const Ran nothing = world.bundle("https://id.example.org/book/9", "x.zip");
  CHECK_MESSAGE(nothing.exit_code == 1, nothing.out);
  CHECK_MESSAGE(nothing.says("knows no thing, event or record"), nothing.out);
  CHECK(world.bundle("99", "x.zip").exit_code == 1);
  const Ran stranger = ToolWorld::tool("bundle 0 --ledger " + world.ledger() + " --out " +
                                       world.file("x.zip") + world.trusting(world.other_key()));
  CHECK_MESSAGE(stranger.exit_code == 8, stranger.out);
  CHECK(ToolWorld::tool("bundle 0 --server http://127.0.0.1:1 --out " + world.file("x.zip") +
                        world.trusting(world.log_key))
            .exit_code == 4);
  CHECK_MESSAGE(!std::filesystem::exists(world.file("x.zip")), "nothing half is left");
}

TEST_CASE("a history of more than one page of the ledger's answers is in the bundle whole") {
  const Lent world;
  {
    const Server server(world.ledger());
    std::string loans = "at,book\n";
    for (int i = 0; i < 105; ++i) {
      loans += "2026-04-01T08:" + std::to_string(i / 50 + 10) + ":" + std::to_string(i % 50 + 10) +
               "+08:00,2\n";
    }
    world.write("tables/loans.csv", loans);
    const Ran ran = world.import(server.url());
    REQUIRE_MESSAGE(ran.exit_code == 3, ran.out);
  }
  {
    const Server server(world.ledger());  // its checkpoint covers all, so each receipt leads to one
    must(ToolWorld::tool("bundle https://id.example.org/book/2 --server " + server.url() +
                         world.trusting(world.log_key) + " --out " + world.file("long.zip")));
  }
  must(world.bundle("https://id.example.org/book/2", "again.zip"));
  CHECK(world.read("again.zip") == world.read("long.zip"));
  const Ran words = world.verify("long.zip");
  CHECK_MESSAGE(words.says("The bundle holds: 106 records"), words.out);
}

TEST_CASE("where the witnesses are behind there is no bundle yet, and no file of half of one") {
  const Lent world;
  const auto key = nianlun::PrivateKey::from_seed(nianlun::KeyType::kEd25519, std::string(32, 'w'));
  const auto witness = nianlun::NoteVerifier::create(
      "witness.example.org", nianlun::NoteKeyType::kEd25519Cosignature, key->public_key());
  world.write("policy.txt", "log " + world.log_key + "\nwitness office " + witness->vkey() +
                                " http://127.0.0.1:1\nquorum office\n");
  const Server server({TRACE_API_BINARY, "--ledger", world.ledger(), "--listen", "127.0.0.1:0",
                       "--policy", world.file("policy.txt"), "--witness-interval", "1"});
  const Ran behind = ToolWorld::tool("bundle 0 --server " + server.url() + " --policy " +
                                     world.file("policy.txt") + " --out " + world.file("x.zip"));
  CHECK_MESSAGE(behind.exit_code == 4, behind.out);
  CHECK_MESSAGE(behind.says("there is no receipt of record 0 yet"), behind.out);
  CHECK(!std::filesystem::exists(world.file("x.zip")));
}

TEST_CASE("records that were swapped between bundles, and octets that were changed, are found") {
  const Lent world;
  must(world.bundle(kBook, "one.zip"));
  must(world.bundle("https://id.example.org/book/2", "two.zip"));
  std::vector<nianlun::ZipMember> one = world.members("one.zip");
  const std::vector<nianlun::ZipMember> two = world.members("two.zip");
  const auto receipt = [](const nianlun::ZipMember& member) {
    return member.path.starts_with("receipts/");
  };
  std::ranges::find_if(one, receipt)->content = std::ranges::find_if(two, receipt)->content;
  world.write_zip("swapped.zip", one);
  const Ran swapped = world.verify("swapped.zip");
  CHECK_MESSAGE(swapped.exit_code == 5, swapped.out);
  CHECK_MESSAGE(swapped.says("The bundle does NOT hold."), swapped.out);
  const std::string whole = world.read("one.zip");
  std::string changed = whole;
  changed[whole.find("\"receipts/") + 2] ^= 1;
  world.write("changed.zip", changed);
  CHECK(world.verify("changed.zip").exit_code == 7);
  world.write("cut.zip", whole.substr(0, whole.size() / 2));
  const Ran cut = world.verify("cut.zip");
  CHECK_MESSAGE(cut.exit_code == 7, cut.out);
  CHECK_MESSAGE(cut.says("This is not an evidence bundle"), cut.out);
  const Ran stranger =
      ToolWorld::tool("verify " + world.file("one.zip") + world.trusting(world.other_key()));
  CHECK_MESSAGE(stranger.exit_code == 8, stranger.out);
  CHECK_MESSAGE(stranger.says("The bundle is of another ledger"), stranger.out);
  auto key = nianlun::PrivateKey::from_seed(nianlun::KeyType::kEd25519, std::string(32, 'w'));
  world.write("policy.txt", "log " + world.log_key + "\nwitness office " +
                                nianlun::NoteVerifier::create(
                                    "witness.example.org",
                                    nianlun::NoteKeyType::kEd25519Cosignature, key->public_key())
                                    ->vkey() +
                                "\nquorum office\n");
  const Ran alone =
      ToolWorld::tool("verify " + world.file("one.zip") + " --policy " + world.file("policy.txt"));
  CHECK_MESSAGE(alone.exit_code == 6, alone.out);
  CHECK_MESSAGE(alone.says("too few witnesses cosigned"), alone.out);
  CHECK(ToolWorld::tool("bundle 0 --ledger " + world.ledger() + " --out " + world.file("x.zip") +
                        " --policy " + world.file("policy.txt"))
            .exit_code == 6);
}
