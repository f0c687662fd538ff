#pragma once

// A library whose ledger is an overlay on nothing: captures are sealed with keys from seeds and
// admitted by the machine, as a server would.

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/capture.h"
#include "ledger/data_integrity.h"
#include "ledger/encoding.h"
#include "ledger/machine.h"
#include "ledger/seal.h"
#include "ledger/time.h"
#include "small_ledger.h"

namespace nianlun::testing {

inline constexpr std::string_view kJudgeProfile = R"json({
  "id": "books", "version": 1, "from": "2026-01-01T00:00:00.000Z", "name": {"en": "Books"},
  "roles": {"clerk": {"en": "clerk"}, "head": {"en": "head"}},
  "kinds": {
    "stock": {"name": {"en": "Stock"}, "id": ["{domain}/stock/"], "lot": true, "recalled": {"en": "Recalled"},
      "states": {"open": {"en": "Open"}}, "verdict": {"open": "good"},
      "attributes": {"until": {"from": "nianlun:until", "en": "Until"}}},
    "room": {"name": {"en": "Room"}, "id": ["{domain}/room/"],
      "states": {"open": {"en": "Open"}}, "verdict": {"open": "good"},
      "attributes": {"ring": {"from": "nianlun:ring", "en": "Ring"}}},
    "book": {"name": {"en": "Book"}, "id": ["{domain}/book/"],
      "states": {"shelved": {"en": "In"}, "lent": {"en": "Lent"}, "gone": {"en": "Gone", "end": true}},
      "attributes": {"worth": {"from": "nianlun:worth", "en": "Worth"}},
      "verdict": {"shelved": "good", "lent": "waiting", "gone": "closed"}}},
  "steps": {
    "stocked": {"name": {"en": "Stocked"}, "say": {"en": "Stocked"},
      "event": {"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning"},
      "roles": ["clerk"], "public": ["nianlun:until"],
      "items": [{"in": "quantityList", "kind": "stock", "from": ["new", "open"], "to": "open", "balance": "in"}]},
    "furnished": {"name": {"en": "Furnished"}, "say": {"en": "Furnished"},
      "event": {"type": "ObjectEvent", "action": "ADD", "bizStep": "installing"},
      "roles": ["clerk"], "public": ["nianlun:ring"],
      "items": [{"in": "epcList", "kind": "room", "from": ["new"], "to": "open"}]},
    "checked": {"name": {"en": "Checked"}, "say": {"en": "Checked"},
      "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "inspecting"},
      "roles": ["head"], "endorse": ["head"],
      "items": [{"in": "quantityList", "kind": "stock", "from": ["open"]}]},
    "recalled": {"name": {"en": "Recalled"}, "say": {"en": "Recalled"},
      "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "holding"},
      "roles": ["head"],
      "items": [{"in": "quantityList", "kind": "stock", "from": ["open"], "recall": "set"}]},
    "taken": {"name": {"en": "Taken"}, "say": {"en": "Taken"},
      "event": {"type": "TransformationEvent", "bizStep": "creating_class_instance"},
      "roles": ["clerk"], "public": ["nianlun:worth"],
      "items": [{"in": "outputEPCList", "kind": "book", "from": ["new"], "to": "shelved"},
                {"in": "inputQuantityList", "kind": "stock", "from": ["open"], "balance": "out"}],
      "guards": [{"id": "balance", "text": {"en": "Too few"}, "else": "refuse", "balance": {}}]},
    "lent": {"name": {"en": "Lent"}, "say": {"en": "Lent"},
      "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "nianlun:lending"},
      "roles": ["clerk"], "public": ["nianlun:deposit", "nianlun:card"], "required": ["nianlun:deposit"],
      "items": [{"in": "epcList", "kind": "book", "from": ["shelved"], "to": "lent"}],
      "guards": [
        {"id": "deposit", "text": {"en": "Too small"}, "else": "dispute",
         "logic": {">=": [{"var": "event.nianlun:deposit"}, {"var": "item.attributes.worth"}]}},
        {"id": "card", "text": {"en": "In use"}, "else": "dispute",
         "unique": {"value": "nianlun:card", "unless": ["shelved"]}},
        {"id": "kept", "text": {"en": "Recalled"}, "else": "dispute", "not_recalled": {}}]},
    "returned": {"name": {"en": "Back"}, "say": {"en": "Back"},
      "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "receiving"},
      "roles": ["clerk"], "else": {"state": "refuse"},
      "items": [{"in": "epcList", "kind": "book", "from": ["lent"], "to": "shelved"}],
      "guards": [
        {"id": "due", "text": {"en": "Late"}, "else": "dispute",
         "within": {"duration": "P30D", "since": "lent"}}]},
    "audited": {"name": {"en": "Audited"}, "say": {"en": "Audited"},
      "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "nianlun:auditing"},
      "roles": ["clerk"], "public": ["bizTransactionList", "bizLocation", "nianlun:at", "sensorElementList"],
      "items": [{"in": "epcList", "kind": "book", "from": ["shelved", "lent"]}],
      "guards": [
        {"id": "paper", "text": {"en": "No paper"}, "else": "dispute", "requires": {"document": "cert"}},
        {"id": "checked", "text": {"en": "Unchecked"}, "else": "dispute",
         "requires": {"step": "checked", "on": "origin", "until": "until"}},
        {"id": "second", "text": {"en": "Alone"}, "else": "dispute", "cosigned": {"roles": ["head"]}},
        {"id": "other", "text": {"en": "Same hands"}, "else": "dispute", "separate": {"step": "taken", "by": "key"}},
        {"id": "inside", "text": {"en": "Outside"}, "else": "dispute",
         "within": {"area": "ring", "of": "bizLocation", "point": "nianlun:at"}},
        {"id": "dry", "text": {"en": "Damp"}, "else": "dispute",
         "sensor": {"type": "Temperature", "min": "5", "max": "25", "gap": "PT1H"}},
        {"id": "secret", "text": {"en": "Secret"}, "else": "dispute", "private": true,
         "logic": {"var": "event.nianlun:secret"}}]}},
  "public": [], "answers": ["head"],
  "corrections": {"void": {"who": "same-key", "within": "PT24H", "alone": true},
                  "later": {"roles": ["head"], "cosigned": true}}})json";

inline constexpr std::string_view kJudgeDomain = "https://id.example.org";

inline PrivateKey seeded(std::string_view name) {
  return good(PrivateKey::from_seed(KeyType::kEd25519, sha256("judge ", name).view()));
}

/// An event at a time, in minutes after the start of May 2026.
inline Json event_of(std::string_view text, std::int64_t minutes) {
  Json event = good(Json::parse(text));
  const std::int64_t start = good(parse_date_time("2026-05-01T00:00:00.000Z"));
  event.set("eventTime", date_time(start + minutes * 60'000)).set("eventTimeZoneOffset", "+00:00");
  return event;
}

class JudgeWorld {
 public:
  JudgeWorld() : state_(nothing_), machine_(make_machine()) {
    Json event = event_of(R"({"type": "nianlun:Genesis", "nianlun:format": 1, "nianlun:rules": 1,
        "nianlun:suite": "sha256", "nianlun:origin": "ledger.example.org/books",
        "nianlun:logKey": "unused", "nianlun:domain": "https://id.example.org",
        "nianlun:timeZone": "Asia/Shanghai", "nianlun:languages": ["en"]})",
                          0);
    event.set("nianlun:gateway", seeded("gateway").public_key().did());
    Json authority;
    authority.set("threshold", 1).set("keys", Json::Array{seeded("authority").public_key().did()});
    event.set("nianlun:authority", std::move(authority));
    event.set("nianlun:profiles", Json::Array{good(Json::parse(kJudgeProfile))});
    genesis = one(event, {"authority"}, 0);
    identity_ += "#" + hex(record_hash(records.front().bytes));
  }

  /// Enrols parties `north` and `south` with keys: two clerks and a head of each other's.
  void enrol_all() {
    for (const char* party : {"north", "south"}) {
      Json event = event_of(R"({"type": "nianlun:PartyEnrolled", "nianlun:name": {"en": "P"}})", 1);
      REQUIRE(one(event.set("nianlun:party", uri(party)), {"authority"}, 1).outcome ==
              Outcome::kAccepted);
    }
    REQUIRE(enrol("clerk", "north", "books/clerk").outcome == Outcome::kAccepted);
    REQUIRE(enrol("clerk2", "south", "books/clerk").outcome == Outcome::kAccepted);
    REQUIRE(enrol("head", "south", "books/head").outcome == Outcome::kAccepted);
  }

  static std::string uri(std::string_view party) {
    return std::string(kJudgeDomain) + "/party/" + std::string(party);
  }

  Verdict enrol(std::string_view key, std::string_view party, std::string_view role,
                std::string_view possessed_by = {}, std::string_view by = "authority") {
    return one(enrolment(key, party, role, possessed_by), {std::string(by)}, 1);
  }
  Json enrolment(std::string_view key, std::string_view party, std::string_view role,
                 std::string_view possessed_by = {}) const {
    const PrivateKey own = seeded(key);
    Json consent;
    consent.set("type", "KeyEnrolment").set("ledger", identity_).set("party", uri(party));
    consent.set("key", own.public_key().did());
    Json event = event_of(R"({"type": "nianlun:KeyEnrolled"})", 1);
    event.set("nianlun:party", uri(party)).set("nianlun:key", own.public_key().did());
    event.set("nianlun:roles", Json::Array{role});
    event.set("nianlun:possession",
              good(make_proof(consent, seeded(possessed_by.empty() ? key : possessed_by),
                              "2026-05-01T00:00:00.000Z")));
    return event;
  }

  struct Sending {
    std::int64_t received = 0;  ///< minutes after the start of May
    bool rollback = false;
    std::string on_behalf_of;
    std::vector<std::string> outcomes;        ///< of the first event
    std::optional<std::int64_t> sealed = {};  ///< minutes, if it is not when it was received
  };

  Admission admission(const std::vector<Json>& events, const std::vector<std::string>& signers,
                      const Sending& sending) {
    Admission admission;
    admission.time_ms =
        good(parse_date_time("2026-05-01T00:00:00.000Z")) + sending.received * 60'000;
    admission.rollback = sending.rollback;
    std::vector<CaptureEvent> sealed;
    const Json context = our_context();
    for (const Json& event : events) sealed.push_back(good(capture_event(event, &context)));
    SealDraft draft;
    draft.ledger = identity_;
    draft.leaves = leaves_of(sealed);
    draft.sealed_at_ms = admission.time_ms;
    if (sending.sealed) {
      draft.sealed_at_ms += (*sending.sealed - sending.received) * 60'000;
    }
    draft.boot = "boot";
    draft.on_behalf_of = sending.on_behalf_of;
    if (sending.on_behalf_of.empty()) draft.sequence = ++sequences_[signers.front()];
    if (draft.sequence > 1) draft.previous = sha256(std::to_string(draft.sequence));
    std::vector<PrivateKey> keys;
    for (const std::string& signer : signers) keys.push_back(seeded(signer));
    std::vector<const PrivateKey*> pointers;
    for (const PrivateKey& key : keys) pointers.push_back(&key);
    admission.seal = good(parse_seal(good(make_seal(draft, pointers))));
    for (CaptureEvent& event : sealed) {
      const Hash salt = sha256("salt ", event.hash.view());
      admission.events.push_back({std::move(event), base64url(salt.view().substr(0, 16)), {}});
    }
    admission.events.front().outcomes = sending.outcomes;
    return admission;
  }

  CaptureResult admit(const Admission& admission) {
    seals[admission.seal.hash] = admission.seal;
    return good(machine_->admit(admission, records.size(), state_, records));
  }

  Verdict one(const Json& event, const std::vector<std::string>& signers, const Sending& sending) {
    return admit(admission({event}, signers, sending)).events.front().verdict;
  }
  Verdict one(const Json& event, const std::vector<std::string>& signers, std::int64_t received) {
    return one(event, signers, Sending{.received = received, .on_behalf_of = {}, .outcomes = {}});
  }

  const StateOverlay& state() const { return state_; }

  std::vector<NewRecord> records;
  std::map<Hash, Seal> seals;
  Verdict genesis;

 private:
  EmptyView nothing_;
  StateOverlay state_;
  std::unique_ptr<Machine> machine_;
  std::string identity_ = "ledger.example.org/books";
  std::map<std::string, std::uint64_t> sequences_;
};

using Guards = std::vector<std::string>;

inline Json stocked(int quantity, std::int64_t at, std::string_view until = "2026-12-31") {
  Json event = event_of(R"({"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning",
      "nianlun:step": "books/stocked"})",
                        at);
  Json lot;
  lot.set("epcClass", "https://id.example.org/stock/1").set("quantity", quantity);
  return event.set("quantityList", Json::Array{lot}).set("nianlun:until", until);
}

inline Json taken(std::string_view book, int quantity, std::int64_t at) {
  Json event = event_of(R"({"type": "TransformationEvent", "bizStep": "creating_class_instance",
      "nianlun:step": "books/taken", "nianlun:worth": 20})",
                        at);
  Json lot;
  lot.set("epcClass", "https://id.example.org/stock/1").set("quantity", quantity);
  return event.set("inputQuantityList", Json::Array{lot})
      .set("outputEPCList", Json::Array{std::string(kJudgeDomain) + "/book/" + std::string(book)});
}

inline Json lent(std::string_view book, int deposit, std::string_view card, std::int64_t at) {
  Json event = event_of(R"({"type": "ObjectEvent", "action": "OBSERVE",
      "bizStep": "nianlun:lending", "nianlun:step": "books/lent"})",
                        at);
  return event.set("nianlun:deposit", deposit)
      .set("nianlun:card", card)
      .set("epcList", Json::Array{std::string(kJudgeDomain) + "/book/" + std::string(book)});
}

inline Json returned(std::string_view book, std::int64_t at) {
  Json event = event_of(R"({"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "receiving",
      "nianlun:step": "books/returned"})",
                        at);
  return event.set("epcList",
                   Json::Array{std::string(kJudgeDomain) + "/book/" + std::string(book)});
}

inline Json lot_event(std::string_view step, std::string_view biz_step, std::int64_t at) {
  Json event = event_of(R"({"type": "ObjectEvent", "action": "OBSERVE"})", at);
  Json lot;
  lot.set("epcClass", "https://id.example.org/stock/1");
  return event.set("bizStep", biz_step)
      .set("nianlun:step", "books/" + std::string(step))
      .set("quantityList", Json::Array{lot});
}

}  // namespace nianlun::testing
