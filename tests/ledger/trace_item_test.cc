#include <algorithm>

#include "ledger/encoding.h"
#include "ledger/tag_code.h"
#include "ledger/trace.h"
#include "small_ledger.h"
#include "trace_words.h"

namespace nianlun {
namespace {

using testing::good;
using testing::SmallLedger;

constexpr std::string_view kBook = "https://id.example.org/book/1";

std::string lent_event() {
  const Disclosure reader = make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:reader", "Li Wei");
  return R"({"type":"ObjectEvent","eventID":"urn:uuid:lent","action":"OBSERVE",
    "eventTime":"2026-05-02T02:00:00.000Z","eventTimeZoneOffset":"+08:00",
    "epcList":["https://id.example.org/book/1"],"bizStep":"nianlun:lending",
    "nianlun:due":"2026-06-01","nianlun:sd":[")" +
         disclosure_digest(reader.encoded) + "\"]}";
}

/// A book that was printed by one party and lent by another, with a private reader.
SmallLedger lent_book() {
  SmallLedger ledger;
  ledger.enrol(1, "urn:party:press", "Press", "librarian");
  ledger.enrol(2, "urn:party:branch", "Branch", "librarian");
  ledger.enrol(3, "urn:party:club", "Club", "librarian");
  const std::string book(kBook);
  ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-05-01T02:00:00.000Z","action":"ADD",
    "epcList":["https://id.example.org/book/1"],"bizStep":"commissioning"})",
                "printed", 1, {{book, "book", {"shelved", "", "", 3}}});
  ledger.happen(lent_event(), "lent", 2, {{book, "book", {"lent", "", "", 3}}});
  ledger.item(book).attributes = {{"title", "\"Rings & <years>\"", 0, 1}};
  ledger.put(ledger.item(book));
  ledger.disclose(make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:reader", "Li Wei").encoded);
  return ledger;
}

TEST_CASE("anybody sees what is public, and neither private values nor keys") {
  const SmallLedger ledger = lent_book();
  const Json view = good(item_view(ledger, kBook, {}));
  const std::string all = view.dump();
  CHECK(all.find("Li Wei") == all.npos);
  CHECK(all.find("did:key") == all.npos);
  CHECK(view.text("verdict") == "waiting");
  CHECK(view.text("state") == "lent");
  const Json& newest = view.find("chain")->array().at(0);
  CHECK(newest.text("say") == "Lent until 2026-06-01");  // the clause with the reader is left out
  CHECK(newest.find("by")->find("name")->text("en") == "Branch");
  CHECK(newest.find("by")->find("roles")->array().at(0).text("zh") == "馆员");
  CHECK(view.find("chain")->array().size() == 2);
  CHECK(view.find("chainNext")->is_null());
  CHECK(good(event_view(ledger, 2, {})).dump().find("Li Wei") == std::string::npos);
}

TEST_CASE("private values are shown to who sealed, who holds and who answers, and to nobody else") {
  const SmallLedger ledger = lent_book();
  const auto sees = [&](const Viewer& viewer) {
    const std::string item = good(item_view(ledger, kBook, viewer)).dump();
    const std::string event = good(event_view(ledger, 2, viewer)).dump();
    CHECK((item.find("Li Wei") == item.npos) == (event.find("Li Wei") == event.npos));
    return event.find("Li Wei") != event.npos;
  };
  CHECK(sees({.party = "urn:party:branch", .roles = {}}));
  CHECK(sees({.party = "urn:party:club", .roles = {}}));
  CHECK(sees({.party = "urn:party:other", .roles = {"library/office"}}));
  CHECK_FALSE(sees({.party = "urn:party:press", .roles = {"library/librarian"}}));
  CHECK_FALSE(sees({.party = "", .roles = {"other/office"}}));
}

TEST_CASE("a text falls back to the step's name when all that it says is private") {
  SmallLedger ledger;
  ledger.enrol(1, "urn:party:branch", "Branch", "librarian");
  ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-05-02T02:00:00.000Z",
    "epcList":["https://id.example.org/book/1"]})",
                "lent", 1, {{std::string(kBook), "book", {"lent", "", "", 0}}});
  const Json view = good(item_view(ledger, kBook, {.party = "", .roles = {}, .language = "zh"}));
  CHECK(view.find("chain")->array().at(0).text("say") == "借出");
}

TEST_CASE("a tag leads to what it is fastened to, in whatever form it is typed") {
  SmallLedger ledger = lent_book();
  const std::string code = make_tag_code("12345678");
  const std::string tag = "https://id.example.org/t/" + code;
  ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-05-03T02:00:00.000Z"})", "printed", 1,
                {{tag, "tag", {"issued", "", "", 0}}});
  CHECK(good(item_view(ledger, code, {})).text("id") == tag);
  CHECK(good(item_view(ledger, code, {})).text("verdict") == "waiting");
  ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-05-04T02:00:00.000Z"})", "printed", 1,
                {{tag, "tag", {"bound", std::string(kBook), "", 0}}});
  for (const std::string& typed :
       {code, display_tag_code(code), tag, "https://other.example.com/t/" + code}) {
    const Json view = good(item_view(ledger, typed, {}));
    CHECK(view.text("id") == kBook);
    CHECK(view.find("tag")->text("state") == "bound");
    CHECK(view.find("tags")->array().size() == 1);
    CHECK(view.find("contents")->find("items")->array().empty());
  }
}

TEST_CASE("what the ledger has not seen is not found, and what is no identifier is refused") {
  const SmallLedger ledger = lent_book();
  CHECK(item_view(ledger, "https://id.example.org/book/2", {}).error().code ==
        ErrorCode::kNotFound);
  CHECK(item_view(ledger, "0000-0000-0000", {}).error().code == ErrorCode::kInvalidArgument);
  CHECK(event_view(ledger, 99, {}).error().code == ErrorCode::kNotFound);
  CHECK(good(records_of_event(ledger, "urn:uuid:lent")) == std::vector<std::uint64_t>{2});
  CHECK(records_of_event(ledger, "urn:uuid:none").error().code == ErrorCode::kNotFound);
}

TEST_CASE("a long chain comes in pages that meet without a gap or a repeat") {
  SmallLedger ledger;
  ledger.enrol(1, "urn:party:press", "Press", "librarian");
  for (int i = 0; i < 230; ++i) {
    ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-05-01T02:00:00.000Z",
      "epcList":["https://id.example.org/book/1"]})",
                  "printed", 1, {{std::string(kBook), "book", {"shelved", "", "", 1}}});
  }
  std::vector<std::int64_t> seen;
  std::uint64_t from = kNoRecord;
  do {
    const Json view = good(item_view(ledger, kBook, {}, from));
    for (const Json& entry : view.find("chain")->array()) {
      seen.push_back(good(entry.integer("index")));
    }
    const auto next = view.integer("chainNext");
    from = next ? static_cast<std::uint64_t>(*next) : kNoRecord;
  } while (from != kNoRecord);
  CHECK(seen.size() == 230);
  CHECK(std::ranges::is_sorted(seen, std::greater()));
  CHECK(std::ranges::adjacent_find(seen) == seen.end());
}

TEST_CASE("what is disputed, voided or recalled is told with its reason") {
  SmallLedger ledger = lent_book();
  const std::string book(kBook);
  const std::uint64_t index = ledger.happen(
      R"({"type":"ObjectEvent","eventID":"urn:uuid:two","eventTime":"2026-05-05T02:00:00.000Z",
      "epcList":["https://id.example.org/book/1"],"nianlun:due":"2027-01-01"})",
      "lent", 2, {{book, "book", {"lent", "", "", 0}, true}},
      {Outcome::kDisputed, "", {"state", "due-soon"}});
  ledger.writable().put(exception_key(index, "due-soon"), "{}");
  ledger.writable().put(open_exception_key(index, "due-soon"), "");
  ledger.writable().put(exception_key(index, "order"), R"({"items":["urn:x:other"],"by":1})");
  ledger.writable().put(open_exception_key(index, "order"), "");
  ledger.writable().put(exception_key(index, "state"), R"({"answered":9,"outcome":"dismissed"})");
  ledger.item(book).open_exceptions = 1;
  ledger.put(ledger.item(book));
  Json view = good(item_view(ledger, kBook, {}));
  CHECK(view.text("verdict") == "disputed");
  CHECK(view.find("exceptions")->array().size() == 2);  // one is open on another item only
  CHECK(view.find("exceptions")->array().at(1).text("outcome") == "dismissed");
  CHECK_FALSE(view.find("exceptions")->array().at(1).find("open")->boolean());
  const Json& exception = view.find("exceptions")->array().at(0);
  CHECK(exception.text("text") == "Lent for too long");
  CHECK(exception.find("open")->boolean());
  CHECK(view.find("chain")->array().at(0).find("broken")->array().size() == 2);

  ledger.happen(R"({"type":"ObjectEvent","eventID":"urn:uuid:two",
    "eventTime":"2026-05-05T02:00:00.000Z","errorDeclaration":{
    "declarationTime":"2026-05-06T02:00:00.000Z","reason":"did_not_occur"}})",
                "lent", 2, {});
  ledger.void_entry(book, index);
  view = good(item_view(ledger, kBook, {}));
  const Json& voided = view.find("chain")->array().at(0);
  CHECK(voided.find("voided")->boolean());
  CHECK(voided.find("voidedBy")->text("reason") == "did_not_occur");
  CHECK(voided.find("voidedBy")->find("by")->text("party") == "urn:party:branch");
}

TEST_CASE("what a key sent since it was compromised is marked, up to its revocation") {
  SmallLedger ledger = lent_book();
  const std::string book(kBook);
  ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-05-03T02:00:00.000Z"})", "lent", 2,
                {{book, "book", {"lent", "", "", 3}}});
  ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-05-04T02:00:00.000Z"})", "lent", 2,
                {{book, "book", {"lent", "", "", 3}}});
  const auto marks = [&](std::string_view since) {
    Actor actor = *good(find_actor(ledger.state(), "did:key:zBranch"));
    actor.revoked = 4;
    actor.compromised_since_ms = good(parse_date_time(since));
    ledger.writable().put(actor_key(actor.did), encode(actor));
    std::vector<std::uint64_t> marked;
    const Json view = good(item_view(ledger, kBook, {}));
    for (const Json& entry : view.find("chain")->array()) {
      const auto index = static_cast<std::uint64_t>(*entry.integer("index"));
      const Json alone = good(event_view(ledger, index, {}));
      const Json* mark = entry.find("compromised");
      CHECK((mark == nullptr) == (alone.find("compromised") == nullptr));
      if (mark == nullptr) continue;
      marked.push_back(index);
      CHECK(mark->text("since") == since);
      CHECK(good(mark->integer("revoked")) == 4);
      CHECK(mark->text("text").find(since) != std::string_view::npos);
    }
    return marked;
  };
  CHECK(good(item_view(ledger, kBook, {})).dump().find("compromised") == std::string::npos);
  using Indices = std::vector<std::uint64_t>;
  CHECK(marks("2026-01-01T00:00:00.000Z") == Indices{3, 2});  // the press had another key
  CHECK(marks("2026-05-03T02:01:00.000Z") == Indices{3});     // its record came in then
  CHECK(marks("2026-05-03T02:01:00.001Z") == Indices{});

  CHECK(marks("2026-05-03T02:01:00.000Z") == Indices{3});
  const auto endorsed = [&](const std::string& hash) {
    ledger.writable().put(endorsed_mark_key(3),
                          Json().set("endorsed", 9).set("record", hash).dump());
    const Json view = good(event_view(ledger, 3, {}));
    const Json* mark = view.find("compromised");
    REQUIRE(mark != nullptr);
    return mark->find("endorsed") != nullptr;
  };
  CHECK(endorsed(hex(good(ledger.kept(3)).hash)));
  CHECK_FALSE(endorsed(hex(good(ledger.kept(2)).hash)));
}

TEST_CASE("a recall of the lot is told on every item that comes from it or lies in what does") {
  SmallLedger ledger = lent_book();
  const std::string book(kBook);
  const std::string batch = "https://id.example.org/batch/7";
  ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-05-01T01:00:00.000Z"})", "printed", 1,
                {{batch, "batch", {"printed", "", "", 0}}});
  ledger.comes_from(book, batch);
  CHECK_FALSE(good(item_view(ledger, kBook, {})).find("recalled")->boolean());
  ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-05-07T01:00:00.000Z",
    "quantityList":[{"epcClass":"https://id.example.org/batch/7"}],"nianlun:why":"3 to 9"})",
                "withdrawn", 1, {{batch, "batch", {"printed", "", "", 0}}});
  ledger.item(batch).recalled = true;
  ledger.put(ledger.item(batch));
  const Json view = good(item_view(ledger, kBook, {}));
  CHECK(view.text("verdict") == "recalled");
  CHECK(view.find("recall")->text("say") == "Pages are missing: 3 to 9");
  CHECK(view.find("recall")->text("id") == batch);
  CHECK(view.find("recall")->find("text")->text("zh") == "已撤回");
  CHECK(view.find("ancestors")->array().at(0).text("id") == batch);
  CHECK(good(item_view(ledger, batch, {}))
            .find("descendants")
            ->find("items")
            ->array()
            .at(0)
            .text("id") == kBook);
}

TEST_CASE("what somebody wrote is told in the reader's language, else with the name of its own") {
  SmallLedger ledger = lent_book();
  const std::string written = R"({"nianlun:text":{"zh":"缺页"}})";
  ledger.item(std::string(kBook)).attributes = {{"title", written, 0, 1}};
  ledger.put(ledger.item(std::string(kBook)));
  const Json view = good(item_view(ledger, kBook, {}));
  const Json* words = view.find("attributes")->array().at(0).find("valueText");
  REQUIRE(words != nullptr);
  CHECK(written_in(*words, "zh") == "缺页");
  CHECK(written_in(*words, "en") == "缺页 (in Chinese)");

  const auto profile = good(parse_profile(good(Json::parse(testing::kSmallProfile))));
  const Sentence sentence("Pages are missing: {nianlun:why}");
  const auto filled = [&](const std::string& texts, std::string_view language) {
    return sentence.filled(R"({"nianlun:why":{"nianlun:text":)" + texts + "}}", *profile, language,
                           GenesisSettings{});
  };
  CHECK(filled(R"({"en":"3 to 9","zh":"3 至 9"})", "zh") == "Pages are missing: 3 至 9");
  CHECK(filled(R"({"zh":"3 至 9"})", "en") == "Pages are missing: 3 至 9 (in Chinese)");
  CHECK(filled(R"({"mn":"3-9"})", "zh") == "Pages are missing: 3-9（原文为mn）");
  CHECK(filled(R"({})", "en").empty());
}

TEST_CASE("an attribute that is not told to the public is told to who comes with a token") {
  SmallLedger ledger = lent_book();
  ledger.item(std::string(kBook)).attributes = {{"shelf", "\"B 7\"", 0, 1},
                                                {"title", "\"Rings\"", 0, 1}};
  ledger.put(ledger.item(std::string(kBook)));
  const Json anybody = good(item_view(ledger, kBook, {}));
  REQUIRE(anybody.find("attributes")->array().size() == 1);
  CHECK(anybody.find("attributes")->array().at(0).text("name") == "title");
  Viewer branch;
  branch.party = "urn:party:branch";
  CHECK(good(item_view(ledger, kBook, branch)).find("attributes")->array().size() == 2);
}

TEST_CASE("who came with a token is told with the roles of the party, and that it was a token") {
  SmallLedger ledger = lent_book();
  const auto by = [&ledger] {
    return *good(item_view(ledger, kBook, {})).find("chain")->array().at(0).find("by");
  };
  CHECK(by().find("gateway") == nullptr);
  CHECK(by().find("roles")->array().size() == 1);
  ledger.writable().put(actor_number_key(2), "did:key:zGateway");
  CHECK(*by().find("gateway") == Json(true));
  CHECK(by().find("roles")->array().empty());
  const Party branch{2, "urn:party:branch", Json().set("en", "Branch"), {"library/librarian"}};
  ledger.writable().put(party_key(branch.uri), encode(branch));
  CHECK(*by().find("gateway") == Json(true));
  REQUIRE(by().find("roles")->array().size() == 1);
  CHECK(by().find("roles")->array().at(0).text("zh") == "馆员");
}

TEST_CASE("next steps are those that kind, state and role allow") {
  const SmallLedger ledger = lent_book();
  const auto names = [&](std::string_view id, const Viewer& viewer) {
    std::vector<std::string> steps;
    const Json next = good(next_steps(ledger, id, viewer));
    for (const Json& step : next.find("steps")->array()) {
      steps.emplace_back(step.text("step"));
    }
    return steps;
  };
  using Names = std::vector<std::string>;
  CHECK(names("https://id.example.org/book/new", {}) ==
        Names{"library/baseline", "library/printed"});
  CHECK(names(kBook, {}).empty());  // a book that is lent has no step in this small profile
  CHECK(
      names("https://id.example.org/book/new", {.party = "", .roles = {"library/office"}}).empty());
  CHECK(next_steps(ledger, "https://elsewhere.example.org/x", {}).error().code ==
        ErrorCode::kNotFound);
  const Json steps = good(next_steps(ledger, "https://id.example.org/book/new", {}));
  const Json& step = steps.find("steps")->array().at(1);
  CHECK(step.find("items")->array().at(0).text("in") == "epcList");
  CHECK(step.find("public")->array().size() == 4);
}

TEST_CASE("a step tells what is asked beside it and why, of some items by lot") {
  const SmallLedger ledger = lent_book();
  std::size_t drawn = 0;
  for (int number = 0; number < 200; ++number) {
    const std::string id = "https://id.example.org/book/new-" + std::to_string(number);
    const Json steps = good(next_steps(ledger, id, {}));
    const Json* asked = steps.find("steps")->array().at(1).find("evidence");
    REQUIRE(asked != nullptr);
    CHECK(asked->array().at(0).text("member") == "nianlun:photo");
    CHECK(asked->array().at(0).find("reason")->text("zh") == "每本书都需照片");
    if (asked->array().size() == 2) ++drawn;
    CHECK(good(next_steps(ledger, id, {})).dump() == steps.dump());
  }
  CHECK(drawn > 5);
  CHECK(drawn < 50);
}

TEST_CASE("a value that the profile names is said in the reader's language") {
  SmallLedger ledger = lent_book();
  ledger.item(std::string(kBook)).attributes = {{"title", "\"Herbarium\"", 0, 1}};
  ledger.put(ledger.item(std::string(kBook)));
  const Json view = good(item_view(ledger, kBook, {}));
  const Json& title = view.find("attributes")->array().at(0);
  CHECK(title.text("value") == "Herbarium");
  CHECK(title.find("valueText")->text("zh") == "标本集");
  const Json plain = good(item_view(lent_book(), kBook, {}));
  CHECK(plain.find("attributes")->array().at(0).find("valueText") == nullptr);

  const auto profile = good(parse_profile(good(Json::parse(testing::kSmallProfile))));
  const Bytes event = R"({"nianlun:due":"never"})";
  const GenesisSettings genesis{};
  const Sentence chinese("{nianlun:due} 前归还");
  const Sentence english("by {nianlun:due}");
  CHECK(chinese.filled(event, *profile, "zh", genesis) == "永远 前归还");
  CHECK(english.filled(event, *profile, "en", genesis) == "by the end of time");
}

TEST_CASE("what every profile asks has words in both languages, never an id") {
  for (const char* guard :
       {"authority", "conflict", "correction", "duplicate", "exception", "identity", "key",
        "order",     "party",    "possession", "private",   "profile",   "refold",   "required",
        "revoked",   "role",     "rollback",   "sequence",  "state",     "step",     "time"}) {
    CAPTURE(guard);
    const std::string english = guard_text(nullptr, guard, "en");
    const std::string chinese = guard_text(nullptr, guard, "zh");
    CHECK(english.find(' ') != english.npos);
    CHECK_FALSE(english.ends_with("."));
    CHECK(chinese != english);
    CHECK_FALSE(chinese.ends_with("。"));
  }
  CHECK(guard_text(nullptr, "nobody-wrote-this", "en") == "nobody-wrote-this");
}

TEST_CASE("what a thing comes from says that it is recalled itself") {
  SmallLedger ledger = lent_book();
  const std::string batch = "https://id.example.org/batch/7";
  ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-04-01T02:00:00.000Z"})", "printed", 1,
                {{batch, "batch", {"printed", "", "", 1}}});
  ledger.comes_from(std::string(kBook), batch);
  const auto is_recalled = [&] {
    const Json view = good(item_view(ledger, kBook, {}));
    return view.find("ancestors")->array().at(0).find("recalled")->boolean();
  };
  CHECK_FALSE(is_recalled());
  ledger.item(batch).recalled = true;
  ledger.put(ledger.item(batch));
  CHECK(is_recalled());
}

}  // namespace
}  // namespace nianlun
