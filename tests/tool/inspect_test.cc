#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "ledger/cosignature.h"
#include "ledger/proof_file.h"
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
  CHECK_MESSAGE(stranger.exit_code == 8, stranger.out);
  CHECK(stranger.says("of another ledger"));

  world.write("short.json", receipt.substr(0, receipt.size() / 2));
  const Ran cut = verify(world.file("short.json"), vkey);
  CHECK(cut.exit_code == 7);
  CHECK(cut.says("not a receipt"));
  CHECK(verify(world.file("none.json"), vkey).exit_code == 1);
  CHECK(verify(kGolden + "receipt.json", "no key").exit_code == 1);
  CHECK(ToolWorld::tool("verify " + kGolden + "receipt.json").exit_code == 2);
}

TEST_CASE("a proof file and a COSE receipt hold for their record, which has to be given") {
  const ToolWorld world;
  const std::string vkey = file_text(kGolden + "log.vkey");
  const std::string record = " --record " + kGolden + "record.json";
  for (const char* name : {"receipt.tlog-proof", "receipt.cose"}) {
    CAPTURE(name);
    const Ran words = verify(kGolden + name, vkey, record);
    CHECK_MESSAGE(words.exit_code == 0, words.out);
    CHECK(words.says("It does not prove who sealed the event"));
    CHECK(*json_of(verify(kGolden + name, vkey, record + " --json").out).integer("index") == 3);
    CHECK(verify(kGolden + name, vkey).exit_code == 1);
    CHECK(verify(kGolden + name, vkey, " --record " + kGolden + "seal.json").exit_code == 7);
    std::string other = file_text(kGolden + "record.json");
    other[other.find("tree/2") + 5] = '3';
    world.write("other.json", other);
    const Ran wrong = verify(kGolden + name, vkey, " --record " + world.file("other.json"));
    CHECK_MESSAGE(wrong.exit_code == 5, wrong.out);
    world.write("spaced.json", " " + file_text(kGolden + "record.json"));
    CHECK(verify(kGolden + name, vkey, " --record " + world.file("spaced.json")).exit_code == 7);
  }
}

TEST_CASE("a witness whose key is given is named with its time, in both languages") {
  const ToolWorld world;
  auto key = nianlun::PrivateKey::from_seed(nianlun::KeyType::kEd25519, std::string(32, 'w'));
  const auto witness = nianlun::Cosigner::create("witness.example.org", std::move(*key)).value();
  const std::string proof = file_text(kGolden + "receipt.tlog-proof") + "\n";
  const auto parsed = nianlun::parse_proof_file(proof).value();
  const std::string text = nianlun::parse_note(parsed.checkpoint)->text;
  const auto line = nianlun::signature_line(witness.cosign(text, 1'777'622'500).value());
  world.write("cosigned", proof + line);
  const std::string more =
      " --record " + kGolden + "record.json --log '" + witness.verifier().vkey() + "'";
  const std::string vkey = file_text(kGolden + "log.vkey");
  const Ran words = verify(world.file("cosigned"), vkey, more);
  CHECK(verify(world.file("cosigned"), vkey, more + " --log '" + vkey + "'").exit_code == 1);
  CHECK_MESSAGE(words.exit_code == 0, words.out);
  CHECK(words.says("Witnessed by witness.example.org at 2026-05-01T08:01:40.000Z"));
  CHECK(!words.says("No witness"));
  // A policy that wants this witness, and one that wants another one too.
  const std::string one = "log " + vkey + "\nwitness office " + witness.verifier().vkey() + "\n";
  world.write("one.policy", one + "quorum office\n");
  auto other_key = nianlun::PrivateKey::from_seed(nianlun::KeyType::kEd25519, std::string(32, 'x'));
  const auto other = nianlun::Cosigner::create("press.example.org", std::move(*other_key)).value();
  world.write("two.policy", one + "witness press " + other.verifier().vkey() +
                                "\ngroup both all office press\nquorum both\n");
  const std::string record = " --record " + kGolden + "record.json --policy ";
  const auto by_policy = [&](const std::string& file, const std::string& policy) {
    return ToolWorld::tool("verify " + file + record + world.file(policy));
  };
  const Ran reached = by_policy(world.file("cosigned"), "one.policy");
  CHECK_MESSAGE(reached.exit_code == 0, reached.out);
  CHECK(reached.says("quorum \"office\" is reached"));
  const Ran alone = by_policy(kGolden + "receipt.tlog-proof", "one.policy");
  CHECK_MESSAGE(alone.exit_code == 6, alone.out);
  CHECK(alone.says("did not cosign: office"));
  CHECK(by_policy(kGolden + "receipt.cose", "one.policy").exit_code == 6);
  const Ran half = by_policy(world.file("cosigned"), "two.policy");
  CHECK_MESSAGE(half.exit_code == 6, half.out);
  CHECK(half.says("did not cosign: press"));
  const Ran chinese = run(std::string(LEDGER_BINARY) + " --lang zh verify " +
                          world.file("cosigned") + " --log '" + vkey + "'" + more);
  CHECK_MESSAGE(chinese.says("witness.example.org 于 2026-05-01T08:01:40.000Z 见证"), chinese.out);
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
