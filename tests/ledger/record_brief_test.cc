#include "record_brief.h"

#include "ledger/disclosure.h"
#include "ledger/private_values.h"
#include "ledger/seal_samples.h"

// The quick reading of a record against parse_record().
namespace nianlun::testing {
namespace {

constexpr std::string_view kHash =
    "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789";

Record sample_record(Outcome outcome) {
  Record record;
  record.event_hash = sha256("event");
  record.seal = sha256("seal");
  record.proofs = sha256("proofs");
  record.position = 3;
  record.time_ms = kSampleTime;
  record.verdict.outcome = outcome;
  record.salt = base64url(std::string(16, 'a'));
  if (outcome == Outcome::kAccepted) return record;
  record.profile = "bench@2";
  record.verdict.step = "bench/made";
  record.verdict.broken = {"state", "late"};
  record.prior = {7, kNoRecord};
  return record;
}

std::vector<Buffer> samples() {
  const Buffer event =
      R"({"a":[1,{"x":-2.5},null,true,false],"b":"年轮 \u007f","c":0.00001,"d":{},"e":[]})";
  const Buffer plain =
      R"({"a":[1,{"x":-2.5},null,true,false],"b":"年轮","c":0.00001,"d":{},"e":[]})";
  std::vector<Buffer> all;
  for (const Outcome outcome : {Outcome::kAccepted, Outcome::kDisputed, Outcome::kRefused}) {
    all.push_back(record_bytes(sample_record(outcome), plain));
    all.push_back(record_bytes(sample_record(outcome), event));
  }
  return all;
}

Record around(std::string_view event) {
  Record record = sample_record(Outcome::kAccepted);
  record.event_hash = leaf_hash(event);
  return record;
}

/// Whatever the quick reading says, the parser says too, whatever was read before.
void check_agreement(BriefReader& reader, const Buffer& bytes) {
  const auto brief = reader.read_plain(bytes);
  if (!brief) return;
  const auto record = parse_record(bytes);
  REQUIRE_MESSAGE(record.has_value(), bytes);
  CHECK(brief->event_hash == record->event_hash);
  CHECK(brief->seal == record->seal);
  CHECK(brief->proofs == record->proofs);
  CHECK(brief->position == record->position);
  CHECK(brief->time_ms == record->time_ms);
  CHECK(brief->outcome == record->verdict.outcome);
  CHECK(brief->broken == record->verdict.broken);
}

bool is_plain(std::string_view event) {
  return BriefReader().read_plain(record_bytes(around(event), event)).has_value();
}

}  // namespace

TEST_CASE("a plain record is read without a tree, and the same as by the parser") {
  BriefReader reader;
  int plain = 0;
  for (const Buffer& bytes : samples()) {
    plain += reader.read_plain(bytes).has_value() ? 1 : 0;
    check_agreement(reader, bytes);
  }
  CHECK(plain == 4);  // three without an escape, and the one whose event was refused
}

TEST_CASE(
    "whatever is changed, left out or put in, the quick reading takes nothing that is not a "
    "record") {
  constexpr std::string_view kPut = "\"\\{}[],:0159.-eEn \x01\x7f\x80\xC3\xED\xF0\xFFzA";
  BriefReader reader;
  for (const Buffer& bytes : samples()) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      CAPTURE(at);
      check_agreement(reader, bytes.substr(0, at));
      check_agreement(reader, Buffer(bytes).erase(at, 1));
      for (const char put : kPut) {
        Buffer changed = bytes;
        changed[at] = put;
        check_agreement(reader, changed);
        check_agreement(reader, Buffer(bytes).insert(at, 1, put));
      }
    }
  }
}

TEST_CASE("what is not plainly canonical is left to the parser") {
  BriefReader reader;
  for (const std::string_view event :
       {R"({"a":1,"b":2})", R"({"a":-1.25})", R"({"a":0.000001})", R"({"a":"é年😀"})",
        R"({"a":123456789012345})", R"({"a":[[[]]]})"}) {
    CAPTURE(event);
    CHECK(is_plain(event));
    check_agreement(reader, record_bytes(around(event), event));
  }
  for (const std::string_view event :
       {R"({"b":1,"a":2})", R"({"a":1,"a":1})", R"({"a":-0})", R"({"a":01})", R"({"a":1.0})",
        R"({"a":1e3})", R"({"a":0.0000001})", R"({"a":1.})", R"({"a":-})", R"({"a":"\n"})",
        R"({"é":1})", R"({"a":1234567890123456})", R"({"a": 1})", R"({"a":tru})", R"([])",
        "{\"a\":\"\xC0\x80\"}", "{\"a\":\"\xED\xA0\x80\"}", "{\"a\":\"\xF4\x90\x80\x80\"}",
        "{\"a\":\"\xE5\xB9\"}"}) {
    CAPTURE(event);
    CHECK_FALSE(is_plain(event));
  }
  Buffer upper = record_bytes(around("{}"), "{}");
  upper.replace(upper.find(hex(sha256("seal"))), kHash.size(), "A" + Buffer(kHash.substr(1)));
  CHECK_FALSE(BriefReader().read_plain(upper).has_value());
  CHECK_FALSE(BriefReader().read(upper));
  const Buffer deep = R"({"a":)" + Buffer(40, '[') + Buffer(40, ']') + "}";
  CHECK_FALSE(is_plain(deep));
  CHECK(BriefReader().read(record_bytes(around(deep), deep)));
}

}  // namespace nianlun::testing
