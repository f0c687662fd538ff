#include "ledger/rotation.h"

#include "ledger/seal_samples.h"

namespace nianlun::testing {
namespace {

/// Behind the six records of the sample, the authority adopts a key (6), retires the old one (7),
/// and the device seals one more event (8).
struct Rotated : SampleLedger {
  NoteSigner next = NoteSigner::create(std::string(kOrigin), sample_key(7)).value();
  Rotation rotation;

  static Json about(std::string_view type, const NoteSigner& key) {
    Json event;
    event.set("@context", our_context())
        .set("type", type)
        .set("eventTime", "2026-05-01T08:00:00.000Z")
        .set("eventTimeZoneOffset", "+08:00")
        .set("nianlun:logKey", key.verifier().vkey());
    return event;
  }
  explicit Rotated(bool by_authority = true) {
    const PrivateKey* who = by_authority ? &authority : &device;
    add(captured({about("nianlun:LogKeyAdopted", next)}), {who}, identity());
    add(captured({about("nianlun:LogKeyRetired", log)}), {who}, identity());
    rotation = {signed_by({0, 1}), proven(0), proven(6), proven(7)};
    add(captured({sample_event("5")}), {&device}, identity());
  }
  /// The checkpoint over all records, by the old key (0), the new one (1), or both.
  std::string signed_by(std::initializer_list<int> which) const {
    std::vector<NoteSigner> signers;
    for (const int one : which) {
      signers.push_back(
          NoteSigner::create(std::string(kOrigin), sample_key(one == 0 ? 4 : 7)).value());
    }
    const Checkpoint head{std::string(kOrigin), leaves.size(), root_of(leaves), {}};
    return sign_note(checkpoint_text(head), signers).value();
  }
  Receipt newest(std::initializer_list<int> which) const {
    Receipt made = receipt(8, {1});
    made.checkpoint = signed_by(which);
    made.rotations.push_back(rotation);
    return made;
  }
  static std::string verdict(const Receipt& receipt, const NoteSigner& trusted) {
    const auto facts = verify_receipt(receipt, std::span(&trusted.verifier(), 1));
    return facts ? "holds" : facts.error().message;
  }
};

}  // namespace

TEST_CASE("who trusts one key of a log is led to the other, forwards and backwards") {
  const Rotated ledger;
  CHECK(Rotated::verdict(ledger.newest({1}), ledger.log) == "holds");
  CHECK(Rotated::verdict(ledger.newest({1}), ledger.next) == "holds");
  const Json json = receipt_json(ledger.newest({1}));
  const auto read = parse_receipt(Json::parse(json.dump()).value());
  REQUIRE(read);
  CHECK(receipt_json(*read) == json);

  Receipt without = ledger.newest({1});
  without.rotations.clear();
  CHECK(Rotated::verdict(without, ledger.log) == "note.no-known-signature");
  CHECK(Rotated::verdict(without, ledger.next) == "holds");
  const auto back = follow_rotations(std::span(&ledger.next.verifier(), 1), {&ledger.rotation, 1});
  REQUIRE(back);
  CHECK(back->holds(ledger.log.name(), ledger.log.verifier().key_id(), 8));
}

TEST_CASE("a retired key signs nothing that is newer than its end, and its old receipts hold") {
  const Rotated ledger;
  CHECK(Rotated::verdict(ledger.newest({0}), ledger.log) == "receipt.key-ended");
  CHECK(Rotated::verdict(ledger.newest({0}), ledger.next) == "receipt.key-ended");
  CHECK(Rotated::verdict(ledger.newest({0, 1}), ledger.log) == "holds");
  const SampleLedger before;
  Receipt old = before.receipt(2, {1});
  CHECK(Rotated::verdict(old, ledger.log) == "holds");
  CHECK(Rotated::verdict(old, ledger.next) == "note.no-known-signature");
}

TEST_CASE("a rotation is the authority's, proven, and signed by both keys") {
  const Rotated ledger;
  const auto verdict = [&](auto change) {
    Receipt receipt = ledger.newest({1});
    change(receipt.rotations[0]);
    return Rotated::verdict(receipt, ledger.log);
  };
  CHECK(verdict([](Rotation&) {}) == "holds");
  CHECK(verdict([&](Rotation& one) { std::swap(one.adopted, one.retired); }) == "rotation.broken");
  CHECK(verdict([&](Rotation& one) { one.genesis = one.adopted; }) == "rotation.broken");
  CHECK(verdict([&](Rotation& one) { one.adopted.path.pop_back(); }) == "receipt.wrong-path");
  CHECK(verdict([&](Rotation& one) { one.retired.index = 6; }) == "receipt.wrong-path");
  CHECK(verdict([&](Rotation& one) {
          one.checkpoint = ledger.signed_by({0, 1});
        }) == "receipt.wrong-path");
  CHECK(verdict([&](Rotation& one) { one.checkpoint = "x\n"; }) == "note.malformed");

  // Signed by the old key alone, which anybody who stole it can do.
  const auto text = parse_note(ledger.rotation.checkpoint).value().text;
  CHECK(verdict([&](Rotation& one) {
          one.checkpoint = sign_note(text, std::span(&ledger.log, 1)).value();
        }) == "rotation.broken");
  const Rotated stolen(false);  // the records are those of a key that is no authority
  CHECK(Rotated::verdict(stolen.newest({1}), stolen.log) == "rotation.broken");

  const NoteSigner stranger = NoteSigner::create("log.example.org/x", sample_key(8)).value();
  CHECK(Rotated::verdict(ledger.newest({1}), stranger) == "receipt.other-log");
  const NoteSigner third = NoteSigner::create(std::string(kOrigin), sample_key(8)).value();
  CHECK(Rotated::verdict(ledger.newest({1}), third) == "rotation.broken");
}

TEST_CASE("a document of rotations has one form") {
  const Rotated ledger;
  const Json json = rotations_json({&ledger.rotation, 1});
  const auto read = parse_rotations(json);
  REQUIRE(read);
  CHECK(rotations_json(*read) == json);
  const auto refused = [&](auto change) {
    Json changed = json;
    change(changed);
    const auto parsed = parse_rotations(changed);
    return parsed ? "taken" : parsed.error().message;
  };
  CHECK(refused([](Json& one) { one.set("v", 2); }) == "rotation.malformed");
  CHECK(refused([](Json& one) { one.set("type", "x"); }) == "rotation.malformed");
  CHECK(refused([](Json& one) { one.set("more", 1); }) == "rotation.malformed");
  CHECK(refused([](Json& one) { one.set("rotations", 1); }) == "rotation.malformed");
  CHECK(refused([](Json& one) { one.set("rotations", Json::Array{Json(1)}); }) ==
        "rotation.malformed");
  Json empty = receipt_json(ledger.newest({1}));
  empty.set("rotations", Json::Array{});
  CHECK(parse_receipt(empty).error().message == "receipt.malformed");
}

}  // namespace nianlun::testing
