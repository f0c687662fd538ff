#include "ledger/erasure.h"

#include <algorithm>
#include <limits>

#include "ledger/time.h"
#include "privacy_world.h"
#include "vault.h"
#include "vault_keys.h"

// Erasing with a record of it, by event, subject and retention, a crash at any moment, and the
// index of private values, which goes with them.
namespace nianlun::testing {
namespace {

Admission record_of_erasure(const Library& library, std::size_t count, char key = 'a') {
  Json event = registry_event("nianlun:PrivateErased");
  event.set("nianlun:count", count).set("nianlun:reason", "subject");
  event.set("nianlun:basis", "asked for");
  Admission admission;
  admission.time_ms = kNow + 2000;
  CaptureEvent made = good(capture_event(event, nullptr));
  admission.seal =
      good(parse_seal(seal_of({&made, 1}, library.ledger().identity(), 3, key_of(key))));
  admission.events.push_back({std::move(made), base64url(fresh_octets(16)), {}});
  return admission;
}

std::vector<std::string> of_subject(const Library& library, const std::string& subject) {
  return good(find_erasable(*library.ledger().read(), {.subject = subject}, {})).digests;
}

VaultOptions vault_of(const Library& library) {
  return {.database = {.directory = library.part("vault")}, .anchor = library.part("vault.anchor")};
}

/// What must be nowhere once a value is erased: it, its disclosure, and its entry in the index.
std::vector<std::string> traces_of(const Library& library, const std::string& digest) {
  const PrivateValue value = good(library.ledger().read()->private_value(digest)).value();
  const Disclosure disclosure = good(parse_disclosure(value.disclosure));
  return {disclosure.value.string(), disclosure.salt, value.disclosure,
          vault_index_key(value, digest).value().substr(1, 32)};
}

bool any_of(const std::vector<std::string>& traces, const std::string& content) {
  return std::ranges::any_of(
      traces, [&](const std::string& trace) { return content.find(trace) != std::string::npos; });
}

Response query(Library& library, const std::string& token, const Json& body,
               const std::string& member = "nianlun%3Areader") {
  api::Headers headers = {{"content-type", "application/json"}};
  if (!token.empty()) headers.emplace_back("authorization", "Bearer " + token);
  return library.ask("POST", "/values/library/" + member, std::move(headers), body.dump());
}

void grant_office(Library& library) {
  good(library.ledger().put_token(sha256("office-token"),
                                  Json()
                                      .set("party", "https://id.example.org/party/office")
                                      .set("roles", Json().push("library/office"))));
}

/// So many more books, lent to one reader.
void lend_many(Library& library, int first, int count, const std::string& reader) {
  std::vector<Json> printed;
  std::vector<Json> lent;
  std::vector<std::string> disclosures;
  for (int number = first; number < first + count; ++number) {
    const Disclosure shown = reader_of(reader);
    printed.push_back(library.event(number, "printed"));
    lent.push_back(library.event(number, "lent"));
    lent.back().set("nianlun:sd", Json().push(disclosure_digest(shown.encoded)));
    disclosures.push_back(shown.encoded);
  }
  library.post(library.sealed(printed, {}));
  library.post(library.sealed(lent, disclosures));
}

}  // namespace

TEST_CASE("a subject's values are erased off the disk, index included, and a record says so") {
  Library library;
  lend(library);
  lend_many(library, 10, 3, kSealed);
  const auto digests = of_subject(library, kSealed);
  REQUIRE(digests.size() == 4);
  std::vector<std::string> traces;
  for (const std::string& digest : digests) {
    for (std::string& trace : traces_of(library, digest)) traces.push_back(std::move(trace));
  }
  REQUIRE(any_of({traces.back()}, content_of(library.part("vault"))));
  const std::uint64_t index = good(library.ledger().erase(digests, record_of_erasure(library, 4)));
  CHECK_FALSE(any_of(traces, content_of(library.options().directory)));
  CHECK(of_subject(library, kSealed).empty());
  CHECK(of_subject(library, kSent).size() == 1);

  const std::string told = library.get("/records/" + std::to_string(index)).body;
  CHECK(told.find(R"("nianlun:count":4)") != std::string::npos);
  CHECK(told.find("Private values erased") != std::string::npos);
  CHECK_FALSE(any_of(traces, told));
  CHECK_FALSE(any_of(digests, told));
  const std::string first = "/records/" + std::to_string(library.record_of("urn:library:lent:1"));
  CHECK(library.get(first).body.find(R"("private":{"erased":[)") != std::string::npos);
  good(library.ledger().publish_checkpoint());
  CHECK(library.verified(library.get(first + "/receipt", true).body));

  library.close();
  CHECK(good(check_ledger(library.options(), {})).problems.empty());
  CHECK_FALSE(any_of(traces, content_of(library.options().directory)));
  library.open();
  CHECK(of_subject(library, kSealed).empty());
}

TEST_CASE("nobody but the authority has values erased, and a refusal leaves no plan") {
  Library library;
  lend(library);
  const auto digests = of_subject(library, kSealed);
  const auto refused = library.ledger().erase(digests, record_of_erasure(library, 1, 'd'));
  CHECK(refused.error().message == "erase.not-accepted");
  CHECK(of_subject(library, kSealed).size() == 1);
  library.close();
  CHECK_FALSE(good(good(Vault::open(vault_of(library)))->planned()));
  library.open();
  const auto empty = library.ledger().erase(digests, record_of_erasure(library, 0));
  CHECK(empty.error().message == "erase.not-accepted");
}

TEST_CASE("a crash at any moment leaves the values and no record, or the record and no values") {
  struct Moment {
    const char* name;
    bool recorded;
    bool carried_out;
  };
  for (const Moment& moment :
       {Moment{"before the record", false, false}, Moment{"before it is carried out", true, false},
        Moment{"before it is written anew", true, true}}) {
    CAPTURE(moment.name);
    Library library;
    lend(library);
    const auto digests = of_subject(library, kSealed);
    const auto traces = traces_of(library, digests.front());
    Admission record = record_of_erasure(library, 1);
    const Hash seal = record.seal.hash;
    if (moment.recorded) good(library.ledger().submit_and_wait(std::move(record)));
    library.close();
    {
      const auto vault = good(Vault::open(vault_of(library)));
      good(vault->plan_erasure(digests, seal));
      if (moment.carried_out) good(vault->carry_out());
    }
    CHECK(any_of(traces, content_of(library.part("vault"))));
    library.open();
    CHECK(of_subject(library, kSealed).size() == (moment.recorded ? 0U : 1U));
    CHECK(any_of(traces, content_of(library.options().directory)) != moment.recorded);
    library.close();
    CHECK_FALSE(good(good(Vault::open(vault_of(library)))->planned()));
    CHECK(good(check_ledger(library.options(), {})).problems.empty());
    library.open();
  }
}

TEST_CASE("a vault that was being written anew when the power went is found, whole") {
  const auto kCopy = fs::copy_options::recursive;
  for (const char* left : {"vault.making", "vault.made", "vault.old"}) {
    for (const bool both : {true, false}) {
      const bool can_be = both || std::string(left) == "vault.made";
      if (!can_be) continue;
      CAPTURE(left);
      Library library;
      lend(library);
      library.close();
      fs::copy(library.part("vault"), library.part(left), kCopy);
      if (!both) fs::remove_all(library.part("vault"));
      library.open();
      CHECK(of_subject(library, kSealed).size() == 1);
      CHECK_FALSE(fs::exists(library.part(left)));
      library.close();
      CHECK(good(check_ledger(library.options(), {})).problems.empty());
      library.open();
    }
  }
}

TEST_CASE("retention ends so many years after the event, and what no record tells of goes along") {
  Library library;
  lend(library);
  const auto reading = library.ledger().read();
  const StoredRecord first = good(reading->record(library.record_of("urn:library:lent:1")));
  const std::int64_t happened = good(parse_date_time(first.record.event.text("eventTime")));
  const std::int64_t end = good(retention_end(*reading, first, "library")).value();
  CHECK(date_time(end).substr(4) == date_time(happened).substr(4));
  CHECK(std::stoi(date_time(end)) == std::stoi(date_time(happened)) + 5);
  CHECK_FALSE(good(retention_end(*reading, first, "unknown")));
  const auto found = [&](std::int64_t before) {
    return good(find_erasable(*reading, {.ended_before_ms = before}, {}));
  };
  CHECK(found(end).digests.empty());
  CHECK(found(end + 1).digests.size() == 2);
  CHECK(found(end + 1).events == 2);
  const auto one = good(find_erasable(*reading, {.event_id = "urn:library:lent:2"}, {}));
  CHECK(one.digests == library.digests(library.record_of("urn:library:lent:2")));
  CHECK(find_erasable(*reading, {.event_id = "urn:nobody"}, {}).error().code ==
        ErrorCode::kNotFound);
}

TEST_CASE("a retention from 29 February ends on 1 March, and one beyond the year 9999 never does") {
  Library library;
  const auto end_of = [&](const std::string& id, const std::string& time) {
    Json event = library.event(1, "lent");
    event.set("eventID", id).set("eventTime", time);
    const Disclosure shown = reader_of(id);
    event.set("nianlun:sd", Json().push(disclosure_digest(shown.encoded)));
    library.post(library.sealed({event}, {shown.encoded}));
    const auto reading = library.ledger().read();
    const std::uint64_t index = library.ledger().read()->size() - 1;
    return good(retention_end(*reading, good(reading->record(index)), "library")).value();
  };
  CHECK(date_time(end_of("urn:x:1", "2028-02-29T08:00:00.000Z")) == "2033-03-01T08:00:00.000Z");
  CHECK(date_time(end_of("urn:x:2", "2029-02-28T08:00:00.000Z")) == "2034-02-28T08:00:00.000Z");
  CHECK(end_of("urn:x:3", "9999-06-01T00:00:00.000Z") == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("the entitled find events by a private value, page by page, and nobody else does") {
  Library library;
  lend(library);
  lend_many(library, 100, 60, kSealed);
  grant_office(library);
  const Json is = Json().set("is", kSealed);
  CHECK(query(library, "", is).status == 401);
  CHECK(query(library, "press-token", is).status == 403);
  CHECK(query(library, "office-token", is, "nianlun%3Adue").status == 404);
  CHECK(query(library, "office-token", Json().set("is", Json::Array{})).status == 400);
  CHECK(query(library, "office-token", Json().set("is", std::string(9000, 'x'))).status == 413);
  const auto answer = [&](const Json& body) {
    const Response response = query(library, "office-token", body);
    REQUIRE(response.status == 200);
    return good(Json::parse(response.body));
  };
  const Json page = answer(is);
  CHECK(page.find("records")->array().size() == 50);
  const Json rest = answer(Json().set("is", kSealed).set("after", page.text("next")));
  CHECK(rest.find("records")->array().size() == 11);
  CHECK(rest.find("next")->is_null());
  for (const Json& record : page.find("records")->array()) {
    CHECK(record.find("event")->text("nianlun:reader") == kSealed);
  }
  CHECK(answer(Json().set("is", kSent)).find("records")->array().size() == 1);
  CHECK(answer(Json().set("is", "nobody")).find("records")->array().empty());

  const auto digests = of_subject(library, kSealed);
  CHECK(digests.size() == 61);
  good(library.ledger().erase(digests, record_of_erasure(library, digests.size())));
  CHECK(answer(is).find("records")->array().empty());
}

TEST_CASE("the index made anew from the vault is the same, key for key") {
  Library library;
  lend(library);
  lend_many(library, 10, 5, kSealed);
  const auto index = [&] {
    std::string keys;
    const auto database = good(Database::open({.directory = library.part("vault")}));
    const auto at = database->iterate();
    for (at->seek("i"); at->valid() && at->key().starts_with("i"); at->next()) keys += at->key();
    return keys;
  };
  library.close();
  const std::string before = index();
  REQUIRE(before.size() == 7 * 76);
  {
    const auto database = good(Database::open({.directory = library.part("vault")}));
    WriteBatch batch;  // one entry is lost, another is of nothing
    batch.erase(Bytes(before).substr(0, 76));
    batch.put("i" + std::string(32 + 43, 'x'), "");
    good(database->write(batch, Sync::kYes));
  }
  CHECK_FALSE(good(check_ledger(library.options(), {})).problems.empty());
  good(rebuild_index(library.options()));
  CHECK(index() == before);
  CHECK(good(check_ledger(library.options(), {})).problems.empty());
  library.open();
}

}  // namespace nianlun::testing
