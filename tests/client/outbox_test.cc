#include "ledger/outbox.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "ledger/disclosure.h"
#include "outbox_samples.h"
#include "temporary_folder.h"

using namespace nianlun;
using namespace nianlun::testing;

namespace {

std::unique_ptr<Outbox> open(const TemporaryFolder& folder) {
  auto outbox = Outbox::open(folder.path() / "outbox");
  REQUIRE_MESSAGE(outbox.has_value(), outbox.error().message);
  return *std::move(outbox);
}

std::uint64_t count(const Outbox& outbox, OutboxState state) {
  const auto counted = outbox.count(state);
  REQUIRE(counted);
  return *counted;
}

Json next(Outbox& outbox, const Outbox::SealContext& context) {
  auto document = outbox.next_document(context);
  REQUIRE_MESSAGE(document.has_value(), document.error().message);
  REQUIRE(document->has_value());
  return **std::move(document);
}

std::vector<OutboxEntry> entries(const Outbox& outbox) {
  std::vector<OutboxEntry> found;
  REQUIRE(outbox.each([&found](const OutboxEntry& entry) {
    found.push_back(entry);
    return true;
  }));
  return found;
}

}  // namespace

TEST_CASE("events are saved together or not at all, in their order, beside single ones") {
  const TemporaryFolder folder;
  auto outbox = open(folder);
  CHECK(*outbox->add(outbox_event(1), {}, 1001) == 1);
  std::vector<NewOutboxEvent> events;
  for (int i = 2; i <= 5; ++i) events.push_back({outbox_event(i), {}, 1000 + i});
  CHECK(*outbox->add_all(events) == 2);
  CHECK(*outbox->add_all({}) == 6);
  events.back().disclosures = {"foreign"};
  CHECK(outbox->add_all(events).error().message == "outbox.foreign-disclosure");
  events.back() = {Json().set("type", "Nothing"), {}, 0};
  CHECK(outbox->add_all(events).error().code == ErrorCode::kInvalidArgument);
  CHECK(*outbox->add(outbox_event(6), {}, 1006) == 6);
  outbox.reset();
  const auto found = entries(*open(folder));
  REQUIRE(found.size() == 6);
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].number == i + 1);
    CHECK(found[i].saved_ms == static_cast<std::int64_t>(1001 + i));
    CHECK(found[i].event.text("eventID") == "urn:test:event:" + std::to_string(i + 1));
  }
}

TEST_CASE("an event goes from saved over sealed to received, and what became of it stays") {
  const TemporaryFolder folder;
  const PrivateKey key = outbox_key();
  const auto context = outbox_context(key);
  auto outbox = open(folder);
  for (int i = 1; i <= 3; ++i) CHECK(*outbox->add(outbox_event(i), {}, 1000 + i) == i);
  CHECK(count(*outbox, OutboxState::kWaiting) == 3);
  const Json document = next(*outbox, context);
  CHECK(count(*outbox, OutboxState::kSealed) == 3);
  CHECK(count(*outbox, OutboxState::kWaiting) == 0);
  const auto capture = parse_capture(document, PublicKey::from_did);
  REQUIRE_MESSAGE(capture.has_value(), capture.error().message);
  CHECK(capture->events.size() == 3);
  CHECK(capture->seal->sequence == 1);
  CHECK(capture->seal->submitter == key.public_key().did());

  outbox.reset();
  outbox = open(folder);
  CHECK(next(*outbox, context).dump() == document.dump());
  const auto word = [](std::uint64_t i) {
    return std::string(i == 0 ? "accepted" : i == 1 ? "disputed" : "refused");
  };
  REQUIRE(outbox->answered(capture_job(document, word)));
  CHECK(!*outbox->next_document(context));
  outbox.reset();
  const auto kept = entries(*open(folder));
  REQUIRE(kept.size() == 3);
  CHECK(kept[0].state == OutboxState::kReceived);
  CHECK(kept[0].record == 100);
  CHECK(kept[0].saved_ms == 1001);
  CHECK(kept[0].event == outbox_event(1));
  CHECK(kept[1].state == OutboxState::kReceived);
  CHECK(kept[1].outcome == "disputed");
  CHECK(kept[2].state == OutboxState::kRefused);
  CHECK(kept[2].broken == std::vector<std::string>{"once"});
}

TEST_CASE("each seal follows the one before, also after a restart and for each submitter") {
  const TemporaryFolder folder;
  const PrivateKey key = outbox_key();
  const auto context = outbox_context(key, 2);
  std::optional<Hash> previous;
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    const auto outbox = open(folder);
    for (int i = 0; i < 2; ++i) REQUIRE(outbox->add(outbox_event(i), {}, 0));
    const Json document = next(*outbox, context);
    const auto seal = parse_seal(*document.find("nianlun:seal"));
    REQUIRE(seal);
    CHECK(seal->count == 2);
    CHECK(seal->sequence == sequence);
    CHECK(seal->previous == previous);
    previous = seal->hash;
    REQUIRE(outbox->answered(accepting_job(document)));
  }
  const auto outbox = open(folder);
  REQUIRE(outbox->add(outbox_event(1), {}, 0));
  const PrivateKey other = *PrivateKey::from_seed(KeyType::kP256, std::string(32, 'o'));
  const Json document = next(*outbox, outbox_context(other));
  const auto seal = parse_seal(*document.find("nianlun:seal"));
  REQUIRE(seal);
  CHECK(seal->sequence == 1);
  CHECK(!seal->previous);
}

TEST_CASE("a seal is bounded in events and in bytes") {
  const TemporaryFolder folder;
  const PrivateKey key = outbox_key();
  const auto outbox = open(folder);
  for (int i = 0; i < 4; ++i) {
    Json event = outbox_event(i);
    event.set("nianlun:note", std::string(300'000, 'x'));
    REQUIRE(outbox->add(event, {}, 0));
  }
  const Json document = next(*outbox, outbox_context(key));
  CHECK(parse_seal(*document.find("nianlun:seal"))->count == 2);
  REQUIRE(outbox->answered(accepting_job(document)));
  CHECK(parse_seal(*next(*outbox, outbox_context(key, 1)).find("nianlun:seal"))->count == 1);
}

TEST_CASE("disclosures travel with their events, and none without one") {
  const TemporaryFolder folder;
  const PrivateKey key = outbox_key();
  const auto outbox = open(folder);
  const Disclosure disclosure = make_disclosure("c2FsdHNhbHRzYWx0c2E", "nianlun:price", "9");
  Json event = outbox_event(1);
  event.set("nianlun:sd", Json::Array{disclosure_digest(disclosure.encoded)});
  const auto foreign = outbox->add(outbox_event(2), {disclosure.encoded}, 0);
  REQUIRE(!foreign);
  CHECK(foreign.error().code == ErrorCode::kInvalidArgument);
  REQUIRE(outbox->add(event, {disclosure.encoded}, 0));
  const Json document = next(*outbox, outbox_context(key));
  CHECK(document.find("nianlun:disclosures")->array() == Json::Array{disclosure.encoded});
  const auto capture = parse_capture(document, PublicKey::from_did);
  REQUIRE(capture);
  CHECK(capture->disclosures.size() == 1);
}

TEST_CASE("only what is not sealed can be removed, and what is no event is not taken") {
  const TemporaryFolder folder;
  const PrivateKey key = outbox_key();
  const auto outbox = open(folder);
  Json no_time = outbox_event(1);
  no_time.erase("eventTime");
  CHECK(!outbox->add(no_time, {}, 0));
  CHECK(*outbox->add(outbox_event(1), {}, 0) == 1);
  CHECK(*outbox->add(outbox_event(2), {}, 0) == 2);
  REQUIRE(outbox->remove(2));
  CHECK(outbox->remove(2).error().code == ErrorCode::kNotFound);
  CHECK(*outbox->add(outbox_event(3), {}, 0) == 3);
  CHECK(parse_seal(*next(*outbox, outbox_context(key)).find("nianlun:seal"))->count == 2);
  CHECK(outbox->remove(1).error().code == ErrorCode::kConflict);
  CHECK(entries(*outbox).size() == 2);
}

TEST_CASE("a seal that nobody took is undone, and the next one takes its place") {
  const TemporaryFolder folder;
  const PrivateKey key = outbox_key();
  const auto outbox = open(folder);
  CHECK(outbox->unseal().error().code == ErrorCode::kNotFound);
  REQUIRE(outbox->add(outbox_event(1), {}, 0));
  const Json first = next(*outbox, outbox_context(key));
  REQUIRE(outbox->answered(accepting_job(first)));
  for (int i = 2; i <= 3; ++i) REQUIRE(outbox->add(outbox_event(i), {}, 0));
  for (int round = 0; round < 2; ++round) {
    const Json document = next(*outbox, outbox_context(key));
    const auto seal = parse_seal(*document.find("nianlun:seal"));
    REQUIRE(seal);
    CHECK(seal->sequence == 2);
    CHECK(seal->previous == parse_seal(*first.find("nianlun:seal"))->hash);
    CHECK(seal->count == 2);
    REQUIRE(outbox->unseal());
    CHECK(count(*outbox, OutboxState::kWaiting) == 2);
    CHECK(count(*outbox, OutboxState::kSealed) == 0);
    CHECK(count(*outbox, OutboxState::kReceived) == 1);
  }
  REQUIRE(outbox->remove(2));
}

TEST_CASE("an answer for another seal, or not for each event, changes nothing") {
  const TemporaryFolder folder;
  const PrivateKey key = outbox_key();
  const auto outbox = open(folder);
  CHECK(outbox->answered(Json(Json::Object{})).error().code == ErrorCode::kNotFound);
  for (int i = 0; i < 2; ++i) REQUIRE(outbox->add(outbox_event(i), {}, 0));
  const Json document = next(*outbox, outbox_context(key));
  const Json good = accepting_job(document);
  std::vector<Json> wrong(5, good);
  wrong[0].set("captureID", std::string(64, '0'));
  wrong[1].erase("nianlun:outcomes");
  wrong[2].find("nianlun:outcomes")->array().pop_back();
  wrong[3].find("nianlun:outcomes")->array()[1].set("position", 0);
  wrong[4].find("nianlun:outcomes")->array()[1].set("outcome", "lost");
  for (const Json& job : wrong) {
    const auto taken = outbox->answered(job);
    REQUIRE(!taken);
    CHECK(taken.error().code == ErrorCode::kInvalidArgument);
    CHECK(count(*outbox, OutboxState::kSealed) == 2);
    CHECK(next(*outbox, outbox_context(key)) == document);
  }
  CHECK(outbox->answered(good));
}

TEST_CASE("an outbox is open once") {
  const TemporaryFolder folder;
  const auto outbox = open(folder);
  const auto again = Outbox::open(folder.path() / "outbox");
  REQUIRE(!again);
  CHECK(again.error().code == ErrorCode::kConflict);
  const auto nowhere = Outbox::open("/dev/null/outbox");
  REQUIRE(!nowhere);
  CHECK(nowhere.error().code == ErrorCode::kIo);
}
