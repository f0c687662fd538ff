#include "ledger/seal.h"

#include "ledger/seal_samples.h"

namespace nianlun::testing {
namespace {

const std::vector<CaptureEvent>& events() {
  static const auto kEvents = captured({sample_event("1"), sample_event("2"), sample_event("3")});
  return kEvents;
}

Json seal_by(std::vector<const PrivateKey*> keys) { return sample_seal("l#1", events(), keys); }

bool holds(const Json& seal, const std::vector<Hash>& leaves = leaves_of(events())) {
  const auto parsed = parse_seal(seal);
  return parsed && verify_seal(*parsed, leaves).has_value();
}

}  // namespace

TEST_CASE("a seal says what it was made of, and holds for both types of key") {
  const PrivateKey p256 = sample_key(1, KeyType::kP256);
  const PrivateKey ed25519 = sample_key(2);
  SealDraft draft = sample_draft("ledger#1", events());
  draft.sequence = 7;
  draft.previous = sha256("before");
  draft.after = TreeHead{12, sha256("root")};
  draft.server_ms = kSampleTime - 5;
  const PrivateKey* keys[] = {&p256, &ed25519};
  const Json json = make_seal(draft, keys).value();
  const Seal seal = parse_seal(json).value();
  CHECK(seal.ledger == "ledger#1");
  CHECK(seal.submitter == did(p256));
  CHECK(seal.signers == std::vector{did(p256), did(ed25519)});
  CHECK(seal.count == 3);
  CHECK(seal.root == root_of(draft.leaves));
  CHECK(seal.sequence == 7);
  CHECK(seal.previous == draft.previous);
  CHECK(seal.after == draft.after);
  CHECK(seal.sealed_at_ms == kSampleTime);
  CHECK(seal.json.find("proof") == nullptr);
  CHECK(seal.hash == sha256(canonical(seal.json).value()));
  CHECK(seal.proofs_hash == sha256(canonical(Json(seal.proofs)).value()));
  CHECK(verify_seal(seal, draft.leaves).has_value());
}

TEST_CASE("a gateway's seal has its party in place of a sequence") {
  const PrivateKey gateway = sample_key(5);
  SealDraft draft = sample_draft("l#1", events());
  draft.sequence = 0;
  draft.on_behalf_of = "https://id.example.org/party/nursery";
  const PrivateKey* keys[] = {&gateway};
  Json json = make_seal(draft, keys).value();
  const Seal seal = parse_seal(json).value();
  CHECK(!seal.sequence);
  CHECK(seal.on_behalf_of == draft.on_behalf_of);
  CHECK(holds(json));
  Json both = json;
  both.set("sequence", 1);
  CHECK(!holds(signed_anew(both, {&gateway})));
  Json nobody = json;
  nobody.set("onBehalfOf", "");
  CHECK(!holds(signed_anew(nobody, {&gateway})));
}

TEST_CASE("a seal over other events is refused") {
  const PrivateKey key = sample_key(2);
  const Json seal = seal_by({&key});
  std::vector<Hash> leaves = leaves_of(events());
  CHECK(holds(seal, leaves));
  CHECK(!holds(seal, {leaves[0], leaves[1]}));
  CHECK(!holds(seal, {leaves[0], leaves[1], leaves[2], leaves[2]}));
  CHECK(!holds(seal, {leaves[1], leaves[0], leaves[2]}));
  leaves[2].bytes[31] ^= 1;
  CHECK(!holds(seal, leaves));
}

TEST_CASE("one bit off in any member of a seal or in a proof is refused") {
  const PrivateKey first = sample_key(2);
  const PrivateKey second = sample_key(3);
  const Json seal = seal_by({&first, &second});
  REQUIRE(holds(seal));
  for (const char* member : {"type", "suite", "ledger", "submitter", "root", "sealedAt"}) {
    CAPTURE(member);
    Json changed = seal;
    changed.set(member, one_bit_off(std::string(seal.text(member))));
    CHECK(!holds(changed));
  }
  for (const char* member : {"v", "count", "sequence"}) {
    Json changed = seal;
    changed.set(member, 2);
    CHECK(!holds(changed));
  }
  for (const char* proof : {"0", "1"}) {
    Json changed = seal;
    std::string value(at(changed, {"proof", proof}).text("proofValue"));
    value[20] = value[20] == '2' ? '3' : '2';
    at(changed, {"proof", proof}).set("proofValue", value);
    CHECK(!holds(changed));
  }
}

TEST_CASE("every signer has one proof, in the order of the signers") {
  const PrivateKey first = sample_key(2);
  const PrivateKey second = sample_key(3);
  const PrivateKey stranger = sample_key(4);
  const Json seal = seal_by({&first, &second});
  Json::Array proofs = seal.find("proof")->array();
  const auto with = [&](Json::Array list) {
    Json changed = seal;
    changed.set("proof", std::move(list));
    return changed;
  };
  CHECK(holds(with(proofs)));
  CHECK(!holds(with({proofs[0]})));
  CHECK(!holds(with({})));
  CHECK(!holds(with({proofs[1], proofs[0]})));
  CHECK(!holds(with({proofs[0], proofs[0]})));
  CHECK(!holds(with({proofs[0], proofs[1], proofs[1]})));
  CHECK(!holds(signed_anew(seal, {&first, &stranger})));
  Json none = seal;
  none.erase("proof");
  CHECK(!parse_seal(none));
}

TEST_CASE("signers are one to eight different keys, the submitter first") {
  std::vector<PrivateKey> keys;
  for (char seed = 1; seed <= 9; ++seed) keys.push_back(sample_key(seed));
  std::vector<const PrivateKey*> all;
  for (const PrivateKey& key : keys) all.push_back(&key);
  const std::vector<const PrivateKey*> eight(all.begin(), all.begin() + 8);
  CHECK(holds(seal_by(eight)));
  const SealDraft draft = sample_draft("l#1", events());
  CHECK(!make_seal(draft, all));
  CHECK(!make_seal(draft, {}));
  const PrivateKey* twice[] = {all[0], all[0]};
  CHECK(make_seal(draft, twice).error().message == "seal.signer-twice");

  Json seal = seal_by({all[0], all[1]});
  Json repeated = seal;
  repeated.set("signers", Json::Array{Json(did(keys[0])), Json(did(keys[0]))});
  CHECK(parse_seal(signed_anew(repeated, {all[0], all[0]})).error().message == "seal.signer-twice");
  Json swapped = seal;
  swapped.set("submitter", did(keys[1]));
  CHECK(!holds(signed_anew(swapped, {all[0], all[1]})));
}

TEST_CASE("a seal has no members but its own, and every one of them") {
  const PrivateKey key = sample_key(2);
  const Json seal = seal_by({&key});
  REQUIRE(holds(signed_anew(seal, {&key})));
  for (const char* member : {"type", "v", "suite", "ledger", "submitter", "signers", "count",
                             "root", "sequence", "previous", "after", "sealedAt", "clock"}) {
    CAPTURE(member);
    Json changed = seal;
    REQUIRE(changed.erase(member));
    CHECK(!holds(signed_anew(changed, {&key})));
  }
  Json more = seal;
  more.set("note", "more");
  CHECK(!holds(signed_anew(more, {&key})));
  for (const char* text : {"2026-05-01T08:00:00Z", "2026-05-01T16:00:00.000+08:00", "yesterday"}) {
    Json time = seal;
    time.set("sealedAt", text);
    CHECK(!holds(signed_anew(time, {&key})));
  }
  for (const char* number : {"0", "-1", "10001"}) {
    Json count = seal;
    count.set("count", Json::number(number));
    CHECK(!holds(signed_anew(count, {&key})));
  }
  Json exponent = seal;
  exponent.set("count", Json::number("3e0"));
  CHECK(!parse_seal(exponent));
  Json clock = seal;
  at(clock, {"clock"}).set("drift", 1);
  CHECK(!holds(signed_anew(clock, {&key})));
  Json after = seal;
  after.set("after", Json::Object{{"size", Json(3)}});
  CHECK(!holds(signed_anew(after, {&key})));
}

TEST_CASE("a signature of P-256 with a high s is refused") {
  const PrivateKey key = sample_key(2, KeyType::kP256);
  Json seal = seal_by({&key});
  REQUIRE(holds(seal));
  Json& proof = at(seal, {"proof", "0"});
  const std::string low(proof.text("proofValue"));
  proof.set("proofValue", other_s(low));
  CHECK(!holds(seal));
  at(seal, {"proof", "0"}).set("proofValue", other_s(other_s(low)));
  CHECK(holds(seal));
}

TEST_CASE("a seal is over one event at least and 10,000 at most") {
  const PrivateKey key = sample_key(2);
  const PrivateKey* keys[] = {&key};
  SealDraft draft = sample_draft("l#1", {});
  CHECK(!make_seal(draft, keys));
  draft.leaves.assign(kCaptureEventsMax, sha256("x"));
  CHECK(holds(make_seal(draft, keys).value(), draft.leaves));
  draft.leaves.push_back(sha256("x"));
  CHECK(!make_seal(draft, keys));
}

}  // namespace nianlun::testing
