// What `profile check` finds by reading alone: each mistake in a sound profile is found.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "ledger/messages.h"
#include "ledger/profile_check.h"

namespace {

using nianlun::Json;

const std::vector<std::string> kLanguages = {"zh", "en"};

std::string library() {
  const std::string folder(NIANLUN_SOURCE_DIR);
  std::ifstream in(folder + "/tests/scenario/library/profile/library.json");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return text;
}

std::vector<nianlun::Finding> findings_of(const std::string& text) {
  const auto json = Json::parse(text);
  REQUIRE(json);
  const auto profile = nianlun::parse_profile(*json);
  REQUIRE(profile);
  return nianlun::check_profile(**profile, kLanguages);
}

/// The library's profile with its first `what` replaced.
std::string with(const std::string& what, const std::string& by) {
  std::string text = library();
  const std::size_t at = text.find(what);
  REQUIRE_MESSAGE(at != text.npos, what);
  return text.replace(at, what.size(), by);
}

TEST_CASE("a profile that holds together has no findings") {
  CHECK(findings_of(library()).empty());
}

TEST_CASE("each mistake in a profile is found") {
  struct Row {
    const char* what;
    const char* by;
    const char* message;
    const char* pointer;
  };
  const Row rows[] = {
      {R"("librarian": {"en": "librarian", "zh": "馆员"})", R"("librarian": {"en": "librarian"})",
       "check.no-text", "/roles/librarian"},
      {R"(, "gone": "closed")", "", "check.no-verdict", "/kinds/book/verdict"},
      {R"("roles": ["cashier"])", R"("roles": ["librarian"])", "check.unused-role",
       "/roles/cashier"},
      {R"("roles": ["cashier"])", R"("roles": [])", "check.nobody", "/steps/paid-in/roles"},
      {R"("zh": "已剔除", "end": true})", R"("zh": "已剔除"})", "check.dead-end",
       "/kinds/book/states/gone"},
      {R"("to": "gone")", R"("to": "shelved")", "check.unreachable", "/kinds/book/states/gone"},
      {R"("from": "nianlun:title")", R"("from": "nianlun:titel")", "check.never-set",
       "/kinds/book/attributes/title"},
      {R"({nianlun:title} bought)", R"({nianlun:price} bought)", "check.private-text",
       "/steps/bought/say"},
      {R"({"var": "event.nianlun:due"})", R"({"var": "event.nianlun:reader"})",
       "check.private-fact", "/steps/lent/guards"},
      {R"(item.attributes.due)", R"(item.attributes.dew)", "check.unknown-attribute",
       "/steps/brought-back/guards"},
      {R"(item.attributes.due)", R"(thing.due)", "check.unknown-fact",
       "/steps/brought-back/guards"},
      {R"("action": "DELETE",
        "bizStep": "decommissioning",
        "disposition": "inactive")",
       R"("action": "OBSERVE", "bizStep": "nianlun:lending", "disposition": "in_progress")",
       "check.ambiguous", "/steps/lent/event"},
      {R"("id": "in-time")", R"("id": "state")", "check.guard-twice", "/steps/brought-back/guards"},
      {R"("cosigned": {"roles": ["librarian"]})", R"("cosigned": {"roles": ["boss"]})",
       "check.unknown-role", "/steps/withdrawn/guards"},
      {R"("in": "epcList", "kind": "book", "from": ["lent"])",
       R"("in": "nianlun:books", "kind": "book", "from": ["lent"])", "check.private-item",
       "/steps/brought-back/items"},
      {R"("public": ["bizLocation"],)",
       R"("public": ["bizLocation"], "values": {"nianlun:due": {"never": {"en": "never"}}},)",
       "check.no-text", "/values/nianlun:due/never"},
      {R"("public": ["bizLocation"],)",
       R"("public": ["bizLocation"], "values": {"nianlun:reader": {}},)", "check.private-values",
       "/values/nianlun:reader"},
      {R"("required": ["nianlun:reason"],)",
       R"("evidence": [{"member": "nianlun:photo", "name": {"en": "Photo", "zh": "照片"},
                        "reason": {"en": "To see it", "zh": "用于查看"}}],)",
       "check.private-evidence", "/steps/withdrawn/evidence"},
      {R"("required": ["nianlun:reason"],)",
       R"("evidence": [{"member": "bizLocation", "name": {"en": "Place", "zh": "地点"},
                        "reason": {"en": "To find it"}}],)",
       "check.no-text", "/steps/withdrawn/evidence"},
      {R"("cosigned": {"roles": ["librarian"]})", R"("evidence": {})", "check.no-evidence",
       "/steps/withdrawn/guards"},
      {R"("cosigned": {"roles": ["librarian"]})", R"("listed": {"value": "bizLocation"})",
       "check.no-values", "/steps/withdrawn/guards"},
      {R"("cosigned": {"roles": ["librarian"]})",
       R"("when": {"var": "event.nianlun:reason"}, "cosigned": {"roles": ["librarian"]})",
       "check.private-fact", "/steps/withdrawn/guards"},
      {R"("cosigned": {"roles": ["librarian"]})",
       R"("answered": {"step": "lent", "since": "lost", "by": "title"})", "check.unknown-step",
       "/steps/withdrawn/guards"},
      {R"("cosigned": {"roles": ["librarian"]})", R"("addressed": {"by": "nianlun:reader"})",
       "check.private-fact", "/steps/withdrawn/guards"},
      {R"("lot": true,)", R"("lot": true, "recalled": {"en": "Blocked"},)", "check.no-text",
       "/kinds/deposit/recalled"},
  };
  for (const Row& row : rows) {
    const auto findings = findings_of(with(row.what, row.by));
    const bool found = std::ranges::any_of(findings, [&](const nianlun::Finding& finding) {
      return finding.message == row.message && finding.pointer == row.pointer;
    });
    CHECK_MESSAGE(found, row.message);
  }
}

TEST_CASE("a scenario draws nothing where nothing is asked, and names a step that there is") {
  const auto profile = nianlun::parse_profile(*Json::parse(library()));
  REQUIRE(profile);
  const auto error_of = [&](const std::string& draw) {
    const auto json = Json::parse(R"({"names": {"book": "{domain}/book/{}"},
      "actors": {"desk": {"party": "x", "roles": ["librarian"]}},
      "events": [{"by": "desk", "step": "lent", "draw": )" +
                                  draw + "}]}");
    REQUIRE(json);
    const auto played = nianlun::run_scenarios(**profile, {{"draw.json", *json}});
    return played ? std::string() : played.error().message;
  };
  CHECK(error_of(R"({"as": "one", "of": "@book:1..9", "step": "lent"})") == "check.scenario-draw");
  CHECK(error_of(R"({"as": "one", "of": "@book:1..9", "step": "sold"})") == "check.scenario-step");
}

TEST_CASE("a finding is told in both languages") {
  const auto profile = nianlun::parse_profile(*Json::parse(library()));
  REQUIRE(profile);
  const std::vector<nianlun::Finding> findings = {{"/roles/x", "check.unused-role", {}}};
  CHECK(nianlun::check_text(**profile, findings, nullptr, "en") ==
        "/roles/x: nothing asks for this role\nlibrary@1 does not hold together\n");
  CHECK(nianlun::check_text(**profile, {}, nullptr, "zh") == "library@1 成立\n");
  const Json json = nianlun::check_json(**profile, findings, nullptr);
  CHECK(json.dump() == R"({"profile":"library@1","holds":false,"findings":[{"pointer":"/roles/x",)"
                       R"("message":"check.unused-role","arguments":{}}]})");
}

}  // namespace
