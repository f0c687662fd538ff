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

TEST_CASE("a receipt holds for every record, and says who signed") {
  const SampleLedger ledger;
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

TEST_CASE("a refused record is proved by its hash, and its signer may be a stranger") {
  const SampleLedger ledger(Outcome::kRefused, false);
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

TEST_CASE("one bit off anywhere in a receipt is refused") {
  const SampleLedger ledger;
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
      {"signers", "0", "record", "event", "nianlun:key"}};
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

TEST_CASE("a seal that was signed by another key, though hashed right, is refused") {
  SampleLedger ledger;
  // The log may record any proofs it likes; whether they hold is for the reader to see.
  Json::Array proofs = {
      make_proof(ledger.records[3].seal.json, ledger.second, "2026-05-01T08:00:00.000Z").value()};
  const Json seal = ledger.records[3].seal.json;
  ledger.records[3].seal = parse_seal(seal, Json(proofs)).value();
  ledger.records[3].record.set("proofs", hex(ledger.records[3].seal.proofs_hash));
  ledger.leaves[3] = record_leaf(canonical(ledger.records[3].record).value());
  const auto facts = ledger.verify(ledger.receipt(3, {1}));
  REQUIRE(!facts);
  CHECK(facts.error().code == ErrorCode::kForbidden);
  CHECK(facts.error().message == "receipt.wrong-signature");
}

TEST_CASE("disclosed members stand in the event where their digests stood") {
  SampleLedger ledger;
  const std::string price = make_disclosure("salt-of-it", "nianlun:price", "12").encoded;
  const std::string other = make_disclosure("salt-of-it", "nianlun:price", "13").encoded;
  Json event = sample_event("9");
  event.set("nianlun:sd", Json::Array{Json(disclosure_digest(price))});
  ledger.add(captured({event}), {&ledger.device}, ledger.identity());
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
  for (const char* member : {"type", "v", "origin", "genesis", "index", "record", "seal", "proofs",
                             "sealPath", "size", "path", "checkpoint", "signers"}) {
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
