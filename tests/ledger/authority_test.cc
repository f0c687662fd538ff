#include <algorithm>
#include <utility>

#include "judge_world.h"
#include "roles.h"

namespace nianlun::testing {
namespace {

/// Besides the clerks and the head: registrars of north, for one role and for a whole profile.
struct Registry : JudgeWorld {
  Registry() {
    enrol_all();
    REQUIRE(enrol("registrar", "north", "registrar:books/clerk").outcome == Outcome::kAccepted);
    REQUIRE(enrol("chief", "north", "registrar:books").outcome == Outcome::kAccepted);
  }
  Verdict by(std::string_view registrar, std::string_view key, std::string_view party,
             std::string_view role) {
    return enrol(key, party, role, {}, registrar);
  }
  Verdict send(const Json& event, std::string_view signer, std::string_view party = {}) {
    const std::string behalf = party.empty() ? std::string() : uri(party);
    return one(event, {std::string(signer)},
               Sending{.received = ++minute_, .on_behalf_of = behalf, .outcomes = {}});
  }
  Json roles(std::string_view member, std::string_view whose, const Json::Array& given) {
    Json event = event_of(R"({"type": "nianlun:RolesChanged"})", ++minute_);
    return event.set(member, whose).set("nianlun:roles", given);
  }
  Json roles_of_key(std::string_view key, const Json::Array& given) {
    return roles("nianlun:key", seeded(key).public_key().did(), given);
  }
  Json roles_of_party(std::string_view party, const Json::Array& given) {
    return roles("nianlun:party", uri(party), given);
  }
  Json revocation(std::string_view key) {
    Json event = event_of(R"({"type": "nianlun:KeyRevoked", "nianlun:reason": "lost"})", ++minute_);
    return event.set("nianlun:key", seeded(key).public_key().did());
  }
  Json compromise(std::string_view key, std::string_view since) {
    return revocation(key).set("nianlun:compromisedSince", since);
  }
  Json audited(std::string_view book) {
    Json event = event_of(R"({"type": "ObjectEvent", "action": "OBSERVE",
        "bizStep": "nianlun:auditing", "nianlun:step": "books/audited"})",
                          ++minute_);
    return event.set("epcList",
                     Json::Array{std::string(kJudgeDomain) + "/book/" + std::string(book)});
  }

 private:
  std::int64_t minute_ = 100;
};

const Guards kAuthority{"authority"};
const Guards kRole{"role"};

}  // namespace

TEST_CASE("a role is a profile's, or the right to give one or all of a profile's") {
  for (const char* role : {"books/clerk", "registrar:books", "registrar:books/clerk"}) {
    CHECK_MESSAGE(is_role(role), role);
  }
  for (const char* role : {"", "registrar", "registrar:", "books/", "/clerk", "books", "a/b/c",
                           "registrar:a/b/c", "registrar:registrar:a", "other:books/clerk"}) {
    CHECK_MESSAGE(!is_role(role), role);
  }
  CHECK(may_grant({"registrar:books/clerk"}, "books/clerk"));
  CHECK(may_grant({"registrar:books"}, "books/clerk"));
  CHECK(!may_grant({"registrar:books/clerk"}, "books/head"));
  CHECK(!may_grant({"registrar:book"}, "books/clerk"));
  CHECK(!may_grant({"books/clerk"}, "books/clerk"));
  CHECK(!may_grant({"registrar:books"}, "registrar:books/clerk"));
}

TEST_CASE("a registrar enrols keys of its own party, with the roles that it was named for") {
  Registry world;
  CHECK(world.by("registrar", "new", "north", "books/clerk").outcome == Outcome::kAccepted);
  CHECK(world.by("registrar", "other", "south", "books/clerk").broken == kAuthority);
  CHECK(world.by("registrar", "other", "north", "books/head").broken == kAuthority);
  CHECK(world.by("registrar", "other", "north", "registrar:books/clerk").broken == kAuthority);
  CHECK(world.by("chief", "other", "north", "registrar:books").broken == kAuthority);
  CHECK(world.by("clerk", "other", "north", "books/clerk").broken == kAuthority);
  CHECK(world.by("chief", "other", "north", "books/head").outcome == Outcome::kAccepted);
  CHECK(world.enrol("last", "north", "registrar").broken == kRole);
}

TEST_CASE("a registrar gives and takes only the roles that it was named for") {
  Registry world;
  REQUIRE(world.enrol("boss", "north", "books/head").outcome == Outcome::kAccepted);
  const Json::Array both{"books/clerk", "books/head"};
  CHECK(world.send(world.roles_of_key("boss", both), "registrar").outcome == Outcome::kAccepted);
  CHECK(world.send(world.roles_of_key("clerk", both), "registrar").broken == kAuthority);
  CHECK(world.send(world.roles_of_key("boss", {"books/clerk"}), "registrar").broken == kAuthority);
  CHECK(world.send(world.roles_of_key("head", {}), "chief").broken == kAuthority);
  CHECK(world.send(world.revocation("boss"), "registrar").broken == kAuthority);
  CHECK(world.send(world.revocation("chief"), "registrar").broken == kAuthority);
  CHECK(world.send(world.revocation("registrar"), "chief").broken == kAuthority);
  CHECK(world.send(world.revocation("clerk"), "registrar").outcome == Outcome::kAccepted);
  CHECK(world.send(world.revocation("boss"), "chief").outcome == Outcome::kAccepted);
  REQUIRE(world.send(world.revocation("chief"), "authority").outcome == Outcome::kAccepted);
  CHECK(world.by("chief", "other", "north", "books/clerk").broken == kAuthority);
}

TEST_CASE("who may revoke a key claims since when it was compromised, once or still earlier") {
  Registry world;
  constexpr std::string_view kNoon = "2026-05-01T00:30:00.000Z";
  constexpr std::string_view kDawn = "1969-12-31T23:59:59.000Z";
  CHECK(world.send(world.compromise("clerk", "yesterday"), "registrar").broken == Guards{"time"});
  CHECK(world.send(world.compromise("clerk", "2027-01-01T00:00:00.000Z"), "registrar").broken ==
        Guards{"time"});
  CHECK(world.send(world.compromise("clerk", kNoon), "clerk").broken == kAuthority);
  CHECK(world.send(world.compromise("clerk", kNoon), "clerk2").broken == kAuthority);
  REQUIRE(world.send(world.revocation("clerk"), "clerk").outcome == Outcome::kAccepted);
  const std::uint64_t place = world.records.size() - 1;
  const auto claim = [&](std::string_view since) {
    return world.send(world.compromise("clerk", since), "registrar");
  };
  CHECK(claim(kNoon).outcome == Outcome::kAccepted);
  CHECK(claim(kNoon).broken == Guards{"key"});
  CHECK(claim("2026-05-01T00:31:00.000Z").broken == Guards{"key"});
  CHECK(claim(kDawn).outcome == Outcome::kAccepted);
  const auto clerk = good(find_actor(world.state(), seeded("clerk").public_key().did()));
  REQUIRE(clerk);
  CHECK(clerk->revoked == place);
  const std::int64_t dawn_ms = good(parse_date_time(kDawn));
  CHECK(clerk->compromised_since_ms == dawn_ms);
  CHECK(clerk->is_doubtful(place - 1, dawn_ms));
  CHECK_FALSE(clerk->is_doubtful(place - 1, dawn_ms - 1));
  CHECK_FALSE(clerk->is_doubtful(place, dawn_ms));
}

TEST_CASE("a lost key is replaced in one step by two officials, and by no fewer") {
  Registry world;
  int tries = 0;  // what was refused once is refused again, so each try is another event
  const auto replace = [&](std::string_view lost, const std::vector<std::string>& by,
                           std::string_view role = "books/clerk", std::string_view party = "north",
                           std::string_view since = "2026-05-01T00:00:30.000Z") {
    Json event = world.enrolment("new", party, role);
    event.set("nianlun:replaces", seeded(lost).public_key().did()).set("nianlun:try", ++tries);
    return world.one(event.set("nianlun:compromisedSince", since), by, 1);
  };
  CHECK(replace("clerk", {"registrar"}).broken == kAuthority);
  CHECK(replace("clerk", {"authority"}).broken == kAuthority);
  CHECK(replace("clerk", {"authority", "head"}).broken == kAuthority);
  CHECK(replace("clerk", {"registrar", "clerk"}).broken == kAuthority);
  CHECK(replace("clerk", {"clerk", "registrar"}).broken == kAuthority);
  CHECK(replace("clerk", {"registrar", "chief"}, "books/head").broken == kAuthority);
  CHECK(replace("clerk", {"chief", "registrar"}, "books/head").broken == kRole);
  CHECK(replace("clerk2", {"authority", "chief"}).broken == Guards{"key"});  // of another party
  CHECK(replace("nobody", {"authority", "chief"}).broken == Guards{"key"});
  CHECK(replace("authority", {"authority", "chief"}).broken == Guards{"key"});
  CHECK(replace("chief", {"authority", "registrar"}).broken == kRole);
  CHECK(replace("clerk", {"authority", "chief"}, "books/clerk", "north", "noon").broken ==
        Guards{"time"});
  REQUIRE(world.send(stocked(10, 10), "clerk").outcome == Outcome::kAccepted);
  REQUIRE(replace("clerk", {"registrar", "chief"}).outcome == Outcome::kAccepted);
  const std::uint64_t place = world.records.size() - 1;
  const auto lost = good(find_actor(world.state(), seeded("clerk").public_key().did()));
  const auto found = good(find_actor(world.state(), seeded("new").public_key().did()));
  REQUIRE((lost && found));
  CHECK(lost->revoked == place);
  CHECK(lost->compromised_since_ms == good(parse_date_time("2026-05-01T00:00:30.000Z")));
  CHECK(found->enrolled == place);
  CHECK(found->roles == lost->roles);
  CHECK(world.send(taken("a", 1, 20), "clerk").broken == Guards{"revoked"});
  CHECK(world.send(taken("b", 1, 20), "new").outcome == Outcome::kAccepted);
}

TEST_CASE(
    "what a claim of compromise marks is endorsed by whom the step names, and nothing else is") {
  Registry world;
  REQUIRE(world.send(stocked(10, 10), "clerk").outcome == Outcome::kAccepted);
  REQUIRE(world.enrol("boss", "north", "books/head").outcome == Outcome::kAccepted);
  REQUIRE(world.send(lot_event("checked", "inspecting", 40), "boss").outcome == Outcome::kAccepted);
  const std::uint64_t index = world.records.size() - 1;
  std::int64_t minute = 40;
  std::string at(Json::parse(world.records.back().bytes)->find("event")->text("eventTime"));
  const auto endorse = [&](std::uint64_t record, std::string_view signer) {
    Json event = event_of(R"({"type": "nianlun:Endorsement"})", ++minute);
    event.set("nianlun:endorses", record)
        .set("nianlun:item", "https://id.example.org/stock/1")
        .set("nianlun:at", at)
        .set("nianlun:recordHash", hex(record_hash(world.records.at(record).bytes)));
    return world.send(event, signer);
  };
  CHECK(endorse(index, "head").broken == Guards{"exception"});
  REQUIRE(world.send(world.revocation("boss"), "authority").outcome == Outcome::kAccepted);
  CHECK(endorse(index, "head").broken == Guards{"exception"});
  REQUIRE(world.send(world.compromise("boss", "2026-05-01T00:00:00.000Z"), "authority").outcome ==
          Outcome::kAccepted);
  CHECK(endorse(index, "clerk2").broken == kRole);
  CHECK(endorse(index, "boss").broken == kRole);
  CHECK(endorse(0, "head").broken == Guards{"exception"});
  CHECK_FALSE(good(world.state().get(endorsed_mark_key(index))));
  const std::string right = std::exchange(at, "2026-05-01T00:00:00.000Z");
  CHECK(endorse(index, "head").broken == Guards{"exception"});
  at = right;
  CHECK(endorse(index, "head").outcome == Outcome::kAccepted);
  const auto kept = good(world.state().get(endorsed_mark_key(index)));
  REQUIRE(kept);
  CHECK(good(Json::parse(*kept)).text("record") == hex(record_hash(world.records.at(index).bytes)));
}

TEST_CASE("a registrar's key is replaced by nobody but keys of the authority") {
  Registry world;
  Json event = world.enrolment("new", "north", "books/clerk");
  event.set("nianlun:replaces", seeded("registrar").public_key().did());
  CHECK(world.one(event.set("nianlun:roles", Json::Array{}), {"authority", "chief"}, 1).broken ==
        kAuthority);
}

TEST_CASE("a registrar is made by its enrolment alone, and unmade by the authority") {
  Registry world;
  const Json::Array registrar{"registrar:books"};
  CHECK(world.send(world.roles_of_key("clerk", registrar), "authority").broken == kRole);
  CHECK(world.send(world.roles_of_key("clerk", registrar), "chief").broken == kRole);
  CHECK(world.send(world.roles_of_key("chief", {}), "chief").broken == kAuthority);
  CHECK(world.send(world.roles_of_key("chief", {}), "authority").outcome == Outcome::kAccepted);
  CHECK(world.by("chief", "other", "north", "books/clerk").broken == kAuthority);
}

TEST_CASE("a token acts with the roles of its party, as long as it has them") {
  Registry world;
  REQUIRE(world.send(stocked(10, 10), "clerk").outcome == Outcome::kAccepted);
  CHECK(world.send(taken("a", 1, 20), "gateway", "north").broken == kRole);
  const Json grant = world.roles_of_party("north", {"books/clerk"});
  CHECK(world.send(grant, "chief").broken == kAuthority);
  CHECK(world.send(grant, "authority").outcome == Outcome::kAccepted);
  CHECK(world.send(taken("b", 1, 21), "gateway", "north").outcome == Outcome::kAccepted);
  CHECK(world.send(taken("c", 1, 22), "gateway", "south").broken == kRole);
  // Keys of the party have their own roles.
  REQUIRE(world.enrol("guest", "north", "books/none").outcome == Outcome::kAccepted);
  CHECK(world.send(taken("d", 1, 23), "guest").broken == kRole);
  Json renamed = event_of(R"({"type": "nianlun:PartyEnrolled", "nianlun:name": {"en": "N"}})", 1);
  renamed.set("nianlun:party", JudgeWorld::uri("north"));
  REQUIRE(world.send(renamed, "authority").outcome == Outcome::kAccepted);
  CHECK(world.send(taken("e", 1, 24), "gateway", "north").outcome == Outcome::kAccepted);
  REQUIRE(world.send(world.roles_of_party("north", {}), "authority").outcome == Outcome::kAccepted);
  CHECK(world.send(taken("f", 1, 25), "gateway", "north").broken == kRole);
}

TEST_CASE("a token's roles are a profile's, and of a party that is there") {
  Registry world;
  const auto broken = [&](Json event) { return world.send(event, "authority").broken; };
  CHECK(broken(world.roles_of_party("north", {"registrar:books"})) == kRole);
  CHECK(broken(world.roles_of_party("north", {"clerk"})) == kRole);
  CHECK(broken(world.roles_of_party("nobody", {"books/clerk"})) == Guards{"party"});
  Json both = world.roles_of_party("north", {"books/clerk"});
  CHECK(broken(both.set("nianlun:key", seeded("clerk").public_key().did())) == Guards{"key"});
}

TEST_CASE("a token never counts as a second signer or as another person, and decides nothing") {
  Registry world;
  REQUIRE(world.send(stocked(10, 10), "clerk").outcome == Outcome::kAccepted);
  REQUIRE(world.send(taken("a", 1, 20), "clerk").outcome == Outcome::kAccepted);
  const Json::Array all{"books/clerk", "books/head"};
  REQUIRE(world.send(world.roles_of_party("south", all), "authority").outcome ==
          Outcome::kAccepted);
  const Guards broken = world.send(world.audited("a"), "gateway", "south").broken;
  for (const char* guard : {"second", "other"}) {
    CHECK_MESSAGE(std::ranges::find(broken, guard) != broken.end(), guard);
  }
  const std::string disputed = std::to_string(world.records.size() - 1);
  Json answer =
      event_of(R"({"type": "nianlun:ExceptionAnswered", "nianlun:outcome": "upheld"})", 200);
  answer.set("nianlun:exception", disputed + "/second");
  CHECK(world.send(answer, "gateway", "south").broken == kRole);
  CHECK(world.send(answer, "head").outcome == Outcome::kAccepted);
  CHECK(world.send(world.revocation("gateway"), "gateway", "south").broken == kAuthority);
  CHECK(world.send(world.revocation("gateway"), "chief").broken == kAuthority);
  CHECK(world.send(world.revocation("gateway"), "authority").outcome == Outcome::kAccepted);
  CHECK(world.send(taken("b", 1, 30), "gateway", "south").broken == Guards{"revoked"});
}

TEST_CASE("a token declares errors of its own party's events, not of another's") {
  Registry world;
  REQUIRE(world.send(stocked(10, 10), "clerk").outcome == Outcome::kAccepted);
  for (const char* party : {"north", "south"}) {
    REQUIRE(world.send(world.roles_of_party(party, {"books/clerk"}), "authority").outcome ==
            Outcome::kAccepted);
  }
  const Json event = taken("a", 1, 20);
  REQUIRE(world.send(event, "gateway", "north").outcome == Outcome::kAccepted);
  Json declared = event;
  declared.set("errorDeclaration", good(Json::parse(R"({"reason": "incorrect_data",
      "declarationTime": "2026-05-01T02:00:00.000Z"})")));
  CHECK(world.send(declared, "gateway", "south").broken == Guards{"correction"});
  CHECK(world.send(declared, "gateway", "north").outcome == Outcome::kAccepted);
}

}  // namespace nianlun::testing
