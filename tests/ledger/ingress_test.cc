#include "ledger/ingress.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "ledger/disclosure.h"
#include "ledger/ledger_fixture.h"
#include "ledger/private_values.h"
#include "temporary_folder.h"

namespace nianlun::testing {
namespace {

/// A profile with a private member that is required, and a guard over it.
Json priced_profile() {
  std::ifstream in(NIANLUN_SOURCE_DIR "/tests/scenario/library/profile/library.json");
  Json profile = Json::parse(std::string(std::istreambuf_iterator<char>(in), {})).value();
  Json& bought = *profile.find("steps")->find("bought");
  bought.find("required")->push("nianlun:price");
  bought.set("guards", Json::parse(R"([{"id": "price", "text": {"en": "Too dear", "zh": "过贵"},
      "logic": {"<": [{"var": "event.nianlun:price"}, 100]}, "private": true, "else": "dispute"}])")
                           .value());
  return profile;
}

Admission genesis_with(const Json& profile) {
  Json json = genesis().events[0].event.event;
  json.set("@context", our_context()).set("eventTime", date_time(kGenesisMs));
  json.set("eventTimeZoneOffset", "+08:00");
  json.set("nianlun:profiles", Json(Json::Array{profile}));
  return admission_of({event_of(json, 0)}, kGenesisMs, kOrigin);
}

struct Setting {
  TemporaryFolder folder;
  LedgerOptions options = options_in(folder.path() / "ledger");
  std::unique_ptr<Ledger> ledger;
  std::uint64_t salts = 0;

  Setting() {
    options.machine = make_machine;
    const auto made =
        Ledger::create(options, genesis_with(priced_profile()), log_key(), gateway_key());
    REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
    ledger = open_ledger(options);
    enrol("https://id.example.org/party/city");
  }

  /// By the authority, whose key is the gateway's in this test.
  void enrol(const std::string& party) {
    Json json;
    json.set("type", "nianlun:PartyEnrolled").set("eventTime", date_time(kGenesisMs));
    json.set("eventTimeZoneOffset", "+08:00").set("nianlun:party", party);
    json.set("nianlun:name", Json(Json::Object{{"en", "City"}, {"zh", "市"}}));
    const Json context = our_context();
    AdmissionEvent event;
    event.event = capture_event(json, &context).value();
    event.salt = base64url("salt of enrolled");
    SealDraft draft;
    draft.ledger = ledger->identity();
    draft.leaves = {event.event.hash};
    draft.sequence = 1;
    draft.sealed_at_ms = kGenesisMs;
    draft.boot = "boot";
    const PrivateKey key = gateway_key();
    const PrivateKey* const keys[] = {&key};
    Admission admission;
    admission.time_ms = kGenesisMs;
    admission.seal = parse_seal(make_seal(draft, keys).value()).value();
    admission.events.push_back(std::move(event));
    const auto answer = ledger->submit_and_wait(std::move(admission));
    REQUIRE(answer);
    REQUIRE(answer->events[0].verdict.outcome == Outcome::kAccepted);
  }

  Stamp stamp() {
    return {.now_ms = kGenesisMs + 86'400'000,
            .salt = [this] { return Buffer("salt ") + std::to_string(10'000'000'000 + salts++); }};
  }

  static Capture bought(std::uint64_t n, const Json& price) {
    Json json;
    json.set("type", "ObjectEvent").set("action", "ADD").set("bizStep", "commissioning");
    json.set("disposition", "active").set("eventTime", date_time(kGenesisMs + 3'600'000));
    json.set("eventTimeZoneOffset", "+08:00").set("nianlun:step", "library/bought");
    json.set("epcList", Json(Json::Array{"https://id.example.org/book/" + std::to_string(n)}));
    json.set("nianlun:title", "The year ring");
    if (!price.is_null()) json.set("nianlun:price", price);
    const Json context = our_context();
    auto event = capture_event(json, &context);
    REQUIRE_MESSAGE(event, (event ? "" : event.error().message));
    return {.events = {*std::move(event)}, .seal = {}, .disclosures = {}};
  }

  Result<Submission> through_gateway(Capture capture) {
    auto sealed = seal_for(std::move(capture), "https://id.example.org/party/city", gateway_key(),
                           *ledger->read(), ledger->identity(), stamp());
    if (!sealed) return Unexpected{std::move(sealed).error()};
    return ingress(*std::move(sealed), *ledger->read(), ledger->identity(), stamp());
  }
};

bool has(const std::vector<std::string>& list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

}  // namespace

TEST_CASE("a private member leaves the event before it is sealed, and lies in the vault") {
  Setting setting;
  auto submission = setting.through_gateway(Setting::bought(1, 50));
  REQUIRE_MESSAGE(submission, (submission ? "" : submission.error().message));
  CHECK(submission->admission.events[0].outcomes.empty());
  REQUIRE(submission->disclosures.size() == 1);
  const auto answer =
      setting.ledger->submit_and_wait(submission->admission, submission->disclosures);
  REQUIRE(answer);
  const auto& broken = answer->events[0].verdict.broken;
  CHECK_FALSE(has(broken, "key"));
  CHECK_FALSE(has(broken, "price"));
  CHECK_FALSE(has(broken, "required"));
  CHECK_FALSE(has(broken, "private"));

  const auto reading = setting.ledger->read();
  const auto stored = reading->record(answer->events[0].index);
  REQUIRE(stored);
  CHECK(stored->bytes.find("price") == std::string::npos);
  const auto merged = merge_private(stored->record.event, [&](std::string_view digest) {
    return reading->disclosure(digest).value();
  });
  REQUIRE(merged);
  REQUIRE(merged->find("nianlun:price") != nullptr);
  CHECK(*merged->find("nianlun:price") == Json(50));
}

TEST_CASE("a guard over a private member is judged at ingress, and its outcome is in the verdict") {
  Setting setting;
  const auto submission = setting.through_gateway(Setting::bought(1, 500));
  REQUIRE(submission);
  CHECK(submission->admission.events[0].outcomes ==
        std::vector<std::string>{"library@1/bought/price"});
  const auto answer =
      setting.ledger->submit_and_wait(submission->admission, submission->disclosures);
  REQUIRE(answer);
  CHECK(has(answer->events[0].verdict.broken, "price"));
}

TEST_CASE("a private member that is required and missing is found at ingress") {
  Setting setting;
  const auto submission = setting.through_gateway(Setting::bought(1, Json()));
  REQUIRE(submission);
  CHECK(has(submission->admission.events[0].outcomes, "library@1/bought/required"));
  const auto answer =
      setting.ledger->submit_and_wait(submission->admission, submission->disclosures);
  REQUIRE(answer);
  CHECK(answer->events[0].verdict.outcome == Outcome::kRefused);
}

TEST_CASE("a member that was disclosed before is found in the vault") {
  Setting setting;
  auto sealed = seal_for(Setting::bought(1, 50), "https://id.example.org/party/city", gateway_key(),
                         *setting.ledger->read(), setting.ledger->identity(), setting.stamp());
  REQUIRE(sealed);
  Capture without = *sealed;
  without.disclosures.clear();
  const auto before =
      ingress(without, *setting.ledger->read(), setting.ledger->identity(), setting.stamp());
  REQUIRE(before);
  CHECK(has(before->admission.events[0].outcomes, "library@1/bought/required"));
  const auto with =
      ingress(*sealed, *setting.ledger->read(), setting.ledger->identity(), setting.stamp());
  REQUIRE(with);
  REQUIRE(setting.ledger->submit_and_wait(with->admission, with->disclosures));
  const auto after =
      ingress(without, *setting.ledger->read(), setting.ledger->identity(), setting.stamp());
  REQUIRE(after);
  CHECK(after->admission.events[0].outcomes.empty());
}

TEST_CASE("a capture without a seal or for another ledger does not come in") {
  Setting setting;
  const auto unsealed = ingress(Setting::bought(1, 50), *setting.ledger->read(),
                                setting.ledger->identity(), setting.stamp());
  REQUIRE_FALSE(unsealed);
  CHECK(unsealed.error().code == ErrorCode::kInvalidArgument);
  auto sealed = seal_for(Setting::bought(1, 50), "https://id.example.org/party/city", gateway_key(),
                         *setting.ledger->read(), "ledger.example.org/other#00", setting.stamp());
  REQUIRE(sealed);
  const auto foreign =
      ingress(*sealed, *setting.ledger->read(), setting.ledger->identity(), setting.stamp());
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().message == "ingress.other-ledger");
  const auto twice = seal_for(*sealed, "https://id.example.org/party/city", gateway_key(),
                              *setting.ledger->read(), setting.ledger->identity(), setting.stamp());
  REQUIRE_FALSE(twice);
  CHECK(twice.error().message == "ingress.sealed-already");
}

TEST_CASE("what a key or for a party that nobody enrolled sealed does not come in, ever") {
  Setting setting;
  const auto sealed_by = [&](const PrivateKey& key, const std::string& party) {
    auto sealed = seal_for(Setting::bought(1, 50), party, key, *setting.ledger->read(),
                           setting.ledger->identity(), setting.stamp());
    REQUIRE(sealed);
    return ingress(*std::move(sealed), *setting.ledger->read(), setting.ledger->identity(),
                   setting.stamp());
  };
  const auto stranger = PrivateKey::generate(KeyType::kEd25519);
  REQUIRE(stranger);
  const auto unknown = sealed_by(*stranger, "https://id.example.org/party/city");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == ErrorCode::kForbidden);
  CHECK(unknown.error().message == "ingress.not-enrolled");
  const auto party = sealed_by(gateway_key(), "https://id.example.org/party/none");
  REQUIRE_FALSE(party);
  CHECK(party.error().code == ErrorCode::kForbidden);
  CHECK(party.error().message == "ingress.party-not-enrolled");
  CHECK(sealed_by(gateway_key(), "https://id.example.org/party/city"));
}

TEST_CASE("the real machine's state is the same when it is folded anew") {
  Setting setting;
  for (std::uint64_t n = 0; n < 40; ++n) {
    const auto submission = setting.through_gateway(Setting::bought(n / 2, n % 3 == 0 ? 500 : 50));
    REQUIRE(submission);
    REQUIRE(setting.ledger->submit_and_wait(submission->admission, submission->disclosures));
  }
  CHECK(setting.ledger->read()->size() == 42);
  setting.ledger.reset();
  check_is_sound(setting.options);
  const auto rebuilt = rebuild_state(setting.options, {});
  REQUIRE(rebuilt);
  check_is_sound(setting.options);
}

}  // namespace nianlun::testing
