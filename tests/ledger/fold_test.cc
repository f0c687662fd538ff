#include <algorithm>

#include "fold_fixture.h"

namespace nianlun {

TEST_CASE("the genesis enrols the authority's and the gateway's keys for a party of its own") {
  const Library library;
  const auto root = find_actor(library.state, "did:key:root");
  const auto gate = find_actor(library.state, "did:key:gate");
  const auto clerk = find_actor(library.state, "did:key:clerk");
  REQUIRE((root && *root && gate && *gate && clerk && *clerk));
  CHECK((*root)->number == 1);
  CHECK((*gate)->number == 2);
  CHECK((*root)->party == "https://id.example.org");
  CHECK((*root)->roles.empty());
  CHECK((*clerk)->number == 3);
  CHECK((*clerk)->party_number == 2);
  CHECK((*clerk)->has_role("library/clerk"));
  CHECK((*clerk)->enrolled == 2);
  CHECK((*clerk)->revoked == kNoRecord);
}

TEST_CASE("roles change, keys are revoked once, and a party keeps its number") {
  Library library;
  library.registry(
      R"({"type":"nianlun:RolesChanged","nianlun:key":"did:key:clerk","nianlun:roles":["a/b"]})");
  const auto revoked = library.registry(
      R"({"type":"nianlun:KeyRevoked","nianlun:key":"did:key:clerk","nianlun:reason":"lost"})");
  library.registry(
      R"({"type":"nianlun:KeyRevoked","nianlun:key":"did:key:clerk","nianlun:reason":"lost"})");
  library.registry(R"({"type":"nianlun:PartyEnrolled","nianlun:party":"https://p.example.org",
      "nianlun:name":{"en":"New name"}})");
  const auto clerk = find_actor(library.state, "did:key:clerk");
  REQUIRE((clerk && *clerk));
  CHECK((*clerk)->roles == std::vector<std::string>{"a/b"});
  CHECK((*clerk)->revoked == revoked);
  const auto party = find_party(library.state, "https://p.example.org");
  REQUIRE((party && *party));
  CHECK((*party)->number == 2);
  CHECK((*party)->name.text("en") == "New name");
}

TEST_CASE("who held something is kept of a kind that says so, whichever was recorded first") {
  constexpr std::uint64_t kLibraryParty = 2;
  const auto is_held = [](const Library& library, const std::string& origin) {
    const auto held = library.state.get(held_key(origin, kLibraryParty));
    REQUIRE(held);
    return held->has_value();
  };
  Library printed;
  printed.step("bought", 1, paper(9));
  CHECK_FALSE(is_held(printed, kPaper));  // bought, but the step makes nobody a holder
  printed.step("printed", 2, printing(book_id(1), 1));
  CHECK(is_held(printed, kPaper));
  CHECK_FALSE(is_held(printed, book_id(1)));  // books do not keep it

  Library sourced;
  sourced.step("bought", 1, paper(9));
  sourced.step("added", 2, epcs(book_id(1)));
  CHECK_FALSE(is_held(sourced, kPaper));
  sourced.step("sourced", 3, epcs(book_id(1)) + R"(,"nianlun:paper":")" + kPaper + "\"");
  CHECK(is_held(sourced, kPaper));
}

TEST_CASE("a step sets state, place, holder and attributes; the next keeps what it does not say") {
  Library library;
  const auto first =
      library.step("added", 1,
                   epcs(book_id(1)) +
                       R"(,"nianlun:title":"Tao","bizLocation":{"id":"https://place.example/1"})");
  const auto last = library.step("lent", 2, epcs(book_id(1)));
  const Item item = library.item(book_id(1));
  CHECK(item.kind == "book");
  CHECK(item.profile == "library");
  CHECK(item.first == first);
  CHECK(item.last == last);
  CHECK(item.now.state == "lent");
  CHECK(item.now.place == "https://place.example/1");
  CHECK(item.now.holder == 2);
  REQUIRE(item.attributes.size() == 1);
  CHECK(item.attributes[0].value == "\"Tao\"");
  const auto entries = library.timeline(book_id(1));
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].entry.after.state == "shelved");
  CHECK(entries[1].entry.fits);
}

TEST_CASE("only accepted steps set attributes, and the newest eventTime wins") {
  Library library;
  library.step("added", 5, epcs(book_id(1)) + R"(,"nianlun:title":"new")");
  library.step("lent", 2, epcs(book_id(1)) + R"(,"nianlun:title":"old")");
  library.step("lent", 6, epcs(book_id(1)) + R"(,"nianlun:title":"disputed")", {"role"});
  const Item item = library.item(book_id(1));
  REQUIRE(item.attributes.size() == 1);
  CHECK(item.attributes[0].value == "\"new\"");
}

TEST_CASE("a disputed event changes the standing, and its exceptions count until answered") {
  Library library;
  library.step("added", 1, epcs(book_id(1)));
  const auto index = library.step("returned", 2, epcs(book_id(1)), {"state", "role"});
  CHECK(library.item(book_id(1)).now.state == "shelved");
  CHECK(library.item(book_id(1)).open_exceptions == 2);
  CHECK(library.is_open(index, "state"));
  library.registry(R"({"type":"nianlun:Endorsement","nianlun:endorses":)" + std::to_string(index) +
                   "}");
  CHECK(!library.is_open(index, "role"));
  CHECK(library.is_open(index, "state"));
  const std::string answer = R"({"type":"nianlun:ExceptionAnswered","nianlun:exception":")" +
                             std::to_string(index) + R"(/state","nianlun:outcome":"dismissed"})";
  library.registry(answer);
  CHECK(library.item(book_id(1)).open_exceptions == 0);
  library.registry(answer);  // nothing is open any more
  CHECK(library.item(book_id(1)).open_exceptions == 0);
  const auto kept = library.state.get(exception_key(index, "state"));
  REQUIRE((kept && *kept));
  CHECK(Json::parse(**kept)->text("outcome") == "dismissed");
}

TEST_CASE("a late event that contradicts a later one opens an exception that shows both") {
  Library library;
  library.step("added", 1, epcs(book_id(1)));
  const auto lent = library.step("lent", 5, epcs(book_id(1)));
  const auto late = library.step("lent", 3, epcs(book_id(1)));
  CHECK(library.is_open(lent, "order"));
  CHECK(library.item(book_id(1)).open_exceptions == 1);
  const auto kept = library.state.get(exception_key(lent, "order"));
  REQUIRE((kept && *kept));
  CHECK(Json::parse(**kept)->integer("by").value() == static_cast<std::int64_t>(late));
  CHECK(!library.timeline(book_id(1)).back().entry.fits);
  library.step("returned", 4, epcs(book_id(1)));  // the missing link comes in
  CHECK(!library.is_open(lent, "order"));
  CHECK(library.item(book_id(1)).open_exceptions == 0);
  CHECK(library.timeline(book_id(1)).back().entry.fits);
}

TEST_CASE("a transformation draws on its lot and what it makes comes from it") {
  Library library;
  library.step("bought", 1, paper(10));
  const auto made = library.step("printed", 2, printing(book_id(1), 3));
  CHECK(balance_of(library.state, kPaper, "").value() == Decimal(7));
  CHECK(library.item(book_id(1)).origins == std::vector<std::string>{kPaper});
  CHECK(library.item(kPaper).last == made);
  CHECK(library.timeline(kPaper).size() == 1);
  std::vector<std::string> found;
  REQUIRE(each_descendant(library.state, kPaper, [&](std::string_view id) {
    found.emplace_back(id);
    return true;
  }));
  CHECK(found == std::vector<std::string>{book_id(1)});
}

TEST_CASE("a recall marks the lot alone, by time") {
  Library library;
  library.step("bought", 1, paper(10));
  const std::size_t before = library.state.changes().size();
  library.step("recalled", 5, paper(1));
  CHECK(library.state.changes().size() - before < 8);
  CHECK(library.item(kPaper).recalled);
  library.step("cleared", 3, paper(1));  // earlier than the recall: it does not lift it
  CHECK(library.item(kPaper).recalled);
  library.step("cleared", 7, paper(1));
  CHECK(!library.item(kPaper).recalled);
}

TEST_CASE("ADD puts in, DELETE takes out, and DELETE without children empties") {
  Library library;
  for (const int n : {1, 2, 3}) {
    library.step("added", 1, epcs(book_id(n)));
    library.step("packed", 2, pack("ADD", box_id(1), book_id(n)));
  }
  CHECK(library.contents(box_id(1)).size() == 3);
  library.step("unpacked", 3, pack("DELETE", box_id(1), book_id(2)));
  CHECK(library.item(book_id(2)).now.container.empty());
  CHECK(library.contents(box_id(1)).size() == 2);
  library.step("unpacked", 4, pack("DELETE", box_id(1), ""));
  CHECK(library.contents(box_id(1)).empty());
  CHECK(library.item(book_id(1)).now.container.empty());
}

TEST_CASE("what is inside goes with its container, however deep, until it is taken out") {
  Library library;
  library.step("added", 1, epcs(book_id(1)));
  library.step("packed", 2, pack("ADD", box_id(1), book_id(1)));
  library.step("nested", 3, pack("ADD", box_id(2), box_id(1)));
  const auto shipped = library.step("shipped", 4, epcs(box_id(2)));
  CHECK(library.item(box_id(1)).now.state == "moving");
  CHECK(library.item(book_id(1)).now.state == "moving");
  CHECK(library.timeline(book_id(1)).back().index == shipped);
  CHECK(library.timeline(book_id(1)).back().entry.carried);
  library.step("unpacked", 5, pack("DELETE", box_id(1), book_id(1)));
  library.step("shipped", 6, epcs(box_id(2)));
  CHECK(library.timeline(book_id(1)).back().entry.carried == false);
  CHECK(library.item(book_id(1)).now.state == "moving");
}

TEST_CASE("a book that was packed, as comes out late, has taken part in its box's journeys") {
  Library library;
  library.step("added", 1, epcs(book_id(1)));
  library.step("added", 1, epcs(book_id(2)));
  library.step("packed", 2, pack("ADD", box_id(1), book_id(2)));
  library.step("shipped", 4, epcs(box_id(1)));
  CHECK(library.item(book_id(1)).now.state == "shelved");
  const auto late = library.event(3, pack("ADD", box_id(1), book_id(1)) + R"(,"eventID":"urn:l")");
  library.fold(late, accepted("library/packed"), "library@1");
  CHECK(library.item(book_id(1)).now.state == "moving");
  CHECK(library.timeline(book_id(1)).size() == 3);
  Json correction = late;
  correction.set("errorDeclaration", Json().set("declarationTime", "t"));
  library.fold(correction, accepted("library/packed"), "library@1");
  CHECK(library.item(book_id(1)).now.state == "shelved");
  CHECK(library.contents(box_id(1)) == std::vector<std::string>{book_id(2)});
}

TEST_CASE("voiding gives back balance, origin, attribute and unique value; once only") {
  Library library;
  library.step("bought", 1, paper(10));
  const Json made = library.event(2, printing(book_id(1), 3) + R"(,"eventID":"urn:p",
      "nianlun:title":"x")");
  library.fold(made, accepted("library/printed"), "library@1");
  Json correction = made;
  correction.set("errorDeclaration", Json().set("declarationTime", "t"));
  library.fold(
      correction,
      Verdict{.outcome = Outcome::kDisputed, .step = "library/printed", .broken = {"correction"}},
      "library@1");
  CHECK(balance_of(library.state, kPaper, "").value() == Decimal(7));  // nobody was entitled
  CHECK(library.item(book_id(1)).open_exceptions == 1);
  for (int i = 0; i < 2; ++i) {
    library.fold(correction, accepted("library/printed"), "library@1");
    CHECK(balance_of(library.state, kPaper, "").value() == Decimal(10));
  }
  const Item item = library.item(book_id(1));
  CHECK(item.now == Standing());
  CHECK(item.index == kNoRecord);
  CHECK(item.origins.empty());
  CHECK(item.attributes.empty());
  CHECK(!*library.state.get(descendant_key(kPaper, book_id(1))));
  CHECK(library.timeline(book_id(1)).front().entry.voided);
}

TEST_CASE("a unique value goes back to the claim before when its holder's event is voided") {
  Library library;
  const Buffer key = unique_key("library/title", "\"A1\"");
  const auto holder = [&] {
    const auto value = library.state.get(key);
    REQUIRE(value);
    return *value ? decode_indexed(**value).value().value : Buffer();
  };
  const auto claim = [](int n) {
    return epcs(book_id(n)) + R"(,"nianlun:slot":"A1","eventID":"urn:c)" + std::to_string(n) + "\"";
  };
  library.step("added", 1, claim(1));
  library.step("added", 2, claim(2), {"title"});  // broke the guard: no claim
  CHECK(holder() == book_id(1));
  library.step("added", 3, claim(3));
  CHECK(holder() == book_id(3));
  for (const int n : {3, 1}) {
    Json correction = library.event(n, claim(n));
    correction.set("errorDeclaration", Json().set("declarationTime", "t"));
    library.fold(correction, accepted("library/added"), "library@1");
    CHECK(holder() == (n == 3 ? book_id(1) : ""));
  }
}

TEST_CASE("a correction takes back what the event did by the step that it was recorded for") {
  Library library;
  const std::string members = epcs(book_id(1)) + R"(,"eventID":"urn:c")";
  library.step("added", 1, members);
  library.step("lent", 2, epcs(book_id(1)));
  Json correction = library.event(1, members);
  correction.set("errorDeclaration", Json().set("declarationTime", "t"));
  const auto index = library.fold(correction, accepted("library/elsewhere"), "library@9");
  const auto timeline = library.timeline(book_id(1));
  REQUIRE(timeline.size() == 2);
  CHECK(timeline[0].entry.voided);
  CHECK(!timeline[1].entry.voided);
  CHECK(!timeline[1].entry.fits);
  CHECK(library.item(book_id(1)).last == index);
}

TEST_CASE("a record leaves traces if it drew, claimed or is disputed, until it is voided") {
  Library library;
  const auto traces = [&](std::uint64_t index) {
    const auto bytes = library.state.get(traces_key(index));
    REQUIRE(bytes);
    return *bytes ? decode_traces(**bytes).value() : RecordTraces();
  };
  const std::string members = epcs(book_id(1)) + R"(,"nianlun:slot":"A1","eventID":"urn:c")";
  const auto claimed = library.step("added", 1, members);
  CHECK(traces(claimed).claims.size() == 1);
  CHECK(traces(claimed).items.empty());
  CHECK(traces(library.step("lent", 2, epcs(book_id(1)))) == RecordTraces());
  CHECK(traces(library.step("bought", 1, paper(5))).balances.size() == 1);
  const auto disputed = library.step("returned", 3, epcs(book_id(1)), {"role"});
  CHECK(traces(disputed).items == std::vector<std::string>{book_id(1)});
  Json correction = library.event(1, members);
  correction.set("errorDeclaration", Json().set("declarationTime", "t"));
  library.fold(correction, accepted("library/added"), "library@1");
  CHECK(traces(claimed) == RecordTraces());
}

TEST_CASE("a refused event leaves its hash and its seal, and nothing else") {
  Library library;
  Record record;
  record.event_hash = sha256("refused");
  record.verdict.outcome = Outcome::kRefused;
  Seal seal;
  seal.hash = sha256("seal");
  seal.submitter = "did:key:clerk";
  seal.sequence = 99;
  seal.count = 3;
  const std::size_t before = library.state.changes().size();
  REQUIRE(fold_record({library.size, record, record.event, seal}, *library.book, library.state));
  CHECK(library.state.changes().size() == before + 4);  // `r`, `q`, `s`, `d`
  CHECK(**library.state.get(refused_key(record.event_hash, "did:key:clerk")) == be64(library.size));
  CHECK(**library.state.get(sequence_key("did:key:clerk", 99)) == encode_index(library.size));
  const auto records = decode_seal_records(**library.state.get(seal_key(seal.hash)));
  REQUIRE(records);
  CHECK(records->first == library.size);
  CHECK(records->events == 3);
}

TEST_CASE("an overlay finds what was put and erased, however much it is") {
  const EmptyState nothing;
  StateOverlay overlay(nothing);
  for (std::uint64_t n = 0; n < 5000; ++n) {
    overlay.put(traces_key(n), be64(n));
    if (n % 3 == 2) overlay.erase(traces_key(n - 1));
  }
  for (std::uint64_t n = 0; n < 5000; ++n) {
    const auto value = overlay.get(traces_key(n));
    REQUIRE(value);
    REQUIRE(value->value_or("gone") == (n % 3 == 1 && n < 4999 ? "gone" : be64(n)));
  }
  CHECK(!overlay.get(traces_key(5000))->has_value());
  overlay.clear();
  CHECK(!overlay.get(traces_key(1))->has_value());
}

TEST_CASE("an overlay takes back what was changed since its trial began, and nothing before") {
  const EmptyState nothing;
  StateOverlay overlay(nothing);
  overlay.put("kept", "1");
  overlay.put("gone", "1");
  overlay.erase("gone");
  const StateOverlay::Changes before = overlay.changes();
  overlay.begin_trial();
  for (int round = 0; round < 2; ++round) {
    overlay.put("kept", "2");
    overlay.put("kept", "3");
    overlay.put("new", "1");
    overlay.erase("new");
    overlay.put("gone", "2");
    overlay.erase("kept");
    CHECK(overlay.changes() != before);
    overlay.roll_back();
    CHECK(overlay.changes() == before);
    CHECK(overlay.get("new")->value_or("none") == "none");
  }
  overlay.put("new", "2");
  overlay.end_trial();
  overlay.put("kept", "4");
  overlay.begin_trial();
  overlay.roll_back();
  overlay.end_trial();
  CHECK(overlay.get("new")->value_or("none") == "2");
  CHECK(overlay.get("kept")->value_or("none") == "4");
}

TEST_CASE("an overlay is in the order of its keys' octets, those of one start too") {
  const EmptyState nothing;
  StateOverlay overlay(nothing);
  std::vector<Buffer> keys = {Buffer("a"),        Buffer("a\0", 2),   Buffer("a\0\0\0\0\0\0\0", 8),
                              Buffer("a\0\1", 3), Buffer("abcdefgh"), Buffer("abcdefghA"),
                              Buffer("abcdefgi"), Buffer("\xff"),     Buffer("\x7f")};
  for (const Buffer& key : keys) overlay.put(key, key);
  std::ranges::sort(keys);
  std::vector<Buffer> found;
  REQUIRE(overlay.scan("", "\xff\xff", StateView::Order::kAscending, [&](Bytes key, Bytes value) {
    CHECK(key == value);
    found.emplace_back(key);
    return true;
  }));
  CHECK(found == keys);
}

}  // namespace nianlun
