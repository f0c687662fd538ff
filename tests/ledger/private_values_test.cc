#include <algorithm>

#include "privacy_world.h"
#include "verified.h"

// What becomes of single values: proved, shown, withheld, erased, found.
namespace nianlun::testing {
namespace {

std::string disclosure_path(std::uint64_t index, const std::string& digest) {
  return "/records/" + std::to_string(index) + "/disclosures/" + digest;
}

/// What `ledger verify RECEIPT --disclosure FILE` says: the member that it proves, or the error.
std::string proved(const Library& library, const std::string& receipt, const std::string& record,
                   const std::string& lines) {
  const std::array<NoteVerifier, 1> logs{library.ledger().log_verifier()};
  Verified verified = good(verify_any(receipt, record, logs));
  const auto disclosed = disclose(lines, verified);
  if (!disclosed) return disclosed.error().message;
  return std::string(json_of(verified).find("event")->text("nianlun:reader"));
}

}  // namespace

TEST_CASE("one value is proved on its own beside a receipt of any form, and no other is") {
  Library library;
  lend(library);
  good(library.ledger().publish_checkpoint());
  const std::uint64_t first = library.record_of("urn:library:lent:1");
  const std::uint64_t second = library.record_of("urn:library:lent:2");
  const std::string line =
      library.get(disclosure_path(first, library.digests(first).front()), true).body;
  const std::string foreign =
      library.get(disclosure_path(second, library.digests(second).front()), true).body;
  const std::string target = "/records/" + std::to_string(first) + "/receipt";
  const std::string record = library.get(target + "?form=record").body;
  for (const char* form : {"json", "tlog-proof", "cose"}) {
    CAPTURE(form);
    const std::string receipt = library.get(target + "?form=" + form).body;
    const auto verdict = [&](const std::string& lines) {
      return proved(library, receipt, record, lines);
    };
    CHECK(verdict(line) == kSealed);
    CHECK(verdict(foreign) == "receipt.disclosure-of-nothing");
    CHECK(verdict(line + line) == "receipt.disclosure-of-nothing");
    CHECK(verdict(line + foreign) == "receipt.disclosure-of-nothing");
    CHECK(verdict(reader_of(kSealed).encoded + "\n") == "receipt.disclosure-of-nothing");
    CHECK(verdict("") == "verify.no-disclosure");
    CHECK(verdict(line.substr(0, line.size() - 1)) == "verify.no-disclosure");
    CHECK(verdict("\n").starts_with("json."));
    std::string flipped = line;
    flipped.front() = flipped.front() == 'W' ? 'V' : 'W';
    CHECK(verdict(flipped) != kSealed);
  }
  // A receipt that shows the value already does not prove it twice.
  const std::string whole = library.get(target, true).body;
  CHECK(proved(library, whole, record, line) == "receipt.disclosure-of-nothing");
}

TEST_CASE("several values are proved in the order of their digests, each under its own name") {
  std::vector<Disclosure> two = {make_disclosure("c2FsdC1vbmU", "nianlun:price", "12"),
                                 make_disclosure("c2FsdC10d28", "nianlun:reader", "Li")};
  std::ranges::sort(two, {}, [](const Disclosure& one) { return disclosure_digest(one.encoded); });
  Verified whole;
  whole.event = Json().set("type", "ObjectEvent");
  whole.event.set(
      "nianlun:sd",
      Json().push(disclosure_digest(two[0].encoded)).push(disclosure_digest(two[1].encoded)));
  const auto verdict = [&](const std::string& lines) {
    Verified verified = whole;
    const auto disclosed = disclose(lines, verified);
    return disclosed ? verified.event.dump() : disclosed.error().message;
  };
  const std::string both = two[0].encoded + "\n" + two[1].encoded + "\n";
  CHECK(verdict(both).find("nianlun:sd") == std::string::npos);
  CHECK(verdict(both).find(R"("nianlun:price":"12")") != std::string::npos);
  CHECK(verdict(two[1].encoded + "\n" + two[0].encoded + "\n") == "receipt.disclosure-of-nothing");
  CHECK(verdict(two[1].encoded + "\n").find(disclosure_digest(two[0].encoded)) !=
        std::string::npos);
}

TEST_CASE("nobody adds a structural member to an event by disclosing it") {
  for (const char* name : {"errorDeclaration", "nianlun:step", "nianlun:sd", "type"}) {
    CAPTURE(name);
    const Disclosure one = make_disclosure("c2FsdC1vbmU", name, "x");
    const Json event = Json().set("nianlun:sd", Json().push(disclosure_digest(one.encoded)));
    CHECK(merge_disclosures(event, {one.encoded}).error().message == "private.member-twice");
  }
  const Disclosure inside = make_disclosure("c2FsdC1vbmU", "type", "x");
  Json event =
      Json().set("ilmd", Json().set("nianlun:sd", Json().push(disclosure_digest(inside.encoded))));
  CHECK(good(merge_disclosures(event, {inside.encoded})).find("ilmd")->text("type") == "x");
}

TEST_CASE("a single value is for the entitled alone") {
  Library library;
  lend(library);
  const std::uint64_t first = library.record_of("urn:library:lent:1");
  const std::string path = disclosure_path(first, library.digests(first).front());
  CHECK(library.get(path).status == 401);
  CHECK(library.get(path, true).status == 200);
  Json grant;
  grant.set("party", "https://id.example.org/party/other").set("roles", Json(Json::Array{}));
  good(library.ledger().put_token(sha256("other-token"), grant));
  const auto by_other = [&](const std::string& target) {
    return library.ask("GET", target, {{"authorization", "Bearer other-token"}}).status;
  };
  CHECK(by_other(path) == 403);
  CHECK(by_other(disclosure_path(first, "unknown")) == 404);
  CHECK(library.get(disclosure_path(first, "unknown"), true).status == 404);
  const std::uint64_t never = library.record_of("urn:library:lent:4");
  CHECK(library.get(disclosure_path(never, library.digests(never).front()), true).status == 404);
  CHECK(library.get(disclosure_path(999, "unknown"), true).status == 404);
}

TEST_CASE("each viewer is shown what he is entitled to, in JSON and on the page") {
  Library library;
  lend(library);
  const auto grant = [&](const char* token, const char* party, const char* role) {
    Json roles(Json::Array{});
    if (*role != 0) roles.push(role);
    good(library.ledger().put_token(sha256(token),
                                    Json().set("party", party).set("roles", std::move(roles))));
  };
  grant("other-token", "https://id.example.org/party/other", "");
  grant("clerk-token", "https://id.example.org/party/other", "library/librarian");
  grant("office-token", "https://id.example.org/party/other", "library/office");
  good(library.ledger().erase(library.digests(library.record_of("urn:library:lent:2"))));
  struct Row {
    const char* token;
    const char* sealed;  // of the event whose value is in the vault
    const char* erased;  // of the event whose value was erased
    const char* unsent;  // of the event whose value never came
  };
  const Row rows[] = {{"", "withheld", "erased", "withheld"},
                      {"other-token", "withheld", "erased", "withheld"},
                      {"clerk-token", "withheld", "erased", "withheld"},
                      {"press-token", "shown", "erased", "unsent"},    // it sealed them
                      {"office-token", "shown", "erased", "unsent"}};  // the profile's `answers`
  for (const Row& row : rows) {
    CAPTURE(row.token);
    const auto get = [&](const std::string& target, const char* accept) {
      api::Headers headers = {{"accept", accept}};
      if (*row.token != 0)
        headers.emplace_back("authorization", "Bearer " + std::string(row.token));
      return library.ask("GET", target, std::move(headers)).body;
    };
    const std::pair<int, const char*> all[] = {{1, row.sealed}, {2, row.erased}, {4, row.unsent}};
    for (const auto& [number, fate] : all) {
      CAPTURE(number);
      const std::string event = "urn:library:lent:" + std::to_string(number);
      const std::string path = "/records/" + std::to_string(library.record_of(event));
      const Json told = good(Json::parse(get(path, "application/json")));
      REQUIRE(told.find("private") != nullptr);
      CHECK(told.find("private")->object().size() == 1);
      CHECK(told.find("private")->object().front().name == fate);
      const std::string item = escaped(kBook + std::to_string(number));
      const std::string page = get("/t?code=" + item + "&lang=en", "text/html");
      const bool shows = page.find(kSealed) != std::string::npos;
      CHECK(shows == (number == 1 && std::string(fate) == "shown"));
      CHECK((page.find("are withheld") != std::string::npos) == (std::string(fate) == "withheld"));
      CHECK((page.find("were erased") != std::string::npos) == (std::string(fate) == "erased"));
      CHECK((page.find("never came in") != std::string::npos) == (std::string(fate) == "unsent"));
      const bool chain =
          get("/items/" + item, "application/json").find(R"("private":{")" + std::string(fate)) !=
          std::string::npos;
      CHECK(chain);
    }
  }
}

TEST_CASE("whoever repeats the digest of a value of others is shown nothing by it") {
  Library library;
  lend(library);
  const std::string other = "https://id.example.org/party/other";
  Json party = registry_event("nianlun:PartyEnrolled");
  party.set("nianlun:party", other).set("nianlun:name", Json().set("en", "O").set("zh", "别"));
  library.post(library.sealed({party}, {}, 'a'));
  good(library.ledger().put_token(sha256("other-token"),
                                  Json().set("party", other).set("roles", Json(Json::Array{}))));
  const std::uint64_t first = library.record_of("urn:library:lent:1");
  const std::string digest = library.digests(first).front();
  Json copied = library.event(3, "lent");
  copied.set("eventID", "urn:library:copied").set("nianlun:sd", Json().push(digest));
  const CaptureEvent made = good(capture_event(copied, nullptr));
  const api::Headers headers = {{"content-type", "application/json"},
                                {"authorization", "Bearer other-token"}};
  const Response answer = library.ask("POST", "/capture", headers,
                                      capture_document({&made, 1}, Json(), {}, kNow).dump());
  REQUIRE_MESSAGE(answer.status == 202, answer.body);
  REQUIRE(answer.body.find(R"("outcome":"refused")") == std::string::npos);
  const std::uint64_t copy = library.record_of("urn:library:copied");
  good(library.ledger().publish_checkpoint());
  for (const std::string& path :
       {"/records/" + std::to_string(copy), "/records/" + std::to_string(copy) + "/receipt",
        disclosure_path(copy, digest)}) {
    CAPTURE(path);
    const Response told = library.ask("GET", path, {{"authorization", "Bearer other-token"}});
    CHECK(told.body.find(kSealed) == std::string::npos);
    CHECK(told.body.find("disclosures") == std::string::npos);
  }
  // Where it came in, it is shown as before.
  CHECK(library.get("/records/" + std::to_string(first), true).body.find(kSealed) !=
        std::string::npos);
}

TEST_CASE("a value that was erased does not come back when its capture is sent again") {
  Library library;
  lend(library);
  const Disclosure shown = reader_of("Reader-Sun-5150");
  Json event = library.event(3, "lent");
  event.set("nianlun:sd", Json().push(disclosure_digest(shown.encoded)));
  const Json document = library.sealed({event}, {shown.encoded});
  library.post(document);
  const std::string digest = disclosure_digest(shown.encoded);
  REQUIRE(good(library.ledger().read()->disclosure(digest)));
  CHECK(good(library.ledger().erase({digest})) == 1);
  library.post(document);
  CHECK_FALSE(good(library.ledger().read()->disclosure(digest)));
  CHECK(good(library.ledger().read()->is_erased(digest)));
  library.close();
  library.open();
  library.post(document);
  CHECK_FALSE(good(library.ledger().read()->disclosure(digest)));
  CHECK(good(library.ledger().read()->is_erased(digest)));
}

}  // namespace nianlun::testing
