#include <algorithm>

#include "judge_world.h"

namespace nianlun::testing {
namespace {

struct Shop : JudgeWorld {
  Shop() {
    enrol_all();
    REQUIRE(one(stocked(3, 10), {"clerk"}, 10).outcome == Outcome::kAccepted);
  }
  static Sending sending(std::int64_t received, bool rollback) {
    return {.received = received, .rollback = rollback, .on_behalf_of = {}, .outcomes = {}};
  }
};

std::vector<Buffer> bytes_of(const JudgeWorld& world) {
  std::vector<Buffer> bytes;
  for (const NewRecord& record : world.records) bytes.push_back(record.bytes);
  return bytes;
}

TEST_CASE("the same capture again adds nothing") {
  Shop world;
  const Admission admission =
      world.admission({taken("a", 1, 20)}, {"clerk"}, Shop::sending(20, false));
  const CaptureResult first = world.admit(admission);
  const std::size_t size = world.records.size();
  const CaptureResult second = world.admit(admission);
  CHECK_FALSE(first.repeated);
  CHECK(second.repeated);
  CHECK(second.first == first.first);
  CHECK(world.records.size() == size);
  const auto record_of = [&](std::uint64_t index) -> Result<Record> {
    return world.records.at(index).record;
  };
  const CaptureResult again = good(capture_result(world.state(), admission.seal.hash, record_of));
  CHECK(again.time_ms == first.time_ms);
  REQUIRE(again.events.size() == 1);
  CHECK(again.events[0].index == first.events[0].index);
  CHECK(again.events[0].verdict == first.events[0].verdict);
}

TEST_CASE("the same event in another capture, or twice in one, is a duplicate") {
  Shop world;
  const Json event = taken("a", 1, 20);
  const CaptureResult first =
      world.admit(world.admission({event, event}, {"clerk"}, Shop::sending(20, false)));
  CHECK_FALSE(first.events[0].duplicate);
  CHECK(first.events[1].duplicate);
  CHECK(first.events[1].index == first.events[0].index);
  const CaptureResult later =
      world.admit(world.admission({event}, {"clerk2"}, Shop::sending(21, false)));
  CHECK(later.events[0].duplicate);
  CHECK(later.events[0].index == first.events[0].index);
  CHECK(good(balance_of(world.state(), "https://id.example.org/stock/1", "")) == Decimal(2));
}

TEST_CASE("a second seal under a device's number is disputed, and none of its events is lost") {
  Shop world;
  REQUIRE(world.one(taken("a", 1, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
  Admission again =
      world.admission({taken("b", 1, 21), returned("a", 22)}, {"clerk"}, Shop::sending(22, false));
  again.seal.sequence = *again.seal.sequence - 1;
  const CaptureResult result = world.admit(again);
  CHECK(result.events[0].verdict.outcome == Outcome::kDisputed);
  CHECK(result.events[0].verdict.broken == Guards{"sequence"});
  CHECK(result.events[1].verdict.outcome == Outcome::kRefused);
  CHECK(result.events[1].verdict.broken == Guards{"sequence", "state"});
  const auto item = good(find_item(world.state(), "https://id.example.org/book/b"));
  REQUIRE(item);
  CHECK(item->now.state == "shelved");
  CHECK(item->open_exceptions == 1);
  CHECK(good(world.state().get(open_exception_key(result.events[0].index, "sequence"))));
  CHECK(world.one(taken("c", 1, 23), {"clerk"}, 23).outcome == Outcome::kAccepted);
}

TEST_CASE("two devices count apart, and the seal of the genesis counts for nothing") {
  Shop world;
  // The authority's number 1 is that of the genesis, and the device's 1 that of its first capture.
  Admission first = world.admission({taken("a", 1, 20)}, {"clerk2"}, Shop::sending(20, false));
  CHECK(first.seal.sequence == 1);
  CHECK(world.admit(first).events[0].verdict.outcome == Outcome::kAccepted);
  Admission authority =
      world.admission({taken("b", 1, 21)}, {"authority"}, Shop::sending(21, false));
  authority.seal.sequence = 1;
  const Verdict verdict = world.admit(authority).events[0].verdict;
  CHECK(std::ranges::find(verdict.broken, "sequence") == verdict.broken.end());
}

TEST_CASE("another event under a known id is a conflict") {
  Shop world;
  Json event = taken("a", 1, 20);
  event.set("eventID", "urn:uuid:2b0b1f6a-6c58-4fd6-a1f0-000000000001");
  REQUIRE(world.one(event, {"clerk"}, 20).outcome == Outcome::kAccepted);
  const Verdict verdict = world.one(event.set("nianlun:worth", 1), {"clerk"}, 21);
  CHECK(verdict.outcome == Outcome::kRefused);
  CHECK(verdict.broken == Guards{"conflict"});
}

TEST_CASE("what was refused stays refused to its sender") {
  Shop world;
  const Json event = taken("a", 4, 20);
  const CaptureResult first =
      world.admit(world.admission({event}, {"clerk"}, Shop::sending(20, false)));
  REQUIRE(first.events[0].verdict.outcome == Outcome::kRefused);
  CHECK(world.records.back().record.event.is_null());
  REQUIRE(world.one(stocked(10, 21), {"clerk"}, 21).outcome == Outcome::kAccepted);
  const CaptureResult later =
      world.admit(world.admission({event}, {"clerk"}, Shop::sending(22, false)));
  CHECK(later.events[0].duplicate);
  CHECK(later.events[0].index == first.events[0].index);
}

TEST_CASE("with rollback one refused event keeps all others out, and they may come again") {
  Shop world;
  const std::vector<Json> events = {stocked(1, 20), taken("a", 4, 21), taken("b", 9, 22)};
  const CaptureResult result =
      world.admit(world.admission(events, {"clerk"}, Shop::sending(30, true)));
  REQUIRE(result.events.size() == 3);
  CHECK(result.events[0].verdict.broken == Guards{"rollback"});
  // By itself it would be in order after the first, so that it is no fault of its own.
  CHECK(result.events[1].verdict.broken == Guards{"rollback"});
  CHECK(result.events[2].verdict.broken == Guards{"balance"});
  CHECK(good(balance_of(world.state(), "https://id.example.org/stock/1", "")) == Decimal(3));
  const CaptureResult again =
      world.admit(world.admission({events[0], events[1]}, {"clerk"}, Shop::sending(31, true)));
  CHECK(again.events[0].verdict.outcome == Outcome::kAccepted);
  CHECK(again.events[1].verdict.outcome == Outcome::kAccepted);
}

TEST_CASE("without rollback each event is judged on its own") {
  Shop world;
  const CaptureResult result = world.admit(
      world.admission({taken("a", 9, 20), taken("b", 1, 21)}, {"clerk"}, Shop::sending(30, false)));
  CHECK(result.events[0].verdict.outcome == Outcome::kRefused);
  CHECK(result.events[1].verdict.outcome == Outcome::kAccepted);
}

TEST_CASE("the time of records never runs backwards") {
  Shop world;
  REQUIRE(world.one(taken("a", 1, 20), {"clerk"}, 50).outcome == Outcome::kAccepted);
  REQUIRE(world.one(taken("b", 1, 21), {"clerk"}, 40).outcome == Outcome::kAccepted);
  const std::size_t size = world.records.size();
  CHECK(world.records[size - 1].record.time_ms == world.records[size - 2].record.time_ms);
}

TEST_CASE("a record names the records that its items had before") {
  Shop world;
  REQUIRE(world.one(taken("a", 1, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
  const std::uint64_t before = world.records.size() - 1;
  CHECK(world.records.back().record.prior == std::vector<std::uint64_t>{kNoRecord, before - 1});
  REQUIRE(world.one(lent("a", 20, "card 1", 30), {"clerk"}, 30).outcome == Outcome::kAccepted);
  CHECK(world.records.back().record.prior == std::vector<std::uint64_t>{before});
}

/// Everything that a ledger may be asked: accepted, disputed, refused, voided, rolled back.
void tell(JudgeWorld& world) {
  world.one(taken("a", 1, 20), {"clerk"}, 20);
  world.one(lent("a", 19, "card 1", 60), {"clerk"}, 60);
  world.one(lent("a", 20, "card 2", 40), {"clerk"}, 70);
  world.one(taken("b", 9, 71), {"clerk"}, 71);
  Json wrong = lent("a", 20, "card 2", 40);
  Json declaration;
  declaration.set("declarationTime", "2026-05-01T02:00:00.000Z").set("reason", "incorrect_data");
  world.one(wrong.set("errorDeclaration", declaration), {"clerk"}, 72);
  world.admit(
      world.admission({stocked(1, 73), taken("c", 9, 74)}, {"clerk"}, Shop::sending(75, true)));
}

TEST_CASE("the same captures give the same records on every machine") {
  Shop one, other;
  tell(one);
  tell(other);
  CHECK(bytes_of(one) == bytes_of(other));
}

TEST_CASE("records are read back as they were, and folding them gives the same state") {
  Shop world;
  tell(world);
  const EmptyView nothing;
  StateOverlay folded(nothing);
  const auto machine = make_machine();
  for (std::size_t i = 0; i < world.records.size(); ++i) {
    const Record record = good(parse_record(world.records[i].bytes));
    good(machine->fold(i, record, world.seals.at(record.seal), folded));
  }
  StateOverlay::Changes expected = world.state().changes();
  StateOverlay::Changes got = folded.changes();
  // What was put and erased again is no entry.
  std::erase_if(expected, [](const auto& entry) { return !entry.second; });
  std::erase_if(got, [](const auto& entry) { return !entry.second; });
  CHECK(expected == got);
}

}  // namespace
}  // namespace nianlun::testing
