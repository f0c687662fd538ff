#include <doctest/doctest.h>

#include <functional>

#include "ledger/encoding.h"
#include "ledger/json.h"
#include "ledger/made_log.h"
#include "ledger/proof.h"
#include "served_log.h"

namespace nianlun::testing {
namespace {

std::string flipped(std::string bytes, std::size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

/// What a server shows to whoever has seen 300 honest records, and what is said about it.
struct Attack {
  std::string name;
  std::string kind;
  std::string says;
  std::function<Files()> files;
};

Files honest() { return MadeLog(700).files(); }

Files changed(const std::function<void(Files&)>& change) {
  Files files = honest();
  change(files);
  return files;
}

Files signed_by(char seed) {
  Files files = honest();
  files["checkpoint"] = MadeLog(700).note(seed);
  return files;
}

Files other_origin() {
  Files files = honest();
  const NoteSigner signers[] = {MadeLog::signer()};
  const Checkpoint checkpoint = {
      .origin = "example.org/other", .size = 700, .root = MadeLog(700).root(), .extensions = {}};
  files["checkpoint"] = sign_note(checkpoint_text(checkpoint), signers).value();
  return files;
}

std::vector<Attack> attacks() {
  const auto change = [](std::function<void(Files&)> how) {
    return [how = std::move(how)] { return changed(how); };
  };
  return {
      {"another history of the same size", "fork", "two different roots over 300 records",
       [] { return MadeLog(300, "other").files(); }},
      {"another history that is longer", "fork", "do not begin with the 300",
       [] { return MadeLog(700, "other").files(); }},
      {"a log that was cut off", "rollback", "299 records, after it had shown 300",
       [] { return MadeLog(299).files(); }},
      {"no records at all", "rollback", "", [] { return MadeLog(0).files(); }},
      {"a changed tile", "files", "tile/0/001 is not the tile",
       change([](Files& files) { files["tile/0/001"] = flipped(files["tile/0/001"], 5000); })},
      {"a changed right edge", "files", "the newest tiles do not make the root",
       change([](Files& f) { f["tile/0/002.p/188"] = flipped(f["tile/0/002.p/188"], 7); })},
      {"a changed tile above", "files", "the newest tiles do not make the root",
       change([](Files& f) { f["tile/1/000.p/2"] = flipped(f["tile/1/000.p/2"], 40); })},
      {"a changed entry", "files", "tile/entries/002.p/188: entry 0 ", change([](Files& f) {
         f["tile/entries/002.p/188"] = flipped(f["tile/entries/002.p/188"], 3);
       })},
      {"entries that are too few", "files", "tile/entries/001 is not a bundle of 256",
       change([](Files& f) {
         f["tile/entries/001"] = MadeLog(300).files()["tile/entries/001.p/44"];
       })},
      {"a wrong width", "files", "tile/0/002.p/188: 6048 bytes",
       change([](Files& f) { f["tile/0/002.p/188"] += std::string(32, 'x'); })},
      {"a tile that is missing", "files", "tile/0/001, which its checkpoint promises",
       change([](Files& f) { f.erase("tile/0/001"); })},
      {"a bundle that is missing", "files", "tile/entries/002.p/188, which its checkpoint",
       change([](Files& f) { f.erase("tile/entries/002.p/188"); })},
      {"another key", "signature", "none of the known keys signed", [] { return signed_by('x'); }},
      {"a signature that was made up", "signature", "does not verify", change([](Files& f) {
         std::string& note = f["checkpoint"];
         note[note.find("700")] = '8';
       })},
      {"no note at all", "signature", "not a signed note",
       change([](Files& f) { f["checkpoint"] = "<html>\xff</html>"; })},
      {"another log", "signature", "example.org/other", other_origin},
  };
}

Json only_evidence(const WatchWorld& world) {
  const Files evidence = world.evidence();
  REQUIRE(evidence.size() == 1);
  auto json = Json::parse(evidence.begin()->second);
  REQUIRE(json);
  return *std::move(json);
}

void check_evidence(const Json& evidence, const Attack& attack, const std::string& shown) {
  CHECK(evidence.text("kind") == attack.kind);
  CHECK(evidence.text("known") == MadeLog(300).note());
  CHECK(evidence.text("key") == MadeLog::vkey());
  CHECK(evidence.find("problem")->text("zh") != evidence.find("problem")->text("en"));
  if (evidence.find("shown") != nullptr) {
    CHECK(evidence.text("shown") == shown);
  } else {
    CHECK(from_base64(evidence.text("shownBase64")).value() == shown);
  }
}

TEST_CASE(
    "whatever a server does to a log, mirror and audit notice and say it, and keep the proof") {
  ServedFiles served(MadeLog(300).files());
  for (const Attack& attack : attacks()) {
    CAPTURE(attack.name);
    const WatchWorld world;
    served.set(MadeLog(300).files());
    must(world.mirror(served.url(), MadeLog::vkey()));
    must(world.audit(served.url(), MadeLog::vkey()));
    const Files before = files_in(world.mirror_folder());
    const std::string state = files_in(world.path()).at("audit.json");
    const Files shown = attack.files();
    served.set(shown);
    for (const bool mirrors : {true, false}) {
      const Ran ran =
          mirrors ? world.mirror(served.url(), "") : world.audit(served.url(), MadeLog::vkey());
      CHECK_MESSAGE(ran.exit_code == 6, ran.out);
      CHECK(ran.says("ALARM"));
      CHECK_MESSAGE(ran.says(attack.says), ran.out);
      CHECK(ran.says("Tell the ledger's authority"));
      check_evidence(only_evidence(world), attack, shown.at("checkpoint"));
      world.forget_evidence();
    }
    const Files after = files_in(world.mirror_folder());
    CHECK(after.at("checkpoint") == before.at("checkpoint"));
    CHECK(files_in(world.path()).at("audit.json") == state);
    const Files sound = honest();
    for (const auto& [path, bytes] : after) {  // nothing false was kept
      if (path.starts_with("tile/") && before.count(path) == 0) CHECK(sound.at(path) == bytes);
    }
    served.set(honest());
    CHECK(world.mirror(served.url(), "").exit_code == 0);
    CHECK(world.audit(served.url(), MadeLog::vkey()).exit_code == 0);
  }
}

// What a third party makes of evidence that two sizes do not fit: the smaller one's true root.
void check_fork(const Json& evidence, const Hash& true_root) {
  CHECK(evidence.text("kind") == "fork");
  const NoteVerifier key = NoteVerifier::parse(evidence.text("key")).value();
  const auto opened = [&](std::string_view member) {
    return parse_checkpoint(open_note(evidence.text(member), {&key, 1})->text).value();
  };
  Checkpoint smaller = opened("known");
  Checkpoint larger = opened("shown");
  if (smaller.size > larger.size) std::swap(smaller, larger);
  std::vector<Hash> path;
  for (const Json& hash : evidence.find("path")->array()) {
    path.push_back(Hash::from(from_base64(hash.string()).value()).value());
  }
  ConsistencyClaim claim = {.first = smaller.size,
                            .second = larger.size,
                            .path = path,
                            .first_root = smaller.root,
                            .second_root = larger.root};
  CHECK(!verify_consistency(claim));
  claim.first_root = true_root;
  CHECK(true_root != smaller.root);
  CHECK(verify_consistency(claim));
}

TEST_CASE("the evidence of a fork convinces a third party by itself") {
  ServedFiles served(MadeLog(300).files());
  const WatchWorld world;
  must(world.audit(served.url(), MadeLog::vkey()));
  must(world.mirror(served.url(), MadeLog::vkey()));
  served.set(MadeLog(700, "other").files());
  CHECK(world.audit(served.url(), MadeLog::vkey()).exit_code == 6);
  check_fork(only_evidence(world), MadeLog(300, "other").root());
  world.forget_evidence();
  // Of fewer records an audit can't tell whether they were the first; who has the tiles can.
  served.set(MadeLog(200, "other").files());
  CHECK(world.audit(served.url(), MadeLog::vkey()).exit_code == 6);
  CHECK(only_evidence(world).text("kind") == "rollback");
  world.forget_evidence();
  const Ran ran = world.mirror(served.url(), "");
  CHECK_MESSAGE(ran.exit_code == 6, ran.out);
  CHECK(ran.says("are not the first of the 300"));
  check_fork(only_evidence(world), MadeLog(200).root());
}

TEST_CASE("the same alarm has one file, and Chinese is said in Chinese") {
  ServedFiles served(MadeLog(300).files());
  const WatchWorld world;
  must(world.audit(served.url(), MadeLog::vkey()));
  served.set(MadeLog(299).files());
  for (int i = 0; i < 3; ++i) CHECK(world.audit(served.url(), MadeLog::vkey()).exit_code == 6);
  CHECK(world.evidence().size() == 1);
  const Ran chinese = WatchWorld::tool(
      "audit " + served.url() + " --key " + MadeLog::vkey() + " --state " + world.state(), "zh");
  CHECK(chinese.exit_code == 6);
  CHECK(chinese.says("警报"));
  CHECK(chinese.says("请告知账本主管机构"));
}

}  // namespace
}  // namespace nianlun::testing
