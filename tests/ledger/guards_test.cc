#include <algorithm>

#include "judge_world.h"

namespace nianlun::testing {
namespace {

constexpr std::string_view kRing = R"(["geo:0,0", "geo:0,1", "geo:1,1", "geo:1,0"])";

/// A library in which everything that the step "audited" asks for is in order.
struct Audit : JudgeWorld {
  Audit() {
    enrol_all();
    REQUIRE(one(stocked(3, 10), {"clerk"}, 10).outcome == Outcome::kAccepted);
    Json room = event_of(R"({"type": "ObjectEvent", "action": "ADD", "bizStep": "installing",
        "nianlun:step": "books/furnished", "epcList": ["https://id.example.org/room/1"]})",
                         11);
    REQUIRE(one(room.set("nianlun:ring", good(Json::parse(kRing))), {"clerk"}, 11).outcome ==
            Outcome::kAccepted);
    REQUIRE(one(lot_event("checked", "inspecting", 12), {"head"}, 12).outcome ==
            Outcome::kAccepted);
    REQUIRE(one(taken("a", 1, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
  }

  static Json event(std::int64_t at = 60) {
    return event_of(R"({"type": "ObjectEvent", "action": "OBSERVE",
        "bizStep": "nianlun:auditing", "nianlun:step": "books/audited",
        "epcList": ["https://id.example.org/book/a"],
        "bizTransactionList": [{"type": "cert", "bizTransaction": "urn:uuid:1"}],
        "bizLocation": {"id": "https://id.example.org/room/1"}, "nianlun:at": "geo:0.5,0.5",
        "sensorElementList": [
          {"sensorMetadata": {"time": "2026-05-01T00:00:00.000Z"},
           "sensorReport": [{"type": "Temperature", "value": 20, "uom": "CEL"}]},
          {"sensorMetadata": {"time": "2026-05-01T01:00:00.000Z"},
           "sensorReport": [{"type": "Temperature", "value": 25, "uom": "CEL"}]}]})",
                    at);
  }

  Guards broken(const Json& audited, const std::vector<std::string>& signers = {"clerk2", "head"},
                std::vector<std::string> outcomes = {}) {
    const Verdict verdict =
        one(audited, signers, Sending{.received = 70, .on_behalf_of = {}, .outcomes = outcomes});
    CHECK(verdict.outcome == (verdict.broken.empty() ? Outcome::kAccepted : Outcome::kDisputed));
    return verdict.broken;
  }
};

TEST_CASE("an event that breaks no guard is accepted") {
  Audit world;
  CHECK(world.broken(Audit::event()) == Guards{});
}

TEST_CASE("a document of the type must be named") {
  Audit world;
  Json event = Audit::event();
  event.find("bizTransactionList")->array()[0].set("type", "inv");
  CHECK(world.broken(event) == Guards{"paper"});
}

TEST_CASE("the other signer holds the role and is not the gateway's client") {
  Audit world;
  CHECK(world.broken(Audit::event(), {"clerk2"}) == Guards{"second"});
  CHECK(world.broken(Audit::event(61), {"clerk2", "guest"}) == Guards{"second"});
  CHECK(world.broken(Audit::event(62), {"clerk2", "clerk"}) == Guards{"second"});
}

TEST_CASE("two duties are of two keys") {
  Audit world;
  CHECK(world.broken(Audit::event(), {"clerk", "head"}) == Guards{"other"});
}

TEST_CASE("a place lies inside the area of what it is in") {
  Audit world;
  Json event = Audit::event();
  CHECK(world.broken(event.set("nianlun:at", "geo:1.5,0.5")) == Guards{"inside"});
  CHECK(world.broken(event.set("nianlun:at", "here")) == Guards{"inside"});
}

TEST_CASE("readings are within limits and without a gap") {
  Audit world;
  Json event = Audit::event();
  Json& last = event.find("sensorElementList")->array()[1];
  last.find("sensorMetadata")->set("time", "2026-05-01T01:00:00.001Z");
  CHECK(world.broken(event) == Guards{"dry"});
  event = Audit::event(61);
  event.find("sensorElementList")->array()[0].find("sensorReport")->array()[0].set("value", 26);
  CHECK(world.broken(event) == Guards{"dry"});
  event = Audit::event(62);
  event.erase("sensorElementList");
  CHECK(world.broken(event) == Guards{"dry"});
}

TEST_CASE("a guard over private values is judged by what ingress found") {
  Audit world;
  CHECK(world.broken(Audit::event(), {"clerk2", "head"}, {"books@1/audited/secret"}) ==
        Guards{"secret"});
  CHECK(world.broken(Audit::event(61), {"clerk2", "head"}, {"books@1/lent/secret"}) == Guards{});
}

struct Shelf : JudgeWorld {
  Shelf() {
    enrol_all();
    REQUIRE(one(stocked(3, 10, "2026-05-01"), {"clerk"}, 10).outcome == Outcome::kAccepted);
  }
};

TEST_CASE("a step that must have been taken counts only while nobody disputes it") {
  Shelf world;
  REQUIRE(world.one(taken("a", 1, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
  const auto is_checked = [&](std::int64_t at) {
    const Guards broken = world.one(Audit::event(at), {"clerk2", "head"}, at).broken;
    return std::ranges::find(broken, "checked") == broken.end();
  };
  CHECK_FALSE(is_checked(30));
  REQUIRE(world.one(lot_event("checked", "inspecting", 31), {"clerk"}, 31).outcome ==
          Outcome::kDisputed);
  CHECK_FALSE(is_checked(40));
  REQUIRE(world.one(lot_event("checked", "inspecting", 41), {"head"}, 41).outcome ==
          Outcome::kAccepted);
  CHECK(is_checked(50));
  CHECK(is_checked(24 * 60 - 1));
  CHECK_FALSE(is_checked(24 * 60 + 1));  // what was checked is valid until the end of its day
}

TEST_CASE("a lot is drawn to zero and not below, and never by less than nothing") {
  Shelf world;
  CHECK(world.one(taken("a", 2, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
  const Verdict verdict = world.one(taken("b", 2, 21), {"clerk"}, 21);
  CHECK(verdict.outcome == Outcome::kRefused);
  CHECK(verdict.broken == Guards{"balance"});
  CHECK(world.one(taken("c", 1, 22), {"clerk"}, 22).outcome == Outcome::kAccepted);
}

TEST_CASE("a quantity beyond every bound is a verdict and no error") {
  Shelf world;
  Json event = taken("a", 1, 20);
  Json lot;
  lot.set("epcClass", "https://id.example.org/stock/1").set("quantity", Json::number("1e+29"));
  Json::Array lots(12, lot);
  CHECK(world.one(event.set("inputQuantityList", lots), {"clerk"}, 20).broken == Guards{"balance"});
}

TEST_CASE("a logic guard sees the event and the item's attributes") {
  Shelf world;
  REQUIRE(world.one(taken("a", 1, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
  CHECK(world.one(lent("a", 19, "card 1", 30), {"clerk"}, 30).broken == Guards{"deposit"});
}

TEST_CASE("a value is held by one item until it is in a state that lets go") {
  Shelf world;
  REQUIRE(world.one(taken("a", 1, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
  REQUIRE(world.one(taken("b", 1, 21), {"clerk"}, 21).outcome == Outcome::kAccepted);
  REQUIRE(world.one(lent("a", 20, "card 1", 30), {"clerk"}, 30).outcome == Outcome::kAccepted);
  CHECK(world.one(lent("b", 20, "card 1", 31), {"clerk"}, 31).broken == Guards{"card"});
  REQUIRE(world.one(returned("b", 32), {"clerk"}, 32).outcome == Outcome::kAccepted);
  REQUIRE(world.one(returned("a", 33), {"clerk"}, 33).outcome == Outcome::kAccepted);
  CHECK(world.one(lent("b", 20, "card 1", 34), {"clerk"}, 34).outcome == Outcome::kAccepted);
}

TEST_CASE("one event does not give the same value to two items") {
  Shelf world;
  REQUIRE(world.one(taken("a", 1, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
  REQUIRE(world.one(taken("b", 1, 21), {"clerk"}, 21).outcome == Outcome::kAccepted);
  Json event = lent("a", 20, "card 1", 30);
  event.find("epcList")->push("https://id.example.org/book/b");
  CHECK(world.one(event, {"clerk"}, 30).broken == Guards{"card"});
}

TEST_CASE("a step is in time until the duration since the other has passed") {
  Shelf world;
  constexpr std::int64_t kMonth = 30 * 24 * 60;
  REQUIRE(world.one(taken("a", 1, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
  REQUIRE(world.one(lent("a", 20, "card 1", 30), {"clerk"}, 30).outcome == Outcome::kAccepted);
  CHECK(world.one(returned("a", kMonth + 30), {"clerk"}, kMonth + 30).outcome ==
        Outcome::kAccepted);
  REQUIRE(world.one(lent("a", 20, "card 1", kMonth + 40), {"clerk"}, kMonth + 40).outcome ==
          Outcome::kAccepted);
  CHECK(world.one(returned("a", 2 * kMonth + 41), {"clerk"}, 2 * kMonth + 41).broken ==
        Guards{"due"});
}

TEST_CASE("what comes from a recalled lot is recalled") {
  Shelf world;
  REQUIRE(world.one(taken("a", 1, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
  REQUIRE(world.one(lot_event("recalled", "holding", 25), {"head"}, 25).outcome ==
          Outcome::kAccepted);
  CHECK(world.one(lent("a", 20, "card 1", 30), {"clerk"}, 30).broken == Guards{"kept"});
}

}  // namespace
}  // namespace nianlun::testing
