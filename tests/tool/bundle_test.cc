// What may be done to a bundle on its way to a court, by whoever has it. Each has to fail by its
// own error, also where the manifest was written anew to fit.

#include <functional>
#include <map>

#include "bundle_make.h"
#include "bundle_samples.h"
#include "ledger/cosignature.h"
#include "text.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

ZipMember& named(std::vector<ZipMember>& members, std::string_view path) {
  for (ZipMember& member : members) {
    if (member.path == path) return member;
  }
  FAIL("no member " << path);
  return members.front();
}

void leave_out(std::vector<ZipMember>& members, std::string_view path) {
  std::erase_if(members, [&](const ZipMember& member) { return member.path == path; });
}

void flip(Buffer& content) {
  char& middle = content.at(content.size() / 2);
  middle = static_cast<char>(middle ^ 1);
}

/// A ledger of another authority, over which the same key signs checkpoints under the same origin.
struct Twin : Evidence {
  Twin() {
    records.clear();
    leaves.clear();
    authority = sample_key(9);
    add(captured({genesis_event()}), {&authority}, std::string(kOrigin));
    genesis = record_hash(canonical(records[0].record).value());
    add(captured({enrolment(device)}), {&authority}, identity());
    for (const char* serial : {"1", "2", "3"}) {
      add(captured({sample_event(serial)}), {&device}, identity());
    }
  }
};

}  // namespace

TEST_CASE("a bundle that was made is read as it was, and says what it proves") {
  const Evidence world;
  Bundle bundle = world.bundle({2, 3, 6});
  bundle.files[hex(sha256(world.photo))] = world.photo;
  const auto zip = make_bundle(bundle, world.trust);
  REQUIRE_MESSAGE(zip, zip.error().message);
  CHECK_MESSAGE(*make_bundle(bundle, world.trust) == *zip, "the same content, the same octets");
  const auto read = read_bundle(*zip, world.trust);
  REQUIRE_MESSAGE(read, read.error().message);
  CHECK(read->ledger == world.identity());
  CHECK(read->records.size() == 3);
  CHECK(read->files == bundle.files);
  const auto files = named_files(*read);
  REQUIRE(files.size() == 1);
  CHECK(files.front().present);
  CHECK(files.front().record == 6);
  std::string english;
  for (const std::string& line : words_of(*read, "en")) english += line + "\n";
  for (const char* words :
       {"The bundle holds: 3 records", "Record 6, recorded at", "is the one that record 6 names",
        "No witness cosigned", "are for reading", "It does not prove that these are all records"}) {
    CHECK_MESSAGE(english.find(words) != english.npos, english);
  }
  CHECK(json_of(*read).find("records")->array().size() == 3);
}

TEST_CASE("one bit flipped in any member is found, with the old manifest and with one that fits") {
  const Evidence world;
  Bundle bundle = world.bundle({3, 6});
  bundle.files[hex(sha256(world.photo))] = world.photo;
  const std::vector<ZipMember> whole = members_for(bundle);
  REQUIRE(verdict_on(whole, world.trust) == "holds");
  for (std::size_t i = 1; i < whole.size(); ++i) {
    CAPTURE(whole[i].path);
    std::vector<ZipMember> changed = whole;
    flip(changed[i].content);
    CHECK(verdict_on(changed, world.trust) == "bundle.wrong-member");
    fit_manifest(changed);
    // What is only for reading proves nothing, and nothing proves it.
    const bool for_reading = whole[i].path.starts_with("README.") || whole[i].path == "history.pdf";
    CHECK((verdict_on(changed, world.trust) == "holds") == for_reading);
  }
}

TEST_CASE("a member that is added, left out, renamed, moved or swapped is found") {
  const Evidence world;
  const std::vector<ZipMember> whole = members_for(world.bundle({3, 4}));
  using Members = std::vector<ZipMember>;
  struct Attack {
    const char* what;
    std::function<void(Members&)> change;
    const char* with_old;
    const char* with_fitting;
  };
  const Attack attacks[] = {
      {"one more",
       [](Members& m) {
         m.push_back({"files/more", "x"});
       },
       "bundle.unlisted-member", "bundle.malformed"},
      {"one more in the middle",
       [](Members& m) {
         m.insert(m.begin() + 2, {"x.txt", "x"});
       },
       "bundle.unlisted-member", "bundle.malformed"},
      {"no PDF", [](Members& m) { leave_out(m, "history.pdf"); }, "bundle.unlisted-member",
       "bundle.malformed"},
      {"the last one left out", [](Members& m) { m.pop_back(); }, "bundle.missing-member",
       "bundle.malformed"},
      {"no account in Chinese", [](Members& m) { leave_out(m, "accounts/2.zh.json"); },
       "bundle.unlisted-member", "bundle.malformed"},
      {"a receipt under another number",
       [](Members& m) { named(m, "receipts/4.json").path = "receipts/5.json"; },
       "bundle.unlisted-member", "bundle.malformed"},
      {"two receipts in each other's place",
       [](Members& m) {
         std::swap(named(m, "receipts/3.json").content, named(m, "receipts/4.json").content);
       },
       "bundle.wrong-member", "bundle.malformed"},
      {"a proof of another record",
       [](Members& m) {
         named(m, "records/3.tlog-proof").content = named(m, "records/4.tlog-proof").content;
       },
       "bundle.wrong-member", "bundle.wrong-member"},
      {"an account that hides a record",
       [](Members& m) {
         for (const char* path : {"accounts/2.en.json", "accounts/2.zh.json"}) {
           named(m, path).content = R"({"said":{"records":[]},"subject":"4"})";
         }
       },
       "bundle.wrong-member", "bundle.account-disagrees"},
      {"an account that says less in one language",
       [](Members& m) {
         named(m, "accounts/2.zh.json").content = R"({"said":{"records":[]},"subject":"4"})";
       },
       "bundle.wrong-member", "bundle.languages-differ"},
      {"an older checkpoint", [](Members& m) { named(m, "checkpoint.txt").content += "\n"; },
       "bundle.wrong-member", "bundle.wrong-member"},
  };
  for (const Attack& attack : attacks) {
    CAPTURE(attack.what);
    Members changed = whole;
    attack.change(changed);
    CHECK(verdict_on(changed, world.trust) == attack.with_old);
    fit_manifest(changed);
    CHECK(verdict_on(changed, world.trust) == attack.with_fitting);
  }
}

TEST_CASE("a manifest that says something else than the content does not hold") {
  const Evidence world;
  const std::vector<ZipMember> whole = members_for(world.bundle({6}));
  const auto with = [&](const std::function<void(Json&)>& change) {
    std::vector<ZipMember> changed = whole;
    Json manifest = Json::parse(changed.front().content).value();
    change(manifest);
    changed.front().content = canonical(manifest).value();
    return verdict_on(changed, world.trust);
  };
  CHECK(with([](Json&) {}) == "holds");
  CHECK(with([](Json& m) { m.set("ledger", "example.org#00"); }) == "bundle.wrong-manifest");
  CHECK(with([](Json& m) { m.set("subjects", Json::Array{Json("7")}); }) ==
        "bundle.wrong-manifest");
  CHECK(with([](Json& m) { m.set("files", Json::Array{}); }) == "bundle.wrong-manifest");
  CHECK(with([](Json& m) { at(m, {"checkpoint", "size"}) = Json(8); }) == "bundle.wrong-manifest");
  CHECK(with([](Json& m) {
          at(m, {"members", "1", "size"}) = Json(1);
        }) == "bundle.wrong-manifest");
  CHECK(with([](Json& m) { m.set("v", 2); }) == "bundle.malformed");
  CHECK(with([](Json& m) { m.set("type", "Receipt"); }) == "bundle.malformed");
  CHECK(with([](Json& m) { m.set("more", 1); }) == "bundle.malformed");
  CHECK(with([](Json& m) { m.erase("members"); }) == "bundle.malformed");
  CHECK(with([](Json& m) { m.set("keys", Json::Array{Json("no key")}); }) == "bundle.malformed");
  std::vector<ZipMember> spaced = whole;
  spaced.front().content += "\n";
  CHECK(verdict_on(spaced, world.trust) == "bundle.wrong-manifest");
}

TEST_CASE("receipts of another ledger, or by another key, are not taken for those of this one") {
  const Evidence world;
  const Twin twin;
  REQUIRE(twin.identity() != world.identity());
  Bundle bundle = world.bundle({3});
  BundleRecord foreign = twin.proved(4);
  const auto added = add_record(bundle, foreign);
  REQUIRE(!added);
  CHECK(added.error().message == "bundle.mixed-ledgers");
  CHECK(add_record(bundle, world.proved(3)).error().message == "bundle.record-twice");
  const Json said = Json().set("records", Json::Array{Evidence::entry_of(foreign)});
  bundle.accounts.push_back({"4", said, said});
  bundle.records.emplace(4, std::move(foreign));
  CHECK(verdict_on(members_for(bundle), world.trust) == "bundle.mixed-ledgers");
  // A bundle of the twin alone holds: the identity that is said tells them apart.
  CHECK(verdict_on(members_for(twin.bundle({4})), world.trust) == "holds");
  Trust stranger;
  stranger.keys.keys.push_back(NoteSigner::create("else.example.org", sample_key(8))->verifier());
  const auto read = read_bundle(*make_zip(members_for(world.bundle({3}))), stranger);
  REQUIRE(!read);
  CHECK(read.error().code == ErrorCode::kConflict);
}

TEST_CASE("a policy of the reader counts for every receipt, whatever the maker trusted") {
  const Evidence world;
  const auto witness = Cosigner::create("witness.example.org", sample_key(8)).value();
  const std::string vkey = world.log.verifier().vkey();
  Trust strict = world.trust;
  strict.policy = parse_policy("log " + vkey + "\nwitness office " + witness.verifier().vkey() +
                               "\nquorum office\n")
                      .value();
  strict.keys.keys.push_back(witness.verifier());
  CHECK(verdict_on(members_for(world.bundle({3})), strict) == "verify.missing-witnesses");
  Receipt receipt = world.receipt(3, {1});
  const std::string text = parse_note(receipt.checkpoint)->text;
  receipt.checkpoint += signature_line(witness.cosign(text, 1'777'622'500).value());
  const auto record = prove_record(receipt_json(receipt), strict);
  REQUIRE_MESSAGE(record, record.error().message);
  Bundle bundle = world.bundle({});
  const Json said = Json().set("records", Json::Array{Evidence::entry_of(*record)});
  bundle.accounts.push_back({"3", said, said});
  REQUIRE(add_record(bundle, *record));
  CHECK(verdict_on(members_for(bundle), strict) == "holds");
}

TEST_CASE("a file is taken if an event names its hash, and under no other name") {
  const Evidence world;
  Bundle bundle = world.bundle({6});
  CHECK(!named_files(bundle).at(0).present);
  bundle.files[hex(sha256("a forgery"))] = "a forgery";
  CHECK(verdict_on(members_for(bundle), world.trust) == "bundle.unnamed-file");
  bundle.files.clear();
  bundle.files[hex(sha256(world.photo))] = "a forgery";
  CHECK(verdict_on(members_for(bundle), world.trust) == "bundle.wrong-file");
  CHECK(make_bundle(bundle, world.trust).error().message == "bundle.wrong-file");
}

TEST_CASE("an account that differs from its receipt in a word that is proved does not hold") {
  const Evidence world;
  const auto with = [&](std::string_view member, Json value) {
    Bundle bundle = world.bundle({3});
    for (Json* said : {&bundle.accounts[0].en, &bundle.accounts[0].zh}) {
      at(*said, {"records", "0"}).set(member, value);
    }
    return verdict_on(members_for(bundle), world.trust);
  };
  CHECK(with("say", "Something else") == "holds");
  for (const char* member : {"recordHash", "outcome", "step", "recordTime", "eventTime"}) {
    CAPTURE(member);
    CHECK(with(member, "2026-05-01T08:00:00.001Z") == "bundle.account-disagrees");
  }
  CHECK(with("index", 4) == "bundle.account-disagrees");
  CHECK(with("index", "3") == "bundle.malformed-account");
}

TEST_CASE("a subject cannot forge lines of what is said of the bundle") {
  const Evidence world;
  Bundle bundle = world.bundle({3});
  for (const char* subject : {"3\nRecord 4, recorded at noon",
                              "\xe2\x80\xae"
                              "3",
                              "\x1b[2J"}) {
    bundle.accounts[0].subject = subject;
    CHECK(verdict_on(members_for(bundle), world.trust) == "bundle.malformed-account");
  }
  bundle.accounts[0].subject = "记录 3";
  CHECK(verdict_on(members_for(bundle), world.trust) == "holds");
}

TEST_CASE("text on paper cannot turn round or forge lines, and the PDF has many pages") {
  CHECK(printable("a\nb\xe2\x80\xae\x7f\xc2\x85") == "a\ufffdb\ufffd\ufffd\ufffd");
  CHECK(printable("年轮 é 1\xff") == "年轮 é 1\ufffd");
  PaperPart part{"en", "footer", {}};
  for (int i = 0; i < 120; ++i) {
    part.blocks.push_back(
        {PaperBlock::Kind::kText, "line\n\xe2\x80\xae" + std::to_string(i), 0, false});
  }
  const auto pdf = make_pdf("title", kSampleTime, std::span(&part, 1));
  REQUIRE_MESSAGE(pdf, pdf.error().message);
  CHECK(pdf->starts_with("%PDF-"));
  CHECK(*make_pdf("title", kSampleTime, std::span(&part, 1)) == *pdf);
  CHECK(*make_pdf("title", kSampleTime + 1000, std::span(&part, 1)) != *pdf);
}

TEST_CASE("the published bundle has the octets that are published, and holds") {
  const Evidence world;
  Bundle bundle = world.bundle({3, 6});
  bundle.files[hex(sha256(world.photo))] = world.photo;
  const Buffer zip = make_zip(members_for(bundle)).value();
  const std::string path = NIANLUN_SOURCE_DIR "/tests/golden/bundle.zip";
  const char* mode = std::getenv("NIANLUN_GOLDEN");
  if (mode != nullptr && std::string_view(mode) == "write") {
    std::ofstream(path, std::ios::binary) << zip;
  }
  const std::string published = read_file(path);
  CHECK(published == zip);
  CHECK(verdict_on(published, world.trust) == "holds");
}

}  // namespace nianlun::testing
