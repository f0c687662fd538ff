#include "ledger/log_engine.h"

#include <doctest/doctest.h>

#include <string>

#include "ledger/ledger_fixture.h"
#include "simulation/log_first_engine.h"
#include "temporary_folder.h"

namespace nianlun::testing {
namespace {

/// A capture of real EPCIS events: what is encoded is checked again when it is read.
Admission real_capture(std::uint64_t first, std::uint64_t count) {
  const Json context = our_context();
  std::vector<AdmissionEvent> events;
  for (std::uint64_t n = first; n < first + count; ++n) {
    Json json = event_json(n);
    json.erase("test:refuse");
    json.set("eventTimeZoneOffset", "+08:00");
    AdmissionEvent made;
    auto event = capture_event(json, &context);
    REQUIRE_MESSAGE(event, (event ? "" : event.error().message));
    made.event = *std::move(event);
    made.salt = base64url("salt of 16 bytes");
    events.push_back(std::move(made));
  }
  return admission_of(std::move(events), kGenesisMs + static_cast<std::int64_t>(first) * 1000,
                      kOrigin + "#" + std::string(64, '0'));
}

void submit_real(Ledger& ledger) {
  for (std::uint64_t n = 1; n < 600; n += 13) {
    const auto answer = ledger.submit_and_wait(real_capture(n, n % 40 + 1));
    REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
    CHECK(answer->events.size() == n % 40 + 1);
  }
}

}  // namespace

TEST_CASE("the embedded engine hands out in order what it was given, as much as is asked for") {
  const auto engine = embedded_engine(5);
  std::vector<Admission> three;
  for (std::uint64_t n = 0; n < 3; ++n) three.push_back(capture_of(n * 10, 10));
  CHECK(engine->append(std::move(three)).value() == 5);
  CHECK(engine->durable() == 8);
  const auto two = engine->read(5, 11);
  REQUIRE(two);
  REQUIRE(two->size() == 2);
  CHECK((*two)[1].events[0].event.id == capture_of(10, 1).events[0].event.id);
  CHECK(engine->read(7, 1)->size() == 1);
  CHECK(engine->read(8, 1)->empty());
  CHECK(engine->append({}).value() == 8);
}

TEST_CASE("an order that is replayed gives the same root, however it is cut into commits") {
  const TemporaryFolder folder;
  const auto order = std::make_shared<SharedOrder>();
  LedgerOptions first = options_in(folder.path() / "first");
  first.engine = std::make_shared<LogFirstEngine>(order);
  create_in(first);
  const auto original = open_ledger(first);
  submit_real(*original);
  REQUIRE(original->read()->size() > 500);

  LedgerOptions embedded = options_in(folder.path() / "embedded");
  create_in(embedded);
  const auto alone = open_ledger(embedded);
  submit_real(*alone);
  CHECK(alone->read()->root() == original->read()->root());

  for (const std::size_t events : {1U, 17U, 10'000U}) {
    CAPTURE(events);
    LedgerOptions other = options_in(folder.path() / std::to_string(events));
    other.commit_events_max = events;
    other.engine = std::make_shared<LogFirstEngine>(order);
    create_in(other);
    {
      const auto replayed = open_ledger(other);
      CHECK(replayed->read()->size() == original->read()->size());
      CHECK(replayed->read()->root() == original->read()->root());
    }
    CHECK(open_ledger(other)->read()->root() == original->read()->root());  // nothing is read twice
    check_is_sound(other);
  }
}

}  // namespace nianlun::testing
