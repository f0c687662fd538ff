#include "ledger/note.h"

#include <doctest/doctest.h>

#include "ledger/cosignature.h"
#include "ledger/encoding.h"
#include "ledger/json.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

Json transparency(const char* file) {
  return Json::parse(read_file(vectors() / "transparency" / file)).value();
}

NoteSigner signer(const char* name, char seed) {
  auto key = PrivateKey::from_seed(KeyType::kEd25519, std::string(32, seed));
  return NoteSigner::create(name, std::move(key).value()).value();
}

std::vector<NoteVerifier> known_to(const Json& vector, const Json& vkeys) {
  std::vector<NoteVerifier> known;
  for (const Json& name : vector.find("known")->array()) {
    known.push_back(NoteVerifier::parse(vkeys.text(name.string())).value());
  }
  return known;
}

}  // namespace

TEST_CASE("Go's notes open with the signatures that Go verifies") {
  const Json go = transparency("golang-mod/note_vectors.json");
  for (const Json& vector : go.find("open_ok")->array()) {
    const auto opened = open_note(vector.text("note"), known_to(vector, *go.find("vkeys")));
    REQUIRE(opened);
    CHECK(opened->text == go.text("text"));
    Json verified{Json::Array{}};
    Json unverified{Json::Array{}};
    for (const auto& one : opened->verified) verified.push(one.name);
    for (const auto& one : opened->unverified) unverified.push(one.name);
    CHECK(verified == *vector.find("verified"));
    CHECK(unverified == *vector.find("unverified"));
  }
}

TEST_CASE("Go's malformed notes are refused, and a note of unknown signers is told apart") {
  const Json go = transparency("golang-mod/note_vectors.json");
  REQUIRE(go.find("open_error")->array().size() == 10);
  for (const Json& vector : go.find("open_error")->array()) {
    CAPTURE(vector.dump());
    const Json* octets = vector.find("note_hex");
    const std::string note =
        octets != nullptr ? from_hex(octets->string()).value() : std::string(vector.text("note"));
    REQUIRE(!note.empty());
    const auto opened = open_note(note, known_to(vector, *go.find("vkeys")));
    REQUIRE(!opened);
    const bool unknown = vector.text("error") == "note has no verifiable signatures";
    CHECK((opened.error().code == ErrorCode::kForbidden) == unknown);
  }
  for (const Json& vector : go.find("bad_vkeys")->array()) {
    CHECK(!NoteVerifier::parse(vector.text("vkey")));
  }
}

TEST_CASE("Go's secret key signs as Go does") {
  const Json go = transparency("golang-mod/note_vectors.json");
  const auto peter = NoteSigner::parse(go.text("skey_peter"));
  REQUIRE(peter);
  CHECK(peter->verifier().vkey() == go.find("vkeys")->text("peter"));
  const auto signature = peter->sign(go.text("text"));
  REQUIRE(signature);
  CHECK(signature_line(*signature) == go.find("sig_lines")->text("peter"));
  std::string bad(go.text("skey_peter"));
  bad[bad.find("c74f")] = 'd';
  CHECK(!NoteSigner::parse(bad));
}

TEST_CASE("the notes of the specifications verify") {
  const Json examples = transparency("C2SP-C2SP/examples.json");
  const Json& example = *examples.find("signed_note_example");
  const auto foo = NoteVerifier::parse(example.text("vkey"));
  REQUIRE(foo);
  CHECK(foo->vkey() == example.text("vkey"));
  CHECK(open_note(example.text("note"), std::vector{*foo}));
  const auto sum = NoteVerifier::parse(examples.text("sumdb_vkey"));
  CHECK(open_note(examples.text("sumdb_checkpoint"), std::vector{sum.value()}));
  CHECK(parse_note(examples.text("cosigned_checkpoint_example")).value().signatures.size() == 2);
  const Json formats = transparency("transparency-dev-formats/vectors.json");
  for (const Json& vkey : formats.find("cosigner_vkeys_0x04")->array()) {
    const auto verifier = NoteVerifier::parse(vkey.string());
    REQUIRE(verifier);
    CHECK(verifier->type() == NoteKeyType::kEd25519Cosignature);
    CHECK(verifier->vkey() == vkey.string());
  }
}

TEST_CASE("a signed note opens; with one bit changed anywhere it never yields another text") {
  const std::vector<NoteVerifier> known = {signer("a.example/log", 'a').verifier()};
  std::vector<NoteSigner> signers;
  signers.push_back(signer("a.example/log", 'a'));
  const std::string text = "line\n\nafter a blank line\n";
  const std::string note = sign_note(text, signers).value();
  CHECK(open_note(note, known).value().text == text);
  for (std::size_t bit = 0; bit < note.size() * 8; ++bit) {
    std::string bad = note;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    REQUIRE(!open_note(bad, known));
  }
  CHECK(!open_note(note.substr(0, note.size() - 1), known));
  CHECK(!open_note(note + "\n", known));
  CHECK(!open_note("x" + note, known));
  CHECK(!open_note(note, std::vector{signer("a.example/log", 'b').verifier()}));
  CHECK(!open_note(note, std::vector{signer("b.example/log", 'a').verifier()}));
}

TEST_CASE("a known key's false signature spoils a note that others signed well") {
  std::vector<NoteSigner> signers;
  signers.push_back(signer("a", 'a'));
  signers.push_back(signer("b", 'b'));
  const std::string note = sign_note("text\n", signers).value();
  NoteSignature other = signers[1].sign("other\n").value();
  const std::string spoilt = add_signatures(note, std::vector{other}).value();
  const std::vector<NoteVerifier> both = {signers[0].verifier(), signers[1].verifier()};
  CHECK(open_note(note, both).value().verified.size() == 2);
  CHECK(open_note(spoilt, both).error().message == "note.false-signature");
  CHECK(open_note(spoilt, std::vector{both[0]}).value().unverified.size() == 2);
  const std::string twice =
      add_signatures(note, std::vector{signers[0].sign("text\n").value()}).value();
  CHECK(open_note(twice, both).value().verified.size() == 2);
}

TEST_CASE("a hundred signatures are taken and one more is not") {
  const NoteSignature one = signer("a", 'a').sign("text\n").value();
  const std::string note = "text\n\n" + signature_line(one);
  CHECK(add_signatures(note, std::vector<NoteSignature>(99, one)));
  CHECK(add_signatures(note, std::vector<NoteSignature>(100, one)).error().code ==
        ErrorCode::kTooLarge);
  CHECK(parse_note(std::string(kNoteBytesMax, 'x') + "\n\n").error().code == ErrorCode::kTooLarge);
}

TEST_CASE("names with spaces of any script or a plus sign are refused, others are taken") {
  for (const char* name : {"example.com/log", "年轮", "a"}) CHECK(is_note_name(name));
  for (const char* name : {"", "a b", "a+b", "a\tb",
                           "a\xc2\xa0"
                           "b",
                           "a\xe3\x80\x80", "\xe2\x80\xa8", "\xff", "a\nb", "\x01"}) {
    CAPTURE(name);
    CHECK(!is_note_name(name));
    CHECK(!NoteSigner::create(name, PrivateKey::generate(KeyType::kEd25519).value()));
  }
  CHECK(!NoteSigner::create("a", PrivateKey::generate(KeyType::kP256).value()));
}

TEST_CASE("texts that a note cannot carry are not signed") {
  const NoteSigner a = signer("a", 'a');
  for (const char* text : {"", "no newline", "tab\t\n", "\xff\n", "\xed\xa0\x80\n", "\xc0\x80\n",
                           "\xf4\x90\x80\x80\n", "nul\x01\n"}) {
    CHECK(a.sign(text).error().code == ErrorCode::kInvalidArgument);
  }
  CHECK(a.sign("\xf4\x8f\xbf\xbf\n"));
  CHECK(a.sign("\n"));
}

TEST_CASE("verifier keys in another spelling are refused") {
  const std::string vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  CHECK(NoteVerifier::parse(vkey));
  for (const std::string& bad :
       {vkey + "=", vkey + " ", " " + vkey, vkey.substr(1), vkey.substr(0, vkey.size() - 4),
        "example.com/foo+530D903A" + vkey.substr(24), "example.com/foo+530d903b" + vkey.substr(24),
        std::string("a+b"), std::string("a++"), std::string()}) {
    CAPTURE(bad);
    CHECK(!NoteVerifier::parse(bad));
  }
}

}  // namespace nianlun::testing
