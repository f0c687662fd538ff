#include "ledger/capture.h"

#include "ledger/admission.h"
#include "ledger/disclosure.h"
#include "ledger/event_hash.h"
#include "ledger/seal_samples.h"

namespace nianlun::testing {
namespace {

Result<Capture> parse(const Json& document) { return parse_capture(document, PublicKey::from_did); }

struct Sample {
  PrivateKey key = sample_key(2);
  std::vector<std::string> disclosures = {
      make_disclosure("c2FsdHNhbHRzYWx0c2E", "nianlun:price", Json("12")).encoded};
  std::vector<CaptureEvent> events;
  Json document;

  Sample() {
    Json event = sample_event("1");
    event.set("nianlun:sd", Json::Array{Json(disclosure_digest(disclosures[0]))});
    events = captured({event, sample_event("2")});
    document =
        capture_document(events, sample_seal("l#1", events, {&key}), disclosures, kSampleTime);
  }
};

}  // namespace

TEST_CASE("what capture_document() writes, parse_capture() reads") {
  const Sample sample;
  const auto capture = parse(sample.document);
  REQUIRE(capture);
  REQUIRE(capture->events.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(capture->events[i].bytes == sample.events[i].bytes);
    CHECK(capture->events[i].hash == leaf_hash(sample.events[i].bytes));
  }
  REQUIRE(capture->seal);
  CHECK(capture->seal->submitter == did(sample.key));
  CHECK(capture->disclosures == sample.disclosures);

  const auto unsealed = parse(capture_document(sample.events, Json(), {}, kSampleTime));
  REQUIRE(unsealed);
  CHECK(!unsealed->seal);
  CHECK(unsealed->disclosures.empty());
}

TEST_CASE("a capture whose events are not those that were sealed is refused") {
  const Sample sample;
  Json changed = sample.document;
  at(changed, {"epcisBody", "eventList", "1"}).set("bizStep", "packing");
  CHECK(parse(changed).error().message == "seal.other-root");
  Json fewer = sample.document;
  at(fewer, {"epcisBody", "eventList"}).array().pop_back();
  CHECK(parse(fewer).error().message == "seal.other-count");
  Json swapped = sample.document;
  Json::Array& list = at(swapped, {"epcisBody", "eventList"}).array();
  std::swap(list[0], list[1]);
  CHECK(parse(swapped).error().message == "seal.other-root");
  Json none = sample.document;
  at(none, {"epcisBody", "eventList"}).array().clear();
  CHECK(!parse(none));
}

TEST_CASE("an event's fault is named with its place in the document") {
  const Sample sample;
  Json document = sample.document;
  at(document, {"epcisBody", "eventList", "1"}).set("nianlun:due", Json::number("1.0"));
  const auto capture = parse(document);
  REQUIRE(!capture);
  CHECK(capture.error().code == ErrorCode::kInvalidArgument);
  const auto& arguments = capture.error().arguments;
  const auto pointer = std::ranges::find(arguments, std::string("pointer"),
                                         &std::pair<std::string, std::string>::first);
  REQUIRE(pointer != arguments.end());
  CHECK(pointer->second == "/epcisBody/eventList/1/nianlun:due");
}

TEST_CASE("every disclosure has its digest in an event") {
  const Sample sample;
  Json foreign = sample.document;
  foreign.set("nianlun:disclosures",
              Json::Array{Json(make_disclosure("other-salt", "nianlun:price", "12").encoded)});
  CHECK(parse(foreign).error().message == "capture.disclosure-of-nothing");
  Json broken = sample.document;
  broken.set("nianlun:disclosures", Json::Array{Json("???")});
  CHECK(!parse(broken));
  Json text = sample.document;
  text.set("nianlun:disclosures", sample.disclosures[0]);
  CHECK(parse(text).error().message == "capture.disclosures-no-array");
  Json withheld = sample.document;
  withheld.erase("nianlun:disclosures");
  CHECK(parse(withheld).has_value());
}

TEST_CASE("an event gets the document's context, and loses its record time") {
  Json bare = sample_event("1");
  bare.erase("@context");
  CHECK(capture_event(bare, nullptr).error().message == "capture.no-context");
  const Json context = our_context();
  const auto with = capture_event(bare, &context);
  REQUIRE(with);
  CHECK(with->hash == capture_event(sample_event("1"), nullptr)->hash);
  CHECK(*with->event.find("@context") == context);

  Json stamped = sample_event("1");
  stamped.set("recordTime", "2026-05-01T09:00:00.000Z");
  const auto captured = capture_event(stamped, nullptr);
  REQUIRE(captured);
  CHECK(captured->hash == with->hash);
  CHECK(captured->event.find("recordTime") == nullptr);
  CHECK(captured->time_ms == kSampleTime);
}

TEST_CASE("an event is named by its eventID, or else by its hash") {
  CHECK(capture_event(sample_event("1"), nullptr)->id ==
        event_hash(sample_event("1"), nullptr).value());
  Json named = sample_event("1");
  named.set("eventID", "urn:uuid:6ff8fc4c-11bd-4a3c-9c1c-0242ac120002");
  const auto event = capture_event(named, nullptr);
  REQUIRE(event);
  CHECK(event->id == named.text("eventID"));
  CHECK(!event->correction);
  Json declaration;
  declaration.set("declarationTime", "2026-05-02T08:00:00.000Z").set("reason", "incorrect_data");
  named.set("errorDeclaration", declaration);
  CHECK(capture_event(named, nullptr)->correction);
}

TEST_CASE("registry events are events, and incomplete ones are not") {
  const SampleLedger ledger;
  CHECK(capture_event(ledger.genesis_event(), nullptr).has_value());
  Json event = ledger.enrolment(ledger.device);
  CHECK(capture_event(event, nullptr).has_value());
  event.erase("eventTimeZoneOffset");
  CHECK(!capture_event(event, nullptr));
  CHECK(!capture_event(Json("text"), nullptr));
  CHECK(!parse(Json("text")));
}

TEST_CASE("an admission is read as it was written, and in no other way") {
  const Sample sample;
  Admission admission;
  admission.time_ms = kSampleTime;
  admission.seal = parse_seal(*sample.document.find("nianlun:seal")).value();
  admission.rollback = false;
  admission.events.push_back({sample.events[0], base64url(std::string(16, 'a')), {}});
  admission.events.push_back(
      {sample.events[1], base64url(std::string(16, 'b')), {"forest@1/planted/late"}});
  const Buffer bytes = encode_admission(admission);
  const auto read = decode_admission(bytes);
  REQUIRE(read);
  CHECK(read->time_ms == kSampleTime);
  CHECK(read->seal.hash == admission.seal.hash);
  CHECK(read->seal.proofs_hash == admission.seal.proofs_hash);
  CHECK(!read->rollback);
  REQUIRE(read->events.size() == 2);
  CHECK(read->events[1].event.bytes == sample.events[1].bytes);
  CHECK(read->events[1].salt == admission.events[1].salt);
  CHECK(read->events[1].outcomes == admission.events[1].outcomes);
  CHECK(encode_admission(*read) == bytes);

  for (std::size_t length = 0; length < bytes.size(); length += 97) {
    CHECK(decode_admission(Bytes(bytes).substr(0, length)).error().code == ErrorCode::kCorrupted);
  }
  CHECK(!decode_admission(bytes + " "));
  const auto changed = [&](auto change) {
    Json json = Json::parse(bytes).value();
    change(json);
    return decode_admission(canonical(json).value());
  };
  CHECK(changed([](Json&) {}).has_value());
  CHECK(!changed([](Json& json) { json.set("more", 1); }));
  CHECK(!changed([](Json& json) { json.set("v", 2); }));
  CHECK(!changed([](Json& json) { json.set("time", "2026-05-01T08:00:00Z"); }));
  CHECK(!changed([](Json& json) { at(json, {"events"}).array().pop_back(); }));
  CHECK(!changed([](Json& json) { at(json, {"salts"}).push("x"); }));
  CHECK(!changed([](Json& json) { at(json, {"outcomes", "0"}).push(1); }));
  CHECK(!changed([](Json& json) { at(json, {"seal"}).set("count", 3); }));
  CHECK(!changed([](Json& json) {
    for (const char* list : {"events", "salts", "outcomes"}) {
      at(json, {list}).array().pop_back();
    }
  }));
}

}  // namespace nianlun::testing
