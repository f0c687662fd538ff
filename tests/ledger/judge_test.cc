#include "judge_world.h"

namespace nianlun::testing {
namespace {

struct Library : JudgeWorld {
  Library() {
    enrol_all();
    REQUIRE(one(stocked(10, 10), {"clerk"}, 10).outcome == Outcome::kAccepted);
    REQUIRE(one(taken("a", 1, 20), {"clerk"}, 20).outcome == Outcome::kAccepted);
    REQUIRE(one(taken("b", 1, 21), {"clerk"}, 21).outcome == Outcome::kAccepted);
  }
};

Json revocation(std::string_view key) {
  Json event = event_of(R"({"type": "nianlun:KeyRevoked", "nianlun:reason": "lost"})", 30);
  return event.set("nianlun:key", seeded(key).public_key().did());
}

Json declared_error(Json event) {
  Json declaration;
  declaration.set("declarationTime", "2026-05-01T02:00:00.000Z").set("reason", "incorrect_data");
  return event.set("errorDeclaration", std::move(declaration));
}

TEST_CASE("a genesis event is accepted from its authority, and only once") {
  JudgeWorld world;
  CHECK(world.genesis.outcome == Outcome::kAccepted);
  const Json again = *Json::parse(world.records.front().bytes)->find("event");
  Json other = again;
  other.set("nianlun:timeZone", "UTC");
  CHECK(world.one(other, {"authority"}, 1).broken == Guards{"authority"});
}

TEST_CASE("a key is enrolled by the authority, once, and with its consent") {
  JudgeWorld world;
  world.enrol_all();
  CHECK(world.enrol("new", "nowhere", "books/clerk").broken == Guards{"party"});
  CHECK(world.enrol("new", "north", "books/clerk", "clerk").broken == Guards{"possession"});
  CHECK(world.enrol("new", "north", "books/clerk").outcome == Outcome::kAccepted);
  CHECK(world.enrol("new", "north", "books/head").broken == Guards{"key"});
}

TEST_CASE("a key that was revoked cannot be enrolled again") {
  Library world;
  CHECK(world.one(revocation("clerk"), {"head"}, 30).broken == Guards{"authority"});
  CHECK(world.one(revocation("clerk"), {"authority"}, 31).outcome == Outcome::kAccepted);
  CHECK(world.enrol("clerk", "north", "books/head").outcome == Outcome::kRefused);
  const Verdict verdict = world.one(lent("a", 20, "card 1", 40), {"clerk"}, 40);
  CHECK(verdict.outcome == Outcome::kDisputed);
  CHECK(verdict.broken == Guards{"revoked"});
}

TEST_CASE("an unknown key is refused, and its events are judged once it is known") {
  Library world;
  const Json event = lent("a", 20, "card 1", 40);
  CHECK(world.one(event, {"guest"}, 40).outcome == Outcome::kRefused);
  REQUIRE(world.enrol("guest", "north", "books/clerk").outcome == Outcome::kAccepted);
  CHECK(world.one(event, {"guest"}, 41).outcome == Outcome::kAccepted);
}

TEST_CASE("who lacks the role is disputed until it is endorsed") {
  Library world;
  const Verdict verdict = world.one(lot_event("checked", "inspecting", 40), {"clerk"}, 40);
  CHECK(verdict.outcome == Outcome::kDisputed);
  CHECK(verdict.broken == Guards{"role"});
  Json endorsement = event_of(R"({"type": "nianlun:Endorsement"})", 41);
  endorsement.set("nianlun:endorses", static_cast<std::int64_t>(world.records.size() - 1))
      .set("nianlun:recordHash", hex(record_hash(world.records.back().bytes)));
  CHECK(world.one(endorsement, {"clerk2"}, 41).broken == Guards{"role"});
  Json other = endorsement;
  other.set("nianlun:recordHash", hex(record_hash(world.records.front().bytes)));
  CHECK(world.one(other, {"head"}, 42).broken == Guards{"record"});
  other.erase("nianlun:recordHash");
  CHECK(world.one(other, {"head"}, 42).broken == Guards{"record"});
  CHECK(world.one(endorsement, {"head"}, 42).outcome == Outcome::kAccepted);
}

TEST_CASE("nobody but the gateway seals on behalf of a party") {
  Library world;
  const JudgeWorld::Sending north{
      .received = 40, .on_behalf_of = JudgeWorld::uri("north"), .outcomes = {}};
  CHECK(world.one(lent("a", 20, "card 1", 40), {"clerk2"}, north).outcome == Outcome::kRefused);
  CHECK(world.one(lent("a", 20, "card 1", 40), {"gateway"}, north).outcome == Outcome::kDisputed);
  const JudgeWorld::Sending nobody{
      .received = 40, .on_behalf_of = JudgeWorld::uri("nobody"), .outcomes = {}};
  CHECK(world.one(lent("b", 20, "card 2", 40), {"gateway"}, nobody).outcome == Outcome::kRefused);
}

TEST_CASE("an item is judged in the state that it had at the event's time") {
  Library world;
  REQUIRE(world.one(lent("a", 20, "card 1", 100), {"clerk"}, 100).outcome == Outcome::kAccepted);
  const Verdict twice = world.one(lent("a", 20, "card 1", 110), {"clerk"}, 110);
  CHECK(twice.outcome == Outcome::kDisputed);
  CHECK(twice.broken == Guards{"state"});
  CHECK(world.one(lent("a", 20, "card 1", 90), {"clerk"}, 120).outcome == Outcome::kAccepted);
  const Verdict early = world.one(returned("b", 50), {"clerk"}, 130);
  CHECK(early.outcome == Outcome::kRefused);
  CHECK(early.broken == Guards{"state"});
}

TEST_CASE("an event without a step takes the first whose items fit, and none is refused") {
  Library world;
  Json event = lent("a", 20, "card 1", 40);
  event.erase("nianlun:step");
  CHECK(world.one(event, {"clerk"}, 40).step == "books/lent");
  event.set("bizStep", "nianlun:flying");
  CHECK(world.one(event, {"clerk"}, 41).broken == Guards{"step"});
}

TEST_CASE("what is required, of the right kind, in clear and in time is asked of every event") {
  Library world;
  Json event = lent("a", 20, "card 1", 40);
  event.erase("nianlun:deposit");
  const Verdict missing = world.one(event, {"clerk"}, 40);
  CHECK(missing.outcome == Outcome::kRefused);
  CHECK(missing.broken == Guards{"required"});
  event = lent("a", 20, "card 1", 41);
  event.set("nianlun:reader", "somebody's name");
  CHECK(world.one(event, {"clerk"}, 41).broken == Guards{"private"});
  event = lent("a", 20, "card 1", 42);
  event.set("epcList", Json::Array{"https://id.example.org/room/1"});
  CHECK(world.one(event, {"clerk"}, 42).broken == Guards{"identity"});
  CHECK(world.one(lent("a", 20, "card 1", 60), {"clerk"}, 50).broken == Guards{"time"});
  CHECK(world.one(lent("b", 20, "card 2", 54), {"clerk"}, 50).outcome == Outcome::kAccepted);
}

TEST_CASE("an honest run that is sealed in the evening is in time, whatever was seen before") {
  Library world;
  const auto sent = [&](std::int64_t at, std::int64_t sealed, std::vector<std::string> outcomes) {
    return world.one(lent("a", 20, "card 1", at), {"clerk"},
                     JudgeWorld::Sending{.received = 900,
                                         .on_behalf_of = {},
                                         .outcomes = std::move(outcomes),
                                         .sealed = sealed});
  };
  CHECK(sent(100, 890, {}).outcome == Outcome::kAccepted);
  CHECK(sent(99, 100, {}).broken.empty());
  CHECK(sent(98, 93, {}).broken.empty());
  const Verdict sealed_before = sent(97, 91, {});
  CHECK(sealed_before.outcome == Outcome::kDisputed);
  CHECK(sealed_before.broken == Guards{"time"});
  CHECK(sent(96, 890, {"time"}).broken == Guards{"time"});
}

TEST_CASE("what a device sent that had seen another history is kept, and disputed") {
  Library world;
  const JudgeWorld::Sending other{.received = 40, .on_behalf_of = {}, .outcomes = {"history"}};
  const Verdict verdict = world.one(lent("a", 20, "card 1", 40), {"clerk"}, other);
  CHECK(verdict.outcome == Outcome::kDisputed);
  CHECK(verdict.broken == Guards{"history"});
  CHECK(good(find_item(world.state(), "https://id.example.org/book/a"))->now.state == "lent");
  // A revocation does not wait for an answer.
  CHECK(world.one(revocation("clerk"), {"authority"}, other).outcome == Outcome::kAccepted);
}

TEST_CASE("an error is declared by its own key in time, and by nobody after others came") {
  Library world;
  const Json event = lent("a", 20, "card 1", 40);
  REQUIRE(world.one(event, {"clerk"}, 40).outcome == Outcome::kAccepted);
  const Verdict stranger = world.one(declared_error(event), {"clerk2"}, 50);
  CHECK(stranger.outcome == Outcome::kDisputed);
  CHECK(stranger.broken == Guards{"correction"});
  CHECK(world.one(declared_error(event), {"clerk"}, 60).outcome == Outcome::kAccepted);
  CHECK(good(find_item(world.state(), "https://id.example.org/book/a"))->now.state == "shelved");
}

TEST_CASE("after its term an error is declared by a head and a second signer") {
  Library world;
  const Json event = lent("a", 20, "card 1", 40);
  REQUIRE(world.one(event, {"clerk"}, 40).outcome == Outcome::kAccepted);
  constexpr std::int64_t kTwoDays = 2 * 24 * 60;
  CHECK(world.one(declared_error(event), {"clerk"}, kTwoDays).broken == Guards{"correction"});
  CHECK(world.one(declared_error(event), {"head"}, kTwoDays).broken == Guards{"correction"});
  CHECK(world.one(declared_error(event), {"head", "guest"}, kTwoDays).broken ==
        Guards{"correction"});
  CHECK(world.one(declared_error(event), {"head", "clerk2"}, kTwoDays).outcome ==
        Outcome::kAccepted);
}

}  // namespace
}  // namespace nianlun::testing
