#include "ledger/policy.h"

#include <doctest/doctest.h>

#include "ledger/cosignature.h"
#include "ledger/json.h"
#include "ledger/merkle.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

PrivateKey key(char seed) {
  return PrivateKey::from_seed(KeyType::kEd25519, std::string(32, seed)).value();
}
NoteSigner log(char seed = 'L') {
  return NoteSigner::create("log.example.org/one", key(seed)).value();
}
Cosigner witness(char seed) {
  return Cosigner::create(std::string("witness.example.org/") + seed, key(seed)).value();
}
std::string witness_line(char seed) {
  return std::string("witness ") + seed + " " + witness(seed).verifier().vkey() + "\n";
}

/// The example of the standard: two of X1 to X3, and any of Y1 to Y3.
std::string two_levels() {
  std::string text = "log " + log().verifier().vkey() + "\n\n";
  for (const char seed : {'a', 'b', 'c'}) text += witness_line(seed);
  text += "group X-witnesses 2 a b c\n# the others\n";
  for (const char seed : {'d', 'e', 'f'}) text += witness_line(seed);
  return text +
         "\tgroup  Y-witnesses any d e f \n"
         "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n";
}

std::string checkpoint_by(std::string_view cosigners, const NoteSigner& signer = log()) {
  const std::string text =
      checkpoint_text({.origin = signer.name(), .size = 0, .root = empty_root(), .extensions = {}});
  const std::string note = sign_note(text, std::span(&signer, 1)).value();
  std::vector<NoteSignature> signatures;
  for (const char seed : cosigners) {
    signatures.push_back(witness(seed).cosign(text, 1'700'000'000 + seed).value());
  }
  return add_signatures(note, signatures).value();
}

Error error_of(const std::string& text) {
  const auto policy = parse_policy(text);
  REQUIRE(!policy);
  return policy.error();
}

void check_refused(const std::string& text, std::string_view message, std::string_view line) {
  CAPTURE(text);
  const Error error = error_of(text);
  CHECK(error.code == ErrorCode::kInvalidArgument);
  CHECK(error.message == message);
  REQUIRE(!error.arguments.empty());
  CHECK(error.arguments[0].second == line);
}

}  // namespace

TEST_CASE("the published policy parses") {
  const auto formats =
      Json::parse(read_file(vectors() / "transparency/transparency-dev-formats/vectors.json"));
  REQUIRE(formats);
  const auto policy = parse_policy(formats->text("policy_example"));
  // Its keys are of type 01, which by now is no key of a witness.
  REQUIRE(!policy);
  CHECK(policy.error().message == "policy.bad-key");
  CHECK(policy.error().arguments[0].second == "1");
  std::string text;
  char name = 'a';
  for (const Json& vkey : formats->find("cosigner_vkeys_0x04")->array()) {
    text += std::string("witness ") + name++ + " " + vkey.string() + " https://example.com/w/\n";
  }
  const auto today = parse_policy(text + "group g1 all a b\nquorum g1");
  REQUIRE(today);
  CHECK(today->witnesses.size() == 2);
  CHECK(today->witnesses[1].url == "https://example.com/w/");
  CHECK(today->groups[0].threshold == 2);
}

TEST_CASE("a checkpoint counts when the groups of the standard's example witnessed it") {
  const auto policy = parse_policy(two_levels());
  REQUIRE(policy);
  const auto quorum = [&](std::string_view cosigners) {
    const auto opened = open_witnessed(checkpoint_by(cosigners), *policy);
    REQUIRE(opened);
    CHECK(opened->cosigned.size() == cosigners.size());
    CHECK(opened->missing.size() == 6 - cosigners.size());
    return opened->quorum;
  };
  CHECK(quorum("abd"));
  CHECK(quorum("acf"));
  CHECK(quorum("abcdef"));
  CHECK(!quorum("ab"));
  CHECK(!quorum("abc"));
  CHECK(!quorum("adef"));
  CHECK(!quorum("def"));
  CHECK(!quorum(""));
}

TEST_CASE("who cosigned when, and who did not, stands in the order of the policy") {
  const auto policy = parse_policy(two_levels());
  const auto opened = open_witnessed(checkpoint_by("ca"), *policy);
  REQUIRE(opened);
  REQUIRE(opened->cosigned.size() == 2);
  CHECK(opened->cosigned[0].name == "a");
  CHECK(opened->cosigned[0].time_s == 1'700'000'000 + 'a');
  CHECK(opened->cosigned[1].name == "c");
  CHECK(opened->missing == std::vector<std::string>{"b", "d", "e", "f"});
  CHECK(opened->checkpoint.origin == "log.example.org/one");
}

TEST_CASE("without a quorum the log's signature is enough, and only with it") {
  const auto policy = parse_policy("log " + log().verifier().vkey() + "\nquorum none\n");
  REQUIRE(policy);
  CHECK(open_witnessed(checkpoint_by(""), *policy)->quorum);
  CHECK(open_witnessed(checkpoint_by("a"), *policy)->quorum);
  const auto other = open_witnessed(checkpoint_by("", log('M')), *policy);
  CHECK(other.error().code == ErrorCode::kForbidden);
  const NoteVerifier theirs = log('M').verifier();
  CHECK(open_witnessed(checkpoint_by("", log('M')), *policy, std::span(&theirs, 1)));
}

TEST_CASE("a log's key under another origin, and witnesses without the log, do not count") {
  const auto policy =
      parse_policy("log " + log().verifier().vkey() + "\n" + witness_line('a') + "quorum a\n");
  const std::string text = checkpoint_text(
      {.origin = "log.example.org/two", .size = 0, .root = empty_root(), .extensions = {}});
  const NoteSigner signer = log();
  const std::string note = sign_note(text, std::span(&signer, 1)).value();
  CHECK(open_witnessed(note, *policy).error().message == "policy.not-signed-by-log");
  std::string alone = checkpoint_by("a");
  const std::size_t first = alone.find("\n\n") + 2;
  alone.erase(first, alone.find('\n', first) + 1 - first);
  CHECK(open_witnessed(alone, *policy).error().message == "policy.not-signed-by-log");
}

TEST_CASE("one bit flipped in a cosignature makes the note false") {
  const auto policy = parse_policy(two_levels());
  std::string note = checkpoint_by("abd");
  note[note.size() - 30] = note[note.size() - 30] == 'A' ? 'B' : 'A';
  CHECK(open_witnessed(note, *policy).error().code == ErrorCode::kForbidden);
}

TEST_CASE("what is no line of a policy is refused, and its line is named") {
  const std::string a = witness_line('a');
  const std::string b = witness_line('b');
  check_refused(a + "quorum b\n", "policy.unknown-name", "2");
  check_refused("quorum a\n" + a, "policy.unknown-name", "1");
  check_refused("group g any a\n" + a + "quorum g\n", "policy.unknown-name", "1");
  check_refused("group g any g\nquorum g\n", "policy.unknown-name", "1");
  check_refused(a + "group g any none\nquorum g\n", "policy.unknown-name", "2");
  check_refused(a + "quorum a\nquorum a\n", "policy.second-quorum", "3");
  check_refused(a + a, "policy.duplicate-name", "2");
  check_refused(a + "witness c" + a.substr(9), "policy.duplicate-key", "2");
  check_refused("witness none" + a.substr(9), "policy.duplicate-name", "1");
  check_refused(a + b + "group g any a b\ngroup h any b\nquorum g\n", "policy.member-twice", "4");
  check_refused(a + "group g all a a\nquorum g\n", "policy.member-twice", "2");
  check_refused(a + "group a any a\nquorum a\n", "policy.duplicate-name", "2");
  for (const char* k : {"0", "2", "-1", "01", "some", "18446744073709551616"}) {
    check_refused(a + "group g " + k + " a\n", "policy.threshold", "2");
  }
  for (const char* line : {"group g any\n", "group\n", "log\n", "witness x\n", "quorum\n",
                           "quorum a b\n", "trust a\n", "Quorum a\n",
                           "quorum\xc2\xa0"
                           "a\n"}) {
    check_refused(a + line, "policy.no-such-line", "2");
  }
  check_refused("#\r\n", "policy.characters", "1");
  check_refused(a + std::string("# \0\n", 4), "policy.characters", "2");
  check_refused("log " + a.substr(10), "policy.bad-key", "1");
  check_refused("witness a " + log().verifier().vkey() + "\n", "policy.bad-key", "1");
  CHECK(error_of("").message == "policy.no-quorum");
  CHECK(error_of(a).message == "policy.no-quorum");
}

TEST_CASE("two logs may not have one public key, whatever their names are") {
  const NoteSigner renamed = NoteSigner::create("log.example.org/two", key('L')).value();
  check_refused("log " + log().verifier().vkey() + "\nlog " + renamed.verifier().vkey() + "\n",
                "policy.duplicate-key", "2");
}

TEST_CASE("32 logs, witnesses and groups are supported, and there is a bound") {
  std::string text;
  for (char i = 1; i <= 32; ++i) {
    const std::string n = std::to_string(i);
    text += "log " + log(i).verifier().vkey() + " https://log.example.org/" + n + "\n";
    text += "witness w" + n + " " + Cosigner::create("w", key(i)).value().verifier().vkey() + "\n";
    text += "group g" + n + " 1 w" + n + (i > 1 ? " g" + std::to_string(i - 1) : "") + "\n";
  }
  const auto policy = parse_policy(text + "quorum g32\n");
  REQUIRE(policy);
  const WitnessedBy first{.name = "w1", .time_s = 1};
  CHECK(reaches_quorum(*policy, std::span(&first, 1)));
  CHECK(!reaches_quorum(*policy, {}));
  for (int i = 33; i <= 65; ++i) {
    const auto seed = static_cast<char>(i);
    text += "witness w" + std::to_string(i) + " " +
            Cosigner::create("w", key(seed)).value().verifier().vkey() + "\n";
  }
  CHECK(error_of(text).code == ErrorCode::kTooLarge);
  CHECK(error_of(std::string(kPolicyBytesMax + 1, '#')).code == ErrorCode::kTooLarge);
  CHECK(parse_policy(std::string(kPolicyBytesMax - 12, '#') + "\nquorum none"));
}

}  // namespace nianlun::testing
