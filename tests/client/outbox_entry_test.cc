#include "outbox_entry.h"

#include <doctest/doctest.h>

#include "ledger/encoding.h"

using namespace nianlun;

namespace {

const std::string kHash = std::string(64, 'a');

Json json_of(std::string_view text) {
  auto json = Json::parse(text);
  REQUIRE(json.has_value());
  return *std::move(json);
}

const StoredSeal& seal() {
  static const StoredSeal kSeal{.seal = kHash, .events = {7, 9}, .chain = "c", .before = ""};
  return kSeal;
}

std::string job(const std::string& outcomes, const std::string& hash = kHash) {
  return R"({"captureID": "urn:x:)" + hash + R"(", "nianlun:outcomes": [)" + outcomes + "]}";
}

}  // namespace

TEST_CASE("what an outbox stores reads as it was written") {
  const Json event = json_of(R"({"type": "ObjectEvent"})");
  const auto stored = read_stored_event(stored_text(StoredEvent{event, {"a", "b"}, 5}));
  REQUIRE(stored.has_value());
  CHECK(stored->event == event);
  CHECK(stored->disclosures == std::vector<std::string>{"a", "b"});
  CHECK(stored->saved_ms == 5);
  CHECK(read_stored_answer(stored_text(StoredAnswer{})).value().outcome.empty());
  const auto answer = read_stored_answer(stored_text(StoredAnswer{3, "disputed", {"once"}}));
  REQUIRE(answer.has_value());
  CHECK(answer->record == 3);
  CHECK(answer->outcome == "disputed");
  CHECK(answer->broken == std::vector<std::string>{"once"});
  CHECK(read_stored_link(stored_text(StoredLink{8, *hash_from_hex(kHash)})).value().sequence == 8);
  CHECK(read_stored_seal(stored_text(seal())).value().events == seal().events);
}

TEST_CASE("what no outbox writes is damage, and no end of the program") {
  for (const char* text : {
           "",
           "[]",
           "{}",
           R"({"event": {}, "disclosures": [], "saved": "5"})",
           R"({"event": [], "disclosures": [], "saved": 5})",
           R"({"event": {}, "disclosures": [5], "saved": 5})",
           R"({"event": {}, "saved": 5})",
       }) {
    CHECK_MESSAGE(!read_stored_event(text), text);
  }
  for (const char* text : {
           "",
           R"({"record": -1, "outcome": "accepted", "broken": []})",
           R"({"record": 1, "outcome": "lost", "broken": []})",
           R"({"record": 1, "outcome": "disputed", "broken": [5]})",
           R"({"record": 1, "outcome": "disputed"})",
       }) {
    CHECK_MESSAGE(!read_stored_answer(text), text);
  }
  CHECK(!read_stored_link(R"({"sequence": -1, "hash": ")" + kHash + R"("})"));
  CHECK(!read_stored_link(R"({"sequence": 1, "hash": "aa"})"));
  const std::string chain = R"(, "chain": "c", "before": ""})";
  CHECK(read_stored_seal(R"({"seal": "a", "events": [1])" + chain));
  CHECK(!read_stored_seal(R"({"seal": "a", "events": [-1])" + chain));
  CHECK(!read_stored_seal(R"({"seal": "a", "events": {})" + chain));
  CHECK(!read_stored_seal(R"({"seal": "", "events": [1])" + chain));
}

TEST_CASE("an answer is for its seal and says what became of each event, once") {
  const std::string first = R"({"position": 0, "index": 5, "outcome": "accepted"})";
  const std::string second =
      R"({"position": 1, "index": 6, "outcome": "refused", "broken": ["once", 5]})";
  const auto answers = answers_of(json_of(job(second + "," + first)), seal());
  REQUIRE(answers.has_value());
  CHECK(answers->at(0).record == 5);
  CHECK(answers->at(1).outcome == "refused");
  CHECK(answers->at(1).broken == std::vector<std::string>{"once"});
  for (const std::string& text : {
           job(first + "," + second, std::string(64, 'b')),
           job(first),
           job(first + "," + first),
           job(first + R"(,{"position": 2, "index": 6, "outcome": "accepted"})"),
           job(first + R"(,{"position": 1, "index": 6, "outcome": "lost"})"),
           job(first + R"(,{"position": 1, "index": -6, "outcome": "accepted"})"),
           job(first + ",5"),
           R"({"captureID": ")" + kHash + R"("})",
       }) {
    CHECK_MESSAGE(!answers_of(json_of(text), seal()), text);
  }
}
