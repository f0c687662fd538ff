#include "ledger/record.h"

#include "ledger/disclosure.h"
#include "ledger/private_values.h"
#include "ledger/seal_samples.h"

namespace nianlun::testing {
namespace {

Record sample_record(const CaptureEvent& event) {
  Record record;
  record.event = event.event;
  record.event_hash = event.hash;
  record.seal = sha256("seal");
  record.proofs = sha256("proofs");
  record.position = 3;
  record.time_ms = kSampleTime;
  record.profile = "forest@2";
  record.verdict = {Outcome::kDisputed, "forest/planted", {"state", "late"}};
  record.prior = {7, kNoRecord};
  record.salt = base64url(std::string(16, 'a'));
  return record;
}

}  // namespace

TEST_CASE("a record is read as it was written") {
  const CaptureEvent event = captured({sample_event("1")})[0];
  const Record record = sample_record(event);
  const Buffer bytes = record_bytes(record, event.bytes);
  CHECK(canonical(Json::parse(bytes).value()).value() == bytes);
  CHECK(record_hash(bytes) == sha256(bytes));
  CHECK(record_leaf(bytes) == leaf_hash(sha256(bytes).view()));
  const auto read = parse_record(bytes);
  REQUIRE(read);
  CHECK(canonical(read->event).value() == event.bytes);
  CHECK(read->event_hash == event.hash);
  CHECK(read->seal == record.seal);
  CHECK(read->proofs == record.proofs);
  CHECK(read->position == 3);
  CHECK(read->time_ms == kSampleTime);
  CHECK(read->profile == "forest@2");
  CHECK(read->verdict == record.verdict);
  CHECK(read->prior == record.prior);
  CHECK(read->salt == record.salt);
}

TEST_CASE("a refused record keeps the hash of its event alone") {
  const CaptureEvent event = captured({sample_event("1")})[0];
  Record record = sample_record(event);
  record.verdict = {Outcome::kRefused, "", {}};
  record.profile.clear();
  const Buffer bytes = record_bytes(record, event.bytes);
  CHECK(bytes.find("inspecting") == Buffer::npos);
  const auto read = parse_record(bytes);
  REQUIRE(read);
  CHECK(read->event.is_null());
  CHECK(read->event_hash == event.hash);
  CHECK(read->profile.empty());
}

TEST_CASE("bytes that record_bytes() would not write are damaged") {
  const CaptureEvent event = captured({sample_event("1")})[0];
  const Buffer bytes = record_bytes(sample_record(event), event.bytes);
  for (std::size_t length = 0; length < bytes.size(); length += 31) {
    CHECK(parse_record(Bytes(bytes).substr(0, length)).error().code == ErrorCode::kCorrupted);
  }
  CHECK(!parse_record(bytes + " "));
  CHECK(!parse_record(Json::parse(bytes).value().dump() + "\n"));
  const auto with = [&](const char* member, Json value) {
    Json json = Json::parse(bytes).value();
    json.set(member, std::move(value));
    return parse_record(canonical(json).value()).has_value();
  };
  CHECK(with("position", 4));
  CHECK(!with("position", -1));
  CHECK(!with("v", 2));
  CHECK(!with("more", 1));
  CHECK(!with("seal", "00"));
  CHECK(!with("rules", Json::number("4294967297")));
  CHECK(!with("recordTime", "2026-05-01T08:00:00Z"));
  CHECK(!with("prior", Json::Array{Json(-1)}));
  CHECK(!with("verdict", Json::Object{{"outcome", Json("perhaps")}}));
}

TEST_CASE("private members leave an event, and come back by their digests alone") {
  Json event = sample_event("1");
  event.set("readPoint", Json::Object{{"id", Json("geo:40.1,116.5")}})
      .set("nianlun:due", "2026-06-01")
      .set("nianlun:price", 12)
      .set("ilmd", Json::Object{{"nianlun:lot", Json("A")}, {"nianlun:grower", Json("Li")}});
  const auto is_public = [](std::string_view path) {
    return path == "nianlun:due" || path == "ilmd.nianlun:lot";
  };
  char salt = 'a';
  const auto split = split_private(event, is_public, [&] { return Buffer(16, salt++); }).value();
  CHECK(split.disclosures.size() == 3);
  CHECK(split.event.find("nianlun:price") == nullptr);
  CHECK(split.event.find("readPoint") == nullptr);
  CHECK(split.event.text("nianlun:due") == "2026-06-01");
  CHECK(split.event.find("ilmd")->text("nianlun:lot") == "A");
  CHECK(split.event.find("ilmd")->find("nianlun:grower") == nullptr);
  CHECK(digests_of(split.event).size() == 3);
  CHECK(!private_in_clear(split.event, is_public));
  CHECK(private_in_clear(event, is_public) == "readPoint");

  const auto find = [&](std::string_view digest) -> std::optional<std::string> {
    for (const std::string& encoded : split.disclosures) {
      if (disclosure_digest(encoded) == digest) return encoded;
    }
    return std::nullopt;
  };
  const Json merged = merge_private(split.event, find).value();
  CHECK(canonical(merged).value() == canonical(event).value());
  const auto nothing = [](std::string_view) { return std::optional<std::string>(); };
  CHECK(merge_private(split.event, nothing).value() == split.event);
  Json both = split.event;
  both.set("nianlun:price", 13);
  CHECK(merge_private(both, find).error().message == "private.member-twice");
  CHECK(!split_private(Json("text"), is_public, [] { return Buffer(16, 'a'); }));
}

TEST_CASE("structural members are always in clear, all others ask") {
  for (const char* member : {"type", "epcList", "parentID", "nianlun:sd", "eventTime"}) {
    CHECK(is_structural(member));
  }
  for (const char* member : {"readPoint", "bizLocation", "sourceList", "nianlun:due", "", "typ"}) {
    CHECK(!is_structural(member));
  }
}

}  // namespace nianlun::testing
