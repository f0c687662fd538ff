#include "ledger/epcis.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "ledger/capture.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

const std::filesystem::path kOpenEpcis =
    "epcis/openepcis+openepcis-test-resources/core/src/main/resources/2.0/EPCIS/JSON/Capture";
const std::filesystem::path kHashes = "epcis/RalphTro+epcis-event-hash-generator";

/// The JSON files below a folder of the vectors, in order of their names.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(vectors() / folder)) {
    const auto extension = entry.path().extension();
    if (extension == ".json" || extension == ".jsonld") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

Json json_of(const std::filesystem::path& file) { return Json::parse(read_file(file)).value(); }

std::set<std::string> rejected_in(const std::filesystem::path& folder) {
  std::set<std::string> rejected;
  for (const auto& file : files_in(folder)) {
    if (!validate_document(json_of(file))) rejected.insert(file.filename());
  }
  return rejected;
}

Json object_event() {
  return Json::parse(R"({"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
      "type": "ObjectEvent", "eventTime": "2026-05-01T08:00:00Z", "eventTimeZoneOffset": "+08:00",
      "action": "ADD", "epcList": ["https://id.gs1.org/01/09506000134352/21/7"]})")
      .value();
}

/// The pointer that the error names, or "holds".
std::string pointer_of(const Result<void>& result) {
  if (result) return "holds";
  for (const auto& [name, value] : result.error().arguments) {
    if (name == "pointer") return value;
  }
  return "no pointer";
}

std::string standard_on(const char* type, const char* members) {
  Json event = object_event();
  event.erase("epcList");
  event.set("type", type);
  const Json more = Json::parse(members).value();
  for (const Json::Member& member : more.object()) {
    event.set(member.name, member.value);
  }
  REQUIRE(validate_event(event).has_value());
  return pointer_of(check_standard(event));
}

}  // namespace

TEST_CASE("OpenEPCIS's documents are judged as the ratified schema judges them") {
  CHECK(files_in(kOpenEpcis / "Documents").size() == 38);
  // These two have reports of sensors without a type or with one that is in no list.
  CHECK(rejected_in(kOpenEpcis / "Documents") ==
        std::set<std::string>{"SensorData_with_combined_events.json",
                              "TransactionEvent_with_userExtensions.json"});
  CHECK(files_in(kOpenEpcis / "Invalid").size() == 15);
  CHECK(rejected_in(kOpenEpcis / "Invalid").size() == 15);
  const auto events = files_in(kOpenEpcis / "Events");
  CHECK(events.size() == 5);
  for (const auto& file : events) {
    CAPTURE(file.filename().string());
    CHECK(validate_bare_event(json_of(file)).has_value());
    Json without = json_of(file);
    REQUIRE(without.erase("@context"));
    CHECK(validate_event(without).has_value());
    CHECK(!validate_bare_event(without));
  }
}

TEST_CASE("the documents of the event hash's authors are valid") {
  CHECK(files_in(kHashes / "expected-2026/docs").size() == 25);
  CHECK(rejected_in(kHashes / "expected-2026/docs").empty());
  CHECK(files_in(kHashes / "tests/examples").size() == 22);
  CHECK(rejected_in(kHashes / "tests/examples").empty());
}

TEST_CASE("a fault is named by its place") {
  REQUIRE(pointer_of(validate_event(object_event())) == "holds");
  const auto with = [](const char* name, const char* value) {
    Json event = object_event();
    event.set(name, Json::parse(value).value());
    return pointer_of(validate_event(event));
  };
  CHECK(with("action", "\"MOVE\"") == "/action");
  CHECK(with("bizStep", "\"transforming\"") == "/bizStep");
  CHECK(with("bizStep", "\"shipping\"") == "holds");
  CHECK(with("eventTime", "\"2026-05-01\"") == "/eventTime");
  CHECK(with("eventTimeZoneOffset", "\"+15:00\"") == "/eventTimeZoneOffset");
  CHECK(with("epcList", "\"urn:x:y\"") == "/epcList");
  CHECK(with("epcList", R"(["urn:x:y", "no uri"])") == "/epcList/1");
  CHECK(with("readPoint", R"({"id": 7})") == "/readPoint/id");
  CHECK(with("shade", "1") != "holds");
  CHECK(with("nianlun:shade", "1") == "holds");
  for (const char* member : {"type", "eventTime", "eventTimeZoneOffset", "action", "epcList"}) {
    Json event = object_event();
    event.erase(member);
    CHECK(pointer_of(validate_event(event)).empty());
  }
}

TEST_CASE("the text of the standard asks more than its schema") {
  const char* epc = R"({"epcList": ["https://id.gs1.org/01/09506000134352/21/7"]})";
  CHECK(standard_on("ObjectEvent", epc) == "holds");
  CHECK(standard_on("ObjectEvent", R"({"epcList": []})").empty());
  CHECK(
      standard_on("ObjectEvent", R"({"epcList": ["https://id.gs1.org/01/09506000134353/21/7"]})") ==
      "/epcList/0");
  CHECK(
      standard_on("ObjectEvent", R"({"epcList": ["https://id.gs1.org/01/09506000134352/10/7"]})") ==
      "/epcList/0");
  CHECK(standard_on("ObjectEvent", R"({"epcList": ["https://id.example.org/tree/7"]})") == "holds");
  CHECK(standard_on("ObjectEvent", R"({"quantityList": [
      {"epcClass": "https://id.gs1.org/01/09506000134352/10/7", "quantity": 5, "uom": "KGM"}]})") ==
        "holds");
  CHECK(standard_on("ObjectEvent", R"({"quantityList": [
      {"epcClass": "https://id.gs1.org/01/09506000134352/10/7", "uom": "KGM"}]})") ==
        "/quantityList/0");
  CHECK(standard_on("ObjectEvent", R"({"quantityList": [
      {"epcClass": "https://id.gs1.org/01/09506000134352/21/7", "quantity": 5}]})") ==
        "/quantityList/0/epcClass");
  const char* children = R"({"childEPCs": ["https://id.example.org/tree/7"]})";
  CHECK(standard_on("AggregationEvent", children).empty());
  CHECK(standard_on("AggregationEvent", R"({"parentID": "https://id.example.org/truck/1",
      "childEPCs": ["https://id.example.org/tree/7"]})") == "holds");
}

}  // namespace nianlun::testing
