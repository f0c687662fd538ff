#include "ledger/profile.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "vectors.h"

namespace nianlun::testing {
namespace {

constexpr const char* kLibrary = R"({
  "id": "library", "version": 3, "from": "2026-01-01T00:00:00.000Z",
  "name": {"en": "Library books", "zh": "图书"},
  "roles": {"librarian": {"en": "librarian", "zh": "馆员"}},
  "kinds": {
    "book": {
      "name": {"en": "Book", "zh": "书"}, "id": ["https://id.gs1.org/8004/", "{domain}/book/"],
      "states": {"shelved": {"en": "On the shelf", "zh": "在架"}, "lent": {"en": "Lent", "zh": "借出"},
                 "gone": {"en": "Gone", "zh": "注销", "end": true}},
      "attributes": {"title": {"from": "ilmd.nianlun:title", "en": "Title", "zh": "书名"}},
      "verdict": {"shelved": "good", "lent": "good", "gone": "closed"}}},
  "steps": {
    "lent": {
      "name": {"en": "Lent", "zh": "借出"}, "say": {"en": "Lent", "zh": "借出"},
      "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "nianlun:lending"},
      "roles": ["librarian"],
      "items": [{"in": "epcList", "kind": "book", "from": ["shelved"], "to": "lent"}],
      "public": ["nianlun:due"], "required": ["nianlun:due"], "holder": "submitter",
      "guards": [{"id": "due", "text": {"en": "No due date", "zh": "没有归还日期"}, "else": "refuse",
                  "logic": {"!!": [{"var": "event.nianlun:due"}]}}]}},
  "public": ["bizLocation"], "answers": ["librarian"],
  "corrections": {"void": {"who": "same-key", "within": "PT24H", "alone": true},
                  "later": {"roles": ["librarian"], "cosigned": true}},
  "retention": {"years": 5, "basis": {"en": "Rules", "zh": "规定"}}
})";

Json library() { return Json::parse(kLibrary).value(); }

/// The verdict when the value at `path` is replaced; an empty value takes it out.
std::string with(std::initializer_list<std::string_view> path, const char* value) {
  Json json = library();
  Json* object = &json;
  for (auto step = path.begin(); step + 1 != path.end(); ++step) {
    object = object->is_array() ? &object->array().at(std::stoul(std::string(*step)))
                                : object->find(*step);
    REQUIRE(object != nullptr);
  }
  const std::string_view name = *(path.end() - 1);
  if (*value == '\0') {
    REQUIRE(object->erase(name));
  } else {
    object->set(name, Json::parse(value).value());
  }
  const auto profile = parse_profile(json);
  return profile ? "holds" : profile.error().message;
}

}  // namespace

TEST_CASE("a profile says what its JSON says") {
  const auto parsed = parse_profile(library());
  REQUIRE(parsed);
  const Profile& profile = **parsed;
  CHECK(profile.label() == "library@3");
  CHECK(in_language(profile.text, "zh") == "图书");
  CHECK(in_language(profile.text, "fr") == "Library books");
  const Profile::Kind* book = profile.kind("book");
  REQUIRE(book != nullptr);
  CHECK(book->is_end("gone"));
  CHECK(!book->is_end("lent"));
  CHECK(book->attributes.at("title").from == "ilmd.nianlun:title");
  const Profile::Step* lent = profile.step("lent");
  REQUIRE(lent != nullptr);
  REQUIRE(lent->items.size() == 1);
  CHECK(lent->items[0].accepts("shelved"));
  CHECK(!lent->items[0].accepts("lent"));
  CHECK(lent->holder_is_submitter);
  REQUIRE(lent->guards.size() == 1);
  CHECK(lent->guards[0].refuse);
  CHECK(lent->guards[0].condition == Profile::Condition::kLogic);
  CHECK(profile.is_public(lent, "nianlun:due"));
  CHECK(!profile.is_public(nullptr, "nianlun:due"));
  CHECK(profile.is_public(nullptr, "bizLocation"));
  CHECK(profile.corrections.within_ms == 86'400'000);
  CHECK(profile.source == library());
  CHECK(profile.step("returned") == nullptr);
  CHECK(profile.kind("journal") == nullptr);
}

TEST_CASE("an identifier's kind is told by its prefix and the ledger's domain") {
  const auto profile = parse_profile(library()).value();
  const std::string_view domain = "https://id.example.org";
  CHECK(profile->kind_of("https://id.gs1.org/8004/1", domain) == profile->kind("book"));
  CHECK(profile->kind_of("https://id.example.org/book/1", domain) == profile->kind("book"));
  CHECK(profile->kind_of("https://id.example.com/book/1", domain) == nullptr);
  CHECK(profile->kind_of("https://id.example.org/boo", domain) == nullptr);
}

TEST_CASE("the profiles that come with the project parse") {
  int profiles = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(NIANLUN_SOURCE_DIR "/ledger/profiles")) {
    if (entry.path().extension() != ".json") continue;
    CAPTURE(entry.path().filename().string());
    CHECK(parse_profile(Json::parse(read_file(entry.path())).value()).has_value());
    ++profiles;
  }
  CHECK(profiles >= 2);
}

TEST_CASE("what a profile does not know, or names and does not have, is refused") {
  CHECK(with({"version"}, "3") == "holds");
  CHECK(with({"version"}, "0") == "profile.bad-version");
  CHECK(with({"id"}, "\"Library\"") == "profile.bad-id");
  CHECK(with({"from"}, "\"2026\"") == "profile.bad-from");
  CHECK(with({"name"}, "{}") == "profile.no-text");
  CHECK(with({"colour"}, "1") == "profile.unknown-member");
  for (const char* member : {"id", "version", "from", "name", "roles", "kinds", "steps"}) {
    CHECK(with({member}, "") != "holds");
  }
  CHECK(with({"private"}, R"({"nianlun:reader": {"en": "R", "subject": true}})") == "holds");
  CHECK(with({"private"}, R"({"nianlun:reader": {"subject": true}})") == "profile.no-text");
  CHECK(with({"private"}, R"({"nianlun:reader": {"en": "R", "indexed": 1}})") != "holds");
  CHECK(with({"private"}, R"({"bizLocation": {"en": "R"}})") == "profile.not-private");
  CHECK(with({"private"}, R"({"eventTime": {"en": "R"}})") == "profile.not-private");
  CHECK(with({"private"}, "[]") == "profile.no-object");
  CHECK(with({"retention", "years"}, "5.5") == "profile.bad-years");
  CHECK(with({"retention", "years"}, "-1") == "profile.bad-years");
  CHECK(with({"retention", "basis"}, "") == "profile.missing");
  CHECK(with({"retention", "after"}, R"({"attribute": "title", "years": 2})") == "holds");
  CHECK(with({"retention", "after"}, R"({"attribute": "colour", "years": 2})") ==
        "profile.unknown-attribute");
  CHECK(with({"retention", "after"}, R"({"attribute": "title"})") == "profile.bad-years");
  CHECK(with({"answers"}, "[\"reader\"]") == "profile.unknown-role");
  CHECK(with({"kinds", "book", "id"}, "[]") == "profile.no-prefix");
  CHECK(with({"kinds", "book", "verdict"}, R"({"burnt": "closed"})") == "profile.unknown-state");
  CHECK(with({"steps", "lent", "roles"}, "[\"reader\"]") == "profile.unknown-role");
  CHECK(with({"steps", "lent", "holder"}, "\"reader\"") == "profile.holder");
  CHECK(with({"steps", "lent", "items", "0", "kind"}, "\"journal\"") == "profile.unknown-kind");
  CHECK(with({"steps", "lent", "items", "0", "from"}, "[]") == "profile.no-from");
  CHECK(with({"steps", "lent", "items", "0", "to"}, "\"burnt\"") == "profile.unknown-state");
  CHECK(with({"steps", "lent", "items", "0", "balance"}, "\"up\"") == "profile.in-or-out");
  CHECK(with({"steps", "lent", "guards", "0", "else"}, "\"warn\"") == "profile.refuse-or-dispute");
  CHECK(with({"steps", "lent", "guards", "0", "logic"}, "") == "profile.no-condition");
  CHECK(with({"steps", "lent", "guards", "0", "logic"}, R"({"/": [1, 2]})") == "profile.bad-logic");
  CHECK(with({"steps", "lent", "guards", "0", "balance"}, "{}") == "profile.two-conditions");
  CHECK(with({"corrections", "void", "within"}, "\"P1M\"") == "profile.no-duration");
  CHECK(with({"values"}, R"({"nianlun:due": {"never": {"en": "never"}}})") == "holds");
  CHECK(with({"values"}, R"({"nianlun:due": {"never": "never"}})") == "profile.no-object");
  const auto evidence = [](const char* one_in) {
    return with({"steps", "lent", "evidence"},
                (std::string(R"([{"member": "nianlun:photo", "name": {"en": "Photo"},
                                  "reason": {"en": "To see it"}, "one_in": )") +
                 one_in + "}]")
                    .c_str());
  };
  CHECK(evidence("20") == "holds");
  CHECK(evidence("0") == "profile.one-in");
  CHECK(evidence("1000001") == "profile.one-in");
  CHECK(evidence("\"20\"") == "profile.one-in");
  CHECK(with({"steps", "lent", "evidence"}, R"([{"member": "nianlun:photo"}])") ==
        "profile.missing");
}

TEST_CASE("what a guard asks for is written in full or refused") {
  const auto guard = [](const char* condition) {
    const std::string text =
        R"([{"id": "x", "text": {"en": "No"}, "else": "dispute", )" + std::string(condition) + "}]";
    return with({"steps", "lent", "guards"}, text.c_str());
  };
  CHECK(guard(R"("apart": {"point": "nianlun:at", "metres": "0.3"})") == "holds");
  CHECK(guard(R"("apart": {"point": "nianlun:at", "metres": 0.3})") == "profile.no-string");
  CHECK(guard(R"("apart": {"point": "nianlun:at", "metres": "0.09"})") == "profile.distance");
  CHECK(guard(R"("apart": {"point": "nianlun:at", "metres": "100.001"})") == "profile.distance");
  CHECK(guard(R"("apart": {"point": "nianlun:at", "metres": "0.3001"})") == "profile.distance");
  CHECK(guard(R"("apart": {"metres": "1"})") == "profile.missing");
  CHECK(guard(R"("apart": {"point": "p", "metres": "1"}, "when": true)") == "profile.when-claims");
  CHECK(guard(R"("unique": {"value": "p"}, "when": true)") == "profile.when-claims");
  CHECK(guard(R"("holder": {}, "when": {"/": [1, 2]})") == "profile.bad-logic");
  CHECK(guard(R"("holder": {}, "when": {"var": "event.nianlun:due"})") == "holds");
  CHECK(guard(R"("holder": {"party": "x"})") == "profile.unknown-member");
  CHECK(guard(R"("within": {"metres": "5", "from": "a", "point": "p"})") == "holds");
  CHECK(guard(R"("within": {"metres": "5", "point": "p"})") == "profile.missing");
  CHECK(guard(R"("within": {"area": "a", "of": "o", "point": "p", "tolerance": "5"})") == "holds");
  CHECK(guard(R"("within": {"area": "a", "of": "o", "point": "p", "tolerance": "x"})") ==
        "profile.distance");
  CHECK(guard(R"("within": {"until": "a", "since": "lent"})") == "profile.unknown-member");
  CHECK(guard(R"("requires": {"step": ["lent", "lent"]})") == "holds");
  CHECK(guard(R"("requires": {"step": 1})") == "profile.no-array");
  CHECK(guard(R"("sensor": {"type": "T", "min": "1", "max": "2", "covers": "lent"})") ==
        "profile.missing");
  CHECK(guard(R"("answered": {"step": "lent", "since": "lent"})") == "profile.missing");
  CHECK(guard(R"("listed": {})") == "profile.missing");
  CHECK(guard(R"("evidence": {"all": true})") == "profile.unknown-member");
}

TEST_CASE("digits are counted at the end of a prefix, and nothing follows them") {
  Json json = library();
  Json::Array prefixes = {Json("{domain}/book/###")};
  json.find("kinds")->find("book")->set("id", std::move(prefixes));
  const auto profile = parse_profile(json).value();
  const std::string_view domain = "https://id.example.org";
  CHECK(profile->kind_of("https://id.example.org/book/123", domain) != nullptr);
  CHECK(profile->kind_of("https://id.example.org/book/12", domain) == nullptr);
  CHECK(profile->kind_of("https://id.example.org/book/1234", domain) == nullptr);
  CHECK(profile->kind_of("https://id.example.org/book/12a", domain) == nullptr);
  CHECK(!parse_profile(Json("text")));
}

TEST_CASE("a path finds members whose names have dots") {
  const Json json = Json::parse(R"({"a": {"b.c": 1, "b": {"c": 2, "d": 3}}, "e": [4]})").value();
  CHECK(*at_path(json, "a.b.c") == Json(1));
  CHECK(*at_path(json, "a.b.d") == Json(3));
  CHECK(*at_path(json, "") == json);
  CHECK(at_path(json, "a.x") == nullptr);
  CHECK(at_path(json, "e.0") == nullptr);
}

}  // namespace nianlun::testing
