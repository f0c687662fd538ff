#include <array>

#include "ledger/checkpoint.h"
#include "ledger/encoding.h"
#include "ledger/note.h"
#include "ledger/receipt.h"
#include "ledger/trace.h"
#include "small_ledger.h"

namespace nianlun {
namespace {

using testing::good;
using testing::SmallLedger;

constexpr std::string_view kOrigin = "ledger.example.org/library";

PrivateKey key_of(char letter) {
  return good(PrivateKey::from_seed(KeyType::kEd25519, std::string(32, letter)));
}

/// A ledger whose seals and checkpoints are really signed.
struct SignedLedger {
  PrivateKey authority = key_of('a');
  PrivateKey branch = key_of('b');
  NoteSigner log = good(NoteSigner::create(std::string(kOrigin), key_of('l')));
  SmallLedger ledger{genesis()};
  std::string identity{kOrigin};
  std::uint64_t sequence = 0;

  SignedLedger() {
    capture({genesis()}, authority, "", "nianlun:Genesis");
    identity += "#" + hex(record_hash(good(ledger.record(0)).bytes));
    Json enrolment;
    enrolment.set("type", "nianlun:KeyEnrolled")
        .set("eventTime", "2026-01-02T00:00:00.000Z")
        .set("nianlun:party", "urn:party:branch")
        .set("nianlun:key", branch.public_key().did());
    ledger.enrol(2, "urn:party:branch", "Branch", "librarian");
    const std::uint64_t index = capture({enrolment}, authority, "", "nianlun:KeyEnrolled");
    ledger.enrol_key(2, "urn:party:branch", "librarian", branch.public_key().did(), index);
  }
  Json genesis() const {
    Json event = SmallLedger::genesis();
    event.set("nianlun:authority",
              Json().set("threshold", 1).set("keys", Json().push(authority.public_key().did())));
    return event;
  }
  std::uint64_t capture(const std::vector<Json>& events, const PrivateKey& key,
                        const std::string& profile, const std::string& step,
                        Outcome outcome = Outcome::kAccepted) {
    SealDraft draft;
    draft.ledger = identity;
    for (const Json& event : events) draft.leaves.push_back(leaf_hash(good(canonical(event))));
    draft.sequence = ++sequence;
    if (sequence > 1) draft.previous = sha256("the seal before");
    draft.sealed_at_ms = 1'780'000'000'000;
    draft.boot = "boot";
    const std::array<const PrivateKey*, 1> keys{&key};
    const Seal seal = good(parse_seal(good(make_seal(draft, keys))));
    return ledger.capture(events, seal, profile, Verdict{outcome, step, {}});
  }
  std::string checkpoint() const {
    const Checkpoint head{std::string(kOrigin), ledger.size(), ledger.root(), {}};
    return good(sign_note(checkpoint_text(head), std::span(&log, 1)));
  }
  Result<ReceiptFacts> verified(std::uint64_t index, const Viewer& viewer) const {
    const Receipt made = good(make_receipt(ledger, index, checkpoint(), viewer));
    const std::array<NoteVerifier, 1> logs{log.verifier()};
    return verify_receipt(good(parse_receipt(receipt_json(made))), logs);
  }
};

Json lent(int number, const Disclosure& reader) {
  return Json()
      .set("type", "ObjectEvent")
      .set("eventTime", "2026-05-02T02:00:00.000Z")
      .set("epcList", Json().push("https://id.example.org/book/" + std::to_string(number)))
      .set("nianlun:sd", Json().push(disclosure_digest(reader.encoded)));
}

TEST_CASE("a receipt of any event of a capture verifies offline, and names who enrolled the key") {
  SignedLedger world;
  const Disclosure reader = make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:reader", "Li Wei");
  world.ledger.disclose(reader.encoded);
  const std::uint64_t first = world.capture({lent(1, reader), lent(2, reader), lent(3, reader)},
                                            world.branch, "library@1", "library/lent");
  for (std::uint64_t index = first; index < first + 3; ++index) {
    const ReceiptFacts facts = good(world.verified(index, {}));
    CHECK(facts.index == index);
    CHECK(facts.parties == std::vector<std::string>{"urn:party:branch"});
    CHECK(facts.event.find("nianlun:reader") == nullptr);
  }
  CHECK(good(world.verified(0, {})).parties == std::vector<std::string>{""});
  CHECK(good(world.verified(1, {})).verdict.step == "nianlun:KeyEnrolled");
}

TEST_CASE("a receipt of a capture of ten thousand reads some hundreds of records, wherever it is") {
  SignedLedger world;
  const Disclosure reader = make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:reader", "Li Wei");
  std::vector<Json> events;
  for (int number = 0; number < 10'000; ++number) events.push_back(lent(number, reader));
  const std::uint64_t first = world.capture(events, world.branch, "library@1", "library/lent");
  for (const std::uint64_t position : {0U, 255U, 256U, 4'000U, 9'983U, 9'984U, 9'999U}) {
    CAPTURE(position);
    const std::uint64_t before = world.ledger.reads();
    CHECK(good(world.verified(first + position, {})).index == first + position);
    CHECK(world.ledger.reads() - before < 256 + 16);
  }
}

TEST_CASE("receipts of captures about the size of a subtree verify") {
  const Disclosure reader = make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:reader", "Li Wei");
  for (const int count : {255, 256, 257, 511, 512, 513, 769}) {
    CAPTURE(count);
    SignedLedger world;
    std::vector<Json> events;
    for (int number = 0; number < count; ++number) events.push_back(lent(number, reader));
    const std::uint64_t first = world.capture(events, world.branch, "library@1", "library/lent");
    for (std::uint64_t position = 0; position < events.size(); position += 51) {
      CHECK(good(world.verified(first + position, {})).index == first + position);
    }
    CHECK(good(world.verified(first + events.size() - 1, {})).size == world.ledger.size());
  }
}

TEST_CASE("a receipt discloses private values to the entitled only") {
  SignedLedger world;
  const Disclosure reader = make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:reader", "Li Wei");
  world.ledger.disclose(reader.encoded);
  const std::uint64_t index =
      world.capture({lent(1, reader)}, world.branch, "library@1", "library/lent");
  const auto shown = [&](const Viewer& viewer) {
    return good(world.verified(index, viewer)).event.text("nianlun:reader") == "Li Wei";
  };
  CHECK(shown({"urn:party:branch", {}, "en"}));
  CHECK(shown({"", {"library/office"}, "en"}));
  CHECK_FALSE(shown({"urn:party:press", {"library/librarian"}, "en"}));
  CHECK_FALSE(shown({}));
}

TEST_CASE("there is no receipt before a checkpoint covers the record, nor of what is not there") {
  SignedLedger world;
  const std::string before = world.checkpoint();
  const Disclosure reader = make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:reader", "Li Wei");
  const std::uint64_t index =
      world.capture({lent(1, reader)}, world.branch, "library@1", "library/lent");
  CHECK(make_receipt(world.ledger, index, before, {}).error().code == ErrorCode::kBusy);
  CHECK(make_receipt(world.ledger, index - 1, before, {}).has_value());
  CHECK(make_receipt(world.ledger, index + 1, before, {}).error().code == ErrorCode::kNotFound);
  CHECK(make_receipt(world.ledger, index, "no note", {}).error().code ==
        ErrorCode::kInvalidArgument);
}

TEST_CASE("an event that was sent again does not keep its neighbours from being proven") {
  SignedLedger world;
  const Disclosure reader = make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:reader", "Li Wei");
  const std::uint64_t earlier =
      world.capture({lent(1, reader)}, world.branch, "library@1", "library/lent");
  const std::uint64_t first =
      world.capture({lent(1, reader), lent(2, reader)}, world.branch, "library@1", "library/lent");
  world.ledger.repeat(first, earlier);
  CHECK(good(world.verified(first, {})).verdict.outcome == Outcome::kRefused);
  CHECK(good(world.verified(first + 1, {})).verdict.outcome == Outcome::kAccepted);
  world.ledger.repeat(first, kNoRecord);  // refused for another reason: its leaf is kept
  CHECK(good(world.verified(first + 1, {})).verdict.outcome == Outcome::kAccepted);
}

TEST_CASE("a refused event has a receipt of its refusal, also of a key that nobody enrolled") {
  SignedLedger world;
  const Disclosure reader = make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:reader", "Li Wei");
  const std::uint64_t index = world.capture({lent(1, reader), lent(2, reader)}, key_of('x'),
                                            "library@1", "library/lent", Outcome::kRefused);
  const ReceiptFacts facts = good(world.verified(index + 1, {}));
  CHECK(facts.verdict.outcome == Outcome::kRefused);
  CHECK(facts.event.is_null());
}

}  // namespace
}  // namespace nianlun
