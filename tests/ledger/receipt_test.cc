#include "ledger/receipt.h"

#include "ledger/disclosure.h"
#include "ledger/seal_samples.h"

namespace nianlun::testing {
namespace {

/// The verdict on a receipt whose JSON was changed: its parse or its verification.
template <class Change>
std::string verdict_on(const SampleLedger& ledger, const Receipt& receipt, Change change) {
  Json json = receipt_json(receipt);
  change(json);
  const auto parsed = parse_receipt(json);
  if (!parsed) return parsed.error().message;
  const auto facts = ledger.verify(*parsed);
  return facts ? "holds" : facts.error().message;
}

}  // namespace

TEST_CASE_TEMPLATE("a receipt holds for every record, and says who signed", Of, OfSha256,
                   OfSm2Sm3) {
  const SampleLedger ledger(Of::kSuite);
  const auto genesis = ledger.verify(ledger.receipt(0, {0}));
  REQUIRE(genesis);
  CHECK(genesis->parties == std::vector<std::string>{""});
  CHECK(ledger.verify(ledger.receipt(1, {0})).has_value());
  for (std::uint64_t index = 2; index < 5; ++index) {
    const Receipt receipt = ledger.receipt(index, {1});
    const auto facts = ledger.verify(receipt);
    REQUIRE(facts);
    CHECK(facts->index == index);
    CHECK(facts->size == 6);
    CHECK(facts->record_time_ms == kSampleTime + 1000);
    CHECK(facts->verdict == Verdict{});
    CHECK(facts->event == *receipt.of.record.find("event"));
    CHECK(facts->signers == std::vector{did(ledger.device)});
    CHECK(facts->parties == std::vector<std::string>{"https://id.example.org/party/nursery"});
    const Json json = receipt_json(receipt);
    const auto read = parse_receipt(Json::parse(json.dump()).value());
    REQUIRE(read);
    CHECK(receipt_json(*read) == json);
    CHECK(ledger.verify(*read).has_value());
  }
  const auto two = ledger.verify(ledger.receipt(5, {1, 0}));
  REQUIRE(two);
  CHECK(two->parties.size() == 2);
}

TEST_CASE("each signer's enrolment is there, in order, earlier, and of no other key") {
  const SampleLedger ledger;
  CHECK(ledger.verify(ledger.receipt(2, {})).error().message == "receipt.not-enrolled");
  CHECK(ledger.verify(ledger.receipt(2, {0})).error().message == "receipt.not-enrolled");
  CHECK(ledger.verify(ledger.receipt(2, {3})).error().message == "receipt.enrolled-later");
  CHECK(ledger.verify(ledger.receipt(1, {1})).error().message == "receipt.enrolled-later");
  CHECK(ledger.verify(ledger.receipt(2, {1, 0})).error().message == "receipt.enrolment-of-nobody");
  CHECK(ledger.verify(ledger.receipt(5, {0, 1})).error().message == "receipt.not-enrolled");
  CHECK(ledger.verify(ledger.receipt(5, {1})).error().message == "receipt.not-enrolled");
  const SampleLedger other(Outcome::kAccepted, false);
  CHECK(other.verify(other.receipt(2, {1})).error().message == "receipt.not-enrolled");
}

namespace {

/// The device is a registrar of the nursery for crew, by the authority; it enrols a key, which
/// seals an event: records 6, 7 and 8.
struct Enrolling : SampleLedger {
  PrivateKey registrar = sample_key(5);
  PrivateKey crew = sample_key(6);
  Receipt receipt_of_event;

  struct Options {
    std::vector<std::string> held = {"registrar:forest/crew"};
    std::vector<std::string> given = {"forest/crew"};
    std::string party = "https://id.example.org/party/nursery";
    bool by_authority = true;  ///< the registrar's own enrolment, else by the device
  };
  explicit Enrolling(const Options& options) {
    add(captured({enrolment(registrar, options.held)}),
        {options.by_authority ? &authority : &device}, identity());
    add(captured({enrolment(crew, options.given, options.party)}), {&registrar}, identity());
    add(captured({sample_event("9")}), {&crew}, identity());
    receipt_of_event = receipt(8, {7});
    receipt_of_event.enrolments.push_back(proven(6));
  }
  std::string verdict(const Receipt& receipt) const {
    const auto facts = verify(parse_receipt(receipt_json(receipt)).value());
    return facts ? "holds" : facts.error().message;
  }
};

}  // namespace

TEST_CASE("a receipt says who enrolled the signer, back to the authority") {
  const SampleLedger ledger;
  const std::vector<std::optional<std::string>> authority{""};
  CHECK(ledger.verify(ledger.receipt(2, {1}))->enrolled_by == authority);
  CHECK(ledger.verify(ledger.receipt(0, {0}))->enrolled_by == authority);
  const Enrolling enrolling({});
  const auto facts = enrolling.verify(enrolling.receipt_of_event);
  REQUIRE_MESSAGE(facts, (facts ? "" : facts.error().message));
  CHECK(facts->enrolled_by == std::vector<std::optional<std::string>>{did(enrolling.registrar)});
  CHECK(facts->parties == std::vector<std::string>{"https://id.example.org/party/nursery"});
  CHECK(enrolling.verdict(enrolling.receipt_of_event) == "holds");
  const SampleLedger refused(Outcome::kRefused, false);
  CHECK(refused.verify(refused.receipt(5, {0}))->enrolled_by ==
        std::vector<std::optional<std::string>>{std::nullopt, ""});
}

TEST_CASE("the parties of the signers have the names that the authority gave them, and no others") {
  SampleLedger ledger;
  const auto naming = [](std::string_view party) {
    Json event;
    event.set("@context", our_context())
        .set("type", "nianlun:PartyEnrolled")
        .set("eventTime", "2026-05-01T08:00:00.000Z")
        .set("eventTimeZoneOffset", "+08:00")
        .set("nianlun:party", party)
        .set("nianlun:name", Json().set("zh", "苗圃").set("en", "Nursery"));
    return captured({event});
  };
  constexpr std::string_view kParty = "https://id.example.org/party/nursery";
  ledger.add(naming(kParty), {&ledger.authority}, ledger.identity());             // 6
  ledger.add(naming(kParty), {&ledger.authority}, ledger.identity());             // 7
  ledger.add(naming("urn:party:other"), {&ledger.authority}, ledger.identity());  // 8
  ledger.add(naming(kParty), {&ledger.device}, ledger.identity());                // 9
  const auto with = [&](std::initializer_list<std::uint64_t> parties) {
    Receipt receipt = ledger.receipt(2, {1});
    for (const std::uint64_t index : parties) receipt.parties.push_back(ledger.proven(index));
    return ledger.verify(parse_receipt(receipt_json(receipt)).value());
  };
  CHECK(with({})->names.at(0).is_null());
  CHECK(with({7})->names.at(0).text("zh") == "苗圃");
  CHECK(with({6, 7}).error().message == "receipt.enrolment-of-nobody");
  CHECK(with({8}).error().message == "receipt.enrolment-of-nobody");
  CHECK(with({1}).error().message == "receipt.enrolment-of-nobody");
  CHECK(with({9}).error().message == "receipt.not-entitled");
}

TEST_CASE("an enrolment by who was not entitled proves nobody's key") {
  const auto verdict = [](const Enrolling::Options& options) {
    const Enrolling ledger(options);
    return ledger.verdict(ledger.receipt_of_event);
  };
  CHECK(verdict({.given = {}}) == "holds");
  CHECK(verdict({.held = {"registrar:forest"}}) == "holds");
  CHECK(verdict({.held = {}}) == "receipt.not-entitled");
  CHECK(verdict({.held = {"forest/crew"}}) == "receipt.not-entitled");
  CHECK(verdict({.held = {"registrar:forest/nursery"}}) == "receipt.not-entitled");
  CHECK(verdict({.given = {"registrar:forest/crew"}}) == "receipt.not-entitled");
  CHECK(verdict({.party = "https://id.example.org/party/press"}) == "receipt.not-entitled");
  CHECK(verdict({.by_authority = false}) == "receipt.not-entitled");
}

TEST_CASE("the chain of enrolments is whole, in order, and nothing but a chain") {
  const Enrolling ledger({});
  const auto verdict = [&](std::initializer_list<std::uint64_t> enrolments) {
    Receipt receipt = ledger.receipt_of_event;
    receipt.enrolments.clear();
    for (const std::uint64_t index : enrolments) receipt.enrolments.push_back(ledger.proven(index));
    return ledger.verdict(receipt);
  };
  CHECK(verdict({0, 6}) == "holds");
  CHECK(verdict({0}) == "receipt.not-entitled");
  CHECK(verdict({6}) == "receipt.not-entitled");
  CHECK(verdict({}) == "receipt.not-entitled");
  for (const auto& wrong : {std::initializer_list<std::uint64_t>{6, 0},
                            {0, 0, 6},
                            {0, 6, 6},
                            {0, 1, 6},
                            {0, 6, 7},
                            {0, 6, 8}}) {
    CHECK(verdict(wrong) == "receipt.enrolment-of-nobody");
  }
  Receipt forged = ledger.receipt_of_event;
  forged.enrolments[1].record.find("event")->set("nianlun:party", "urn:party:x");
  CHECK(ledger.verdict(forged) != "holds");
  forged = ledger.receipt_of_event;
  forged.enrolments[0] = SampleLedger(Outcome::kDisputed).proven(0);
  CHECK(ledger.verdict(forged) != "holds");
  Receipt many = ledger.receipt_of_event;
  many.enrolments.assign(kReceiptEnrolmentsMax + 1, ledger.proven(0));
  CHECK(parse_receipt(receipt_json(many)).error().message == "receipt.malformed");
}

TEST_CASE("a registrar who was enrolled after the key enrolled nobody") {
  SampleLedger ledger;
  const PrivateKey registrar = sample_key(5);
  const PrivateKey crew = sample_key(6);
  ledger.add(captured({ledger.enrolment(crew, {"forest/crew"})}), {&registrar}, ledger.identity());
  ledger.add(captured({ledger.enrolment(registrar, {"registrar:forest"})}), {&ledger.authority},
             ledger.identity());
  ledger.add(captured({sample_event("9")}), {&crew}, ledger.identity());
  Receipt receipt = ledger.receipt(8, {6});
  receipt.enrolments.push_back(ledger.proven(7));
  CHECK(ledger.verify(receipt).error().message == "receipt.not-entitled");
}

TEST_CASE_TEMPLATE("a refused record is proved by its hash, and its signer may be a stranger", Of,
                   OfSha256, OfSm2Sm3) {
  const SampleLedger ledger(Outcome::kRefused, false, Of::kSuite);
  const Receipt receipt = ledger.receipt(5, {0});
  const auto facts = ledger.verify(receipt);
  REQUIRE(facts);
  CHECK(facts->event.is_null());
  CHECK(facts->verdict.outcome == Outcome::kRefused);
  CHECK(facts->parties == std::vector<std::string>{"", ""});
  CHECK(verdict_on(ledger, receipt, [](Json& json) {
          at(json, {"record", "event", "hash"}) = Json(hex(sha256("another event")));
        }) == "receipt.wrong-seal-path");
  CHECK(verdict_on(ledger, receipt, [](Json& json) { json.erase("sealPath"); }) ==
        "receipt.malformed");
  Receipt disclosing = receipt;
  disclosing.disclosures = {make_disclosure("salt", "nianlun:price", "12").encoded};
  CHECK(ledger.verify(disclosing).error().message == "receipt.disclosure-of-nothing");
}

TEST_CASE_TEMPLATE("one bit off anywhere in a receipt is refused", Of, OfSha256, OfSm2Sm3) {
  const SampleLedger ledger(Of::kSuite);
  const Receipt receipt = ledger.receipt(3, {1});
  const auto verdict = [&](auto change) { return verdict_on(ledger, receipt, change); };
  REQUIRE(verdict([](Json&) {}) == "holds");
  const std::vector<std::vector<std::string_view>> places = {
      {"origin"},
      {"genesis"},
      {"checkpoint"},
      {"path", "0"},
      {"path", "2"},
      {"sealPath", "0"},
      {"record", "seal"},
      {"record", "proofs"},
      {"record", "salt"},
      {"record", "recordTime"},
      {"record", "event", "bizStep"},
      {"record", "event", "epcList", "0"},
      {"seal", "ledger"},
      {"seal", "root"},
      {"seal", "submitter"},
      {"proofs", "0", "created"},
      {"signers", "0", "path", "1"},
      {"signers", "0", "seal", "root"},
      {"signers", "0", "record", "event", "nianlun:party"},
      {"signers", "0", "record", "event", "nianlun:key"},
      {"enrolments", "0", "record", "event", "nianlun:authority", "keys", "0"},
      {"enrolments", "0", "seal", "root"}};
  for (const auto& place : places) {
    CAPTURE(place.back());
    const std::string answer = verdict([&](Json& json) {
      Json* value = &json;
      for (const std::string_view step : place) value = &at(*value, {step});
      *value = Json(one_bit_off(value->string()));
    });
    CHECK(answer != "holds");
  }
  for (const char* member : {"index", "size"}) {
    for (const int number : {0, 2, 4, 5, 7}) {
      CHECK(verdict([&](Json& json) { json.set(member, number); }) != "holds");
    }
  }
}

TEST_CASE("paths that are too long, too short or reordered are refused") {
  const SampleLedger ledger;
  const Receipt receipt = ledger.receipt(3, {1});
  const auto verdict = [&](auto change) { return verdict_on(ledger, receipt, change); };
  for (const char* path : {"path", "sealPath"}) {
    const std::string_view wrong =
        path == std::string_view("path") ? "receipt.wrong-path" : "receipt.wrong-seal-path";
    CHECK(verdict([&](Json& json) { at(json, {path}).array().pop_back(); }) == wrong);
    CHECK(verdict([&](Json& json) { at(json, {path}).push(std::string(64, '0')); }) == wrong);
    CHECK(verdict([&](Json& json) { std::ranges::reverse(at(json, {path}).array()); }) == wrong);
  }
  CHECK(verdict([](Json& json) {
          at(json, {"path"}) = Json(Json::Array(64, Json(std::string(64, '0'))));
        }) == "receipt.malformed");
}

TEST_CASE("records of another place, another ledger or another log are refused") {
  const SampleLedger ledger;
  Receipt moved = ledger.receipt(3, {1});
  moved.of.record = ledger.records[2].record;
  CHECK(!ledger.verify(moved));
  Receipt swapped = ledger.receipt(3, {1});
  swapped.of.seal = ledger.records[1].seal;
  CHECK(ledger.verify(swapped).error().message == "receipt.other-seal");

  const SampleLedger other(Outcome::kDisputed);
  Receipt genesis = ledger.receipt(3, {1});
  genesis.genesis = sha256("another");
  CHECK(ledger.verify(genesis).error().message == "receipt.other-ledger");
  Receipt checkpoint = ledger.receipt(3, {1});
  checkpoint.checkpoint = other.checkpoint();
  CHECK(ledger.verify(checkpoint).error().message == "receipt.wrong-path");

  const NoteSigner stranger = NoteSigner::create(std::string(kOrigin), sample_key(9)).value();
  const auto facts = verify_receipt(ledger.receipt(3, {1}), std::span(&stranger.verifier(), 1));
  REQUIRE(!facts);
  CHECK(facts.error().code == ErrorCode::kForbidden);
  CHECK(!verify_receipt(ledger.receipt(3, {1}), {}));
}

TEST_CASE("another key's signature of a checkpoint is not the log's") {
  const SampleLedger ledger;
  const NoteSigner witness = NoteSigner::create("witness.example.org", sample_key(9)).value();
  Receipt receipt = ledger.receipt(3, {1});
  const Note note = parse_note(receipt.checkpoint).value();
  receipt.checkpoint = sign_note(note.text, std::span(&witness, 1)).value();
  const NoteVerifier verifiers[] = {ledger.log.verifier(), witness.verifier()};
  const auto facts = verify_receipt(receipt, verifiers);
  REQUIRE(!facts);
  CHECK(facts.error().message == "receipt.not-signed-by-log");
}

TEST_CASE_TEMPLATE("a seal that was signed by another key, though hashed right, is refused", Of,
                   OfSha256, OfSm2Sm3) {
  SampleLedger ledger(Of::kSuite);
  // The log may record any proofs it likes; whether they hold is for the reader to see.
  Json::Array proofs = {
      make_proof(ledger.records[3].seal.json, ledger.second, "2026-05-01T08:00:00.000Z").value()};
  const Json seal = ledger.records[3].seal.json;
  ledger.records[3].seal = parse_seal(seal, Json(proofs), Of::kSuite).value();
  ledger.records[3].record.set("proofs", hex(ledger.records[3].seal.proofs_hash));
  ledger.leaves[3] = record_leaf(canonical(ledger.records[3].record).value(), Of::kSuite);
  const auto facts = ledger.verify(ledger.receipt(3, {1}));
  REQUIRE(!facts);
  CHECK(facts.error().code == ErrorCode::kForbidden);
  CHECK(facts.error().message == "receipt.wrong-signature");
}

TEST_CASE_TEMPLATE("disclosed members stand in the event where their digests stood", Of, OfSha256,
                   OfSm2Sm3) {
  SampleLedger ledger(Of::kSuite);
  const std::string price = make_disclosure("salt-of-it", "nianlun:price", "12").encoded;
  const std::string other = make_disclosure("salt-of-it", "nianlun:price", "13").encoded;
  Json event = sample_event("9");
  event.set("nianlun:sd", Json::Array{Json(disclosure_digest(price, Of::kSuite))});
  ledger.add(captured({event}, Of::kSuite), {&ledger.device}, ledger.identity());
  Receipt receipt = ledger.receipt(6, {1});
  CHECK(ledger.verify(receipt)->event.find("nianlun:price") == nullptr);
  receipt.disclosures = {price};
  const auto facts = ledger.verify(parse_receipt(receipt_json(receipt)).value());
  REQUIRE(facts);
  CHECK(facts->event.text("nianlun:price") == "12");
  CHECK(facts->event.find("nianlun:sd") == nullptr);
  receipt.disclosures = {other};
  CHECK(!ledger.verify(receipt));
  receipt.disclosures = {price, price};
  CHECK(!ledger.verify(receipt));
}

TEST_CASE("a receipt has no members but its own, and every one of them") {
  const SampleLedger ledger;
  const Receipt receipt = ledger.receipt(3, {1});
  const auto verdict = [&](auto change) { return verdict_on(ledger, receipt, change); };
  for (const char* member :
       {"type", "v", "origin", "genesis", "index", "record", "seal", "proofs", "sealPath", "size",
        "path", "checkpoint", "signers", "enrolments", "parties"}) {
    CAPTURE(member);
    CHECK(verdict([&](Json& json) { json.erase(member); }) != "holds");
  }
  CHECK(verdict([](Json& json) { json.set("more", 1); }) == "receipt.malformed");
  CHECK(verdict([](Json& json) { json.set("v", 2); }) == "receipt.malformed");
  CHECK(verdict([](Json& json) {
          at(json, {"signers", "0"}).set("key", "x");
        }) == "receipt.malformed");
  CHECK(verdict([](Json& json) { json.set("disclosures", "x"); }) == "receipt.malformed");
  CHECK(verdict([](Json& json) { at(json, {"record"}).set("more", 1); }) != "holds");
  const std::string text = receipt_json(receipt).dump();
  CHECK(!Json::parse(R"({"type":"Receipt",)" + text.substr(1)));
}

}  // namespace nianlun::testing
