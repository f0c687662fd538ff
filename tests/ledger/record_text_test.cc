#include "record_text.h"

#include <doctest/doctest.h>

#include "canonical_text.h"
#include "ledger/profile.h"
#include "small_ledger.h"
#include "state_store.h"
#include "temporary_folder.h"

namespace nianlun {
namespace {

using testing::good;

const std::string kText =
    R"({"a":{"b":"x, \"position\": {[","b.c":[1]},"a.b":{"c":-1.5},"e":[],"list":["}",2],)"
    R"("n":null,"one":[{"id":"q"}],"q\"k":"quoted","s":"back\\","t":true,"u":"年"})";

Record sample_record() {
  Record record;
  record.event = good(Json::parse(kText));
  record.position = 3;
  record.prior = {7, kNoRecord};
  record.time_ms = 1'777'622'400'000;
  record.profile = "library@1";
  record.salt = "AAAAAAAAAAAAAAAAAAAAAA";
  record.verdict = {Outcome::kDisputed, "library/lent", {"due-soon", "order"}};
  return record;
}

}  // namespace

TEST_CASE("a member is found in canonical text where it is found in the value") {
  const Json json = good(Json::parse(kText));
  REQUIRE(good(canonical(json)) == kText);
  for (const char* path : {"a", "a.b", "a.b.c", "a.b.c.d", "b", "e", "list", "n", "one", "q\"k",
                           "s", "t", "u", "", "a.", ".a", "position", "x"}) {
    CAPTURE(path);
    const Json* expected = at_path(json, path);
    const auto found = text_at_path(kText, path);
    CHECK(found.has_value() == (expected != nullptr));
    if (found && expected != nullptr) CHECK(*found == expected->dump());
  }
  CHECK(string_of(*member_text(kText, "s")) == "back\\");
  CHECK(string_of(*member_text(kText, "u")) == "年");
  CHECK(string_of("7").empty());
  CHECK(member_text(*only_element(*member_text(kText, "one")), "id") == R"("q")");
  CHECK(!only_element(*member_text(kText, "list")));
  CHECK(!only_element(*member_text(kText, "e")));
  CHECK(!only_element(kText));
  CHECK(!member_text("[]", "a"));
}

TEST_CASE("text that is cut off is not read beyond its end") {
  for (std::size_t length = 0; length < kText.size(); ++length) {
    const std::vector<char> part(kText.begin(),
                                 kText.begin() + static_cast<std::ptrdiff_t>(length));
    const Bytes text(part.data(), part.size());
    CHECK(!member_text(text, "v"));
    CHECK(!only_element(text));
    CHECK(value_end(text, 0) == Bytes::npos);
  }
  CHECK(!member_text("{\"", "a"));
  CHECK(string_of("\"").empty());
}

TEST_CASE("a record is cut into what a parser finds in it") {
  const Record record = sample_record();
  const Buffer bytes = record_bytes(record, kText);
  const RecordText text = good(cut_record(bytes));
  CHECK(text.event == kText);
  CHECK(text.profile == R"("library@1")");
  CHECK(text.record_time == R"("2026-05-01T08:00:00.000Z")");
  CHECK(text.outcome == R"("disputed")");
  CHECK(text.step == R"("library/lent")");
  CHECK(text.broken == record.verdict.broken);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    if (const auto cut = cut_record(Bytes(bytes).substr(0, length))) {
      CHECK(length == bytes.size() - 1);  // the record's own brace
    }
  }
}

TEST_CASE("a refused record and one of the registry show what they have") {
  Record record = sample_record();
  record.verdict = {Outcome::kRefused, "", {}};
  record.profile.clear();
  const Buffer bytes = record_bytes(record, {});
  const RecordText text = good(cut_record(bytes));
  CHECK(text.event.empty());
  CHECK(text.profile.empty());
  CHECK(text.step.empty());
  CHECK(text.broken.empty());
  CHECK(text.outcome == R"("refused")");
}

TEST_CASE("entries of many prefixes are visited alike in a database and in what lies over it") {
  const testing::TemporaryFolder folder;
  std::shared_ptr<Database> database =
      good(Database::open({.directory = folder.path() / "db", .create_if_missing = true}));
  WriteBatch batch;
  for (const char* key : {"a1", "a2", "b", "c1", "e1", "e2", "f"}) batch.put(key, "");
  REQUIRE(database->write(batch, Sync::kNo));
  const DatabaseView view(database);
  StateOverlay overlay(view);
  const std::vector<Buffer> prefixes = {"0", "a", "c", "d", "e", "z"};
  for (const StateView* one :
       {static_cast<const StateView*>(&view), static_cast<const StateView*>(&overlay)}) {
    std::string seen;
    const auto each = [&](Bytes key, Bytes) {
      seen.append(key).append(" ");
      return key != "e1";
    };
    CHECK(one->scan_prefixes(prefixes, each));
    CHECK(seen == "a1 a2 c1 e1 ");
    CHECK(one->scan_prefixes({}, each));
    CHECK(seen == "a1 a2 c1 e1 ");
  }
}

}  // namespace nianlun
