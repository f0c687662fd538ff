#include "import_mapping.h"

#include <doctest/doctest.h>

#include <string>

using namespace nianlun;

namespace {

const std::string kDomain = "https://id.example.org";

Json json_of(std::string_view text) {
  auto json = Json::parse(text);
  REQUIRE(json.has_value());
  return *std::move(json);
}

// A mapping with one import, of these members besides the mandatory ones.
Result<ImportMapping> mapping_of(const std::string& members, const std::string& items = "{}") {
  return parse_mapping(json_of(
      R"({"profile": "library", "imports": [{"file": "t.csv", "step": "lent", "by": "desk",)"
      R"("time": "{at}", "items": )" +
      items + members + "}]}"));
}
ImportEntry entry_of(const std::string& members, const std::string& items = "{}") {
  auto mapping = mapping_of(members, items);
  REQUIRE_MESSAGE(mapping.has_value(), mapping.error().message);
  return mapping->entries.front();
}

CsvTable table_of(std::string text) {
  auto table = parse_csv(std::move(text));
  REQUIRE(table.has_value());
  return *std::move(table);
}

const CsvTable& loans() {
  static const CsvTable kLoans = table_of(
      "at,book,load,state,paid,note\n"
      "2026-03-01T08:00:00+08:00,1,A,out,2.50,\n"
      "2026-03-01T09:00:00+08:00,2,A,out,,late\n"
      "2026-03-01T10:00:00-05:30,1,B,back,3,\n"
      "2026-03-02T08:00:00Z,2,A,out,x,torn\n");
  return kLoans;
}

std::vector<std::vector<std::size_t>> lines_of(const ImportEntry& entry) {
  auto events = event_rows(entry, loans());
  REQUIRE_MESSAGE(events.has_value(), events.error().message);
  std::vector<std::vector<std::size_t>> lines;
  for (const EventRows& rows : *events) {
    lines.emplace_back();
    for (const CsvTable::Row* row : rows) lines.back().push_back(row->line);
  }
  return lines;
}

Result<StepRequest> request_of(const ImportEntry& entry, const std::vector<std::size_t>& rows) {
  EventRows chosen;
  for (const std::size_t row : rows) chosen.push_back(&loans().rows[row]);
  return step_request(entry, loans(), chosen, kDomain);
}

// The value that a pattern becomes for rows of the table; "" where it is left out.
std::string value_of(const std::string& pattern, const std::vector<std::size_t>& rows = {0}) {
  const auto request = request_of(
      entry_of(",\"values\":{\"v\":" + pattern + "}", R"({"epcList": "{domain}/book/{book}"})"),
      rows);
  REQUIRE_MESSAGE(request.has_value(), request.error().message);
  return request->values.empty() ? "" : request->values.front().second.dump();
}

void refuses(const Result<StepRequest>& request, std::string_view message,
             const Arguments& arguments) {
  REQUIRE(!request.has_value());
  CHECK(request.error().message == message);
  CHECK(request.error().arguments == arguments);
}

}  // namespace

TEST_CASE("a value is made of a row as its form says") {
  CHECK(value_of(R"("{domain}/b/{book}, {load}")") == R"("https://id.example.org/b/1, A")");
  CHECK(value_of(R"("plain")") == R"("plain")");
  CHECK(value_of(R"("{book}{note}")") == "");
  CHECK(value_of(R"({"number": "{paid}"})") == "2.50");
  CHECK(value_of(R"({"number": "{paid}"})", {1}) == "");
  CHECK(value_of(R"({"count": "epcList"})", {0, 1, 2}) == "2");
  CHECK(value_of(R"({"each": "{note}"})", {0, 1, 3}) == R"(["late","torn"])");
  CHECK(value_of(R"({"each": "{note}"})", {0}) == "");
  CHECK(value_of(R"({"id": "{load}", "note": "{note}", "n": 7, "t": true})") ==
        R"({"id":"A","n":7,"t":true})");
  CHECK(value_of(R"({"id": "{note}"})") == "");
  CHECK(value_of(R"(["{note}", {"number": "{book}"}, "x"])") == R"([1,"x"])");
  CHECK(value_of(R"(["{note}"])") == "");
  CHECK(value_of("4") == "4");
  CHECK(value_of(R"("{line}-{book}")", {1}) == R"("3-2")");
  CHECK(value_of(R"({"geo": ["{book}.123456789", "-{paid}"]})") == R"("geo:1.1234567,-2.50")");
  CHECK(value_of(R"({"geo": ["{book}", "{note}"]})") == "");
}

TEST_CASE("each row of an event puts its item in once, and the time is the first row's") {
  const ImportEntry entry = entry_of("", R"({"epcList": "{domain}/book/{book}",
      "quantityList": {"epcClass": "c", "quantity": {"number": "{paid}"}},
      "childEPCs": "{note}"})");
  const auto request = request_of(entry, {0, 1, 2});
  REQUIRE(request.has_value());
  CHECK(request->step == "lent");
  CHECK(request->time_ms == 1'772'323'200'000);
  CHECK(request->zone_offset_minutes == 480);
  CHECK(request->items.at("epcList").size() == 2);
  CHECK(request->items.at("quantityList").size() == 3);
  CHECK(request->items.at("childEPCs").size() == 1);
  CHECK(request_of(entry, {2})->zone_offset_minutes == -330);
  CHECK(request_of(entry_of(""), {3})->zone_offset_minutes == 0);
  CHECK(request_of(entry, {0})->items.contains("childEPCs") == false);
}

TEST_CASE("rows are taken by `where` and become one event by `group`, in the order of the table") {
  using Lines = std::vector<std::vector<std::size_t>>;
  CHECK(lines_of(entry_of("")) == Lines{{2}, {3}, {4}, {5}});
  CHECK(lines_of(entry_of(R"(,"where":{"state":{"is":["back","gone"]}})")) == Lines{{4}});
  CHECK(lines_of(entry_of(R"(,"where":{"state":{"not":["back"]},"book":{"is":["2"]}})")) ==
        Lines{{3}, {5}});
  CHECK(lines_of(entry_of(R"(,"group":["load"])")) == Lines{{2, 3, 5}, {4}});
  CHECK(lines_of(entry_of(R"(,"group":["load","book"])")) == Lines{{2}, {3, 5}, {4}});
  CHECK(lines_of(entry_of(R"(,"where":{"state":{"is":[]}})")) == Lines{});
}

TEST_CASE("a column that the table lacks is named, wherever the mapping uses it") {
  for (const std::string members :
       {R"(,"where":{"shelf":{"is":["x"]}})", R"(,"group":["shelf"])"}) {
    const auto events = event_rows(entry_of(members), loans());
    REQUIRE(!events.has_value());
    CHECK(events.error().message == "import.no-column");
    CHECK(events.error().arguments == Arguments{{"column", "shelf"}});
  }
  refuses(request_of(entry_of("", R"({"epcList":"{shelf}"})"), {0}), "import.no-column",
          {{"column", "shelf"}});
  refuses(request_of(entry_of(R"(,"values":{"a":[{"b":"{shelf}"}]})"), {0}), "import.no-column",
          {{"column", "shelf"}});
}

TEST_CASE("a row of which no event can be made says why") {
  refuses(request_of(entry_of(R"(,"values":{"n":{"number":"{paid}"}})"), {3}), "import.no-number",
          {{"text", "x"}});
  refuses(request_of(entry_of(R"(,"values":{"n":{"number":5}})"), {0}), "import.wrong-member",
          {{"pointer", "/number"}});
  refuses(request_of(entry_of(R"(,"values":{"n":{"count":"childEPCs"}})"), {0}),
          "import.wrong-member", {{"pointer", "/count"}});
  refuses(request_of(entry_of(R"(,"values":{"n":"{book"})"), {0}), "import.open-brace",
          {{"pointer", "{book"}});
  refuses(request_of(entry_of(R"(,"values":{"n":{"geo":["{book}"]}})"), {0}), "import.wrong-member",
          {{"pointer", "/geo"}});
  CHECK(!request_of(entry_of(R"(,"values":{"n":{"geo":["{book}","{load}"]}})"), {0}).has_value());
  CHECK(!request_of(entry_of(R"(,"values":{"n":{"geo":["91","0"]}})"), {0}).has_value());
  ImportEntry entry = entry_of("");
  entry.time = "{note}";
  refuses(request_of(entry, {0}), "import.no-time", {{"pointer", "{note}"}});
  entry.time = "{book}";
  CHECK(!request_of(entry, {0}).has_value());
}

TEST_CASE(
    "a mapping with a member that is missing, unknown or of another form is refused by pointer") {
  struct Row {
    std::string members, pointer;
  };
  for (const Row& row : {
           Row{R"(,"were":{})", "/imports/0/were"},
           Row{R"(,"a/b":{})", "/imports/0/a~1b"},
           Row{R"(,"where":[])", "/imports/0/where"},
           Row{R"(,"where":{"state":{}})", "/imports/0/where/state"},
           Row{R"(,"where":{"state":{"are":["x"]}})", "/imports/0/where/state"},
           Row{R"(,"where":{"state":{"is":["x"],"not":["y"]}})", "/imports/0/where/state"},
           Row{R"(,"where":{"state":{"is":"x"}})", "/imports/0/where/state/is"},
           Row{R"(,"group":"load")", "/imports/0/group"},
           Row{R"(,"with":[1])", "/imports/0/with"},
           Row{R"(,"values":[])", "/imports/0/values"},
       }) {
    const auto mapping = mapping_of(row.members);
    REQUIRE_MESSAGE(!mapping.has_value(), row.members);
    CHECK(mapping.error().message == "import.wrong-member");
    CHECK(mapping.error().arguments == Arguments{{"pointer", row.pointer}});
  }
  const auto missing = [](std::string_view text) {
    const auto mapping = parse_mapping(json_of(text));
    REQUIRE(!mapping.has_value());
    CHECK(mapping.error().message == "import.missing-member");
    return mapping.error().arguments.front().second;
  };
  CHECK(missing("{}") == "/profile");
  CHECK(missing(R"({"profile":"p"})") == "/imports");
  CHECK(missing(R"({"profile":"p","imports":[{"file":"f"}]})") == "/imports/0/step");
  CHECK(missing(R"({"profile":"p","imports":[{"file":"f","step":"s","by":"b","time":"t"}]})") ==
        "/imports/0/items");
}
