#pragma once

// A made-up library: books that came from lots, boxes that carry them, and a state in memory.

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../../ledger/src/facts.h"
#include "../../ledger/src/fold.h"
#include "ledger/time.h"

namespace nianlun {

/// A state in which nothing lies beneath.
class EmptyState final : public StateView {
 public:
  Result<std::optional<Buffer>> get(Bytes) const override { return std::optional<Buffer>(); }
  Result<void> scan(Bytes, Bytes, Order, const Each&) const override { return {}; }
};

inline constexpr std::string_view kLibrary = R"({
"id": "library", "version": 1, "from": "2000-01-01T00:00:00.000Z", "name": {"en": "Library"},
"roles": {"clerk": {"en": "clerk"}},
"kinds": {
  "book": {"name": {"en": "Book"}, "id": ["{domain}/book/"],
    "states": {"shelved": {"en": "s"}, "lent": {"en": "l"}, "moving": {"en": "m"},
               "gone": {"en": "g", "end": true}},
    "attributes": {"title": {"from": "nianlun:title", "en": "Title"}},
    "verdict": {"shelved": "good", "lent": "good", "moving": "good", "gone": "closed"}},
  "box": {"name": {"en": "Box"}, "id": ["{domain}/box/"], "contents": true,
    "states": {"shelved": {"en": "s"}, "moving": {"en": "m"}},
    "verdict": {"shelved": "good", "moving": "good"}},
  "paper": {"name": {"en": "Paper"}, "id": ["{domain}/paper/"], "lot": true, "holders": true,
    "states": {"open": {"en": "o"}}, "recalled": {"en": "r"}, "verdict": {"open": "good"}}},
"steps": {
  "bought": {"name": {"en": "b"}, "say": {"en": "b"},
    "event": {"type": "ObjectEvent", "action": "ADD"}, "roles": ["clerk"],
    "items": [{"in": "quantityList", "kind": "paper", "from": ["new", "open"], "to": "open",
               "balance": "in"}]},
  "printed": {"name": {"en": "p"}, "say": {"en": "p"}, "event": {"type": "TransformationEvent"},
    "roles": ["clerk"], "holder": "submitter",
    "items": [{"in": "outputEPCList", "kind": "book", "from": ["new"], "to": "shelved"},
              {"in": "inputQuantityList", "kind": "paper", "from": ["open"], "balance": "out"}]},
  "sourced": {"name": {"en": "s"}, "say": {"en": "s"},
    "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "inspecting"},
    "roles": ["clerk"],
    "items": [{"in": "epcList", "kind": "book", "from": ["shelved"], "origin": ["nianlun:paper"]}]},
  "added": {"name": {"en": "a"}, "say": {"en": "a"},
    "event": {"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning"},
    "roles": ["clerk"], "holder": "submitter",
    "items": [{"in": "epcList", "kind": "book", "from": ["new"], "to": "shelved"}],
    "guards": [{"id": "title", "text": {"en": "t"}, "unique": {"value": "nianlun:slot"},
                "else": "dispute"}]},
  "lent": {"name": {"en": "l"}, "say": {"en": "l"},
    "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "departing"},
    "roles": ["clerk"],
    "items": [{"in": "epcList", "kind": "book", "from": ["shelved"], "to": "lent"}]},
  "returned": {"name": {"en": "r"}, "say": {"en": "r"},
    "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "arriving"},
    "roles": ["clerk"], "endorse": ["clerk"],
    "items": [{"in": "epcList", "kind": "book", "from": ["lent", "moving"], "to": "shelved"}]},
  "packed": {"name": {"en": "p"}, "say": {"en": "p"},
    "event": {"type": "AggregationEvent", "action": "ADD"}, "roles": ["clerk"],
    "items": [{"in": "parentID", "kind": "box", "from": ["new", "shelved"], "to": "shelved"},
              {"in": "childEPCs", "kind": "book", "from": ["shelved"]}]},
  "nested": {"name": {"en": "n"}, "say": {"en": "n"},
    "event": {"type": "AggregationEvent", "action": "ADD", "bizStep": "loading"},
    "roles": ["clerk"],
    "items": [{"in": "parentID", "kind": "box", "from": ["new", "shelved"], "to": "shelved"},
              {"in": "childEPCs", "kind": "box", "from": ["shelved"]}]},
  "unpacked": {"name": {"en": "u"}, "say": {"en": "u"},
    "event": {"type": "AggregationEvent", "action": "DELETE"}, "roles": ["clerk"],
    "items": [{"in": "parentID", "kind": "box", "from": ["shelved", "moving"], "to": "shelved"},
              {"in": "childEPCs", "kind": "book", "from": ["shelved", "moving"],
               "optional": true}]},
  "shipped": {"name": {"en": "s"}, "say": {"en": "s"},
    "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping"},
    "roles": ["clerk"], "holder": "submitter",
    "items": [{"in": "epcList", "kind": "box", "from": ["shelved", "moving"], "to": "moving"}]},
  "recalled": {"name": {"en": "r"}, "say": {"en": "r"},
    "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "holding"},
    "roles": ["clerk"],
    "items": [{"in": "quantityList", "kind": "paper", "from": ["open"], "recall": "set"}]},
  "cleared": {"name": {"en": "c"}, "say": {"en": "c"},
    "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "accepting"},
    "roles": ["clerk"],
    "items": [{"in": "quantityList", "kind": "paper", "from": ["open"], "recall": "clear"}]}},
"public": ["nianlun:title", "nianlun:slot"], "answers": ["clerk"],
"corrections": {"void": {"who": "same-key", "within": "PT24H", "alone": true},
                "later": {"roles": ["clerk"], "cosigned": false}},
"retention": {"years": 1, "basis": {"en": "b"}}})";

inline Verdict accepted(std::string_view step) {
  Verdict verdict;
  verdict.step = step;
  return verdict;
}

/// Folds records one after the other, as if each were a capture of its own.
struct Library {
  EmptyState nothing;
  StateOverlay state{nothing};
  std::shared_ptr<const ProfileBook> book;
  std::uint64_t size = 0;

  Library() {
    const auto profile = Json::parse(kLibrary);
    REQUIRE(profile);
    const auto checked = parse_profile(*profile);
    if (!checked) {
      for (const auto& [name, value] : checked.error().arguments) MESSAGE(name << ": " << value);
    }
    REQUIRE(checked);
    Json event = *Json::parse(
        R"({"type":"nianlun:Genesis","nianlun:format":1,"nianlun:rules":1,"nianlun:suite":"sha256",
        "nianlun:origin":"example.org/library","nianlun:logKey":"k","nianlun:gateway":"did:key:gate",
        "nianlun:domain":"https://id.example.org","nianlun:timeZone":"UTC",
        "nianlun:languages":["en"],"eventID":"urn:genesis",
        "nianlun:authority":{"threshold":1,"keys":["did:key:root"]}})");
    event.set("nianlun:profiles", Json::Array{*profile});
    book = std::make_shared<ProfileBook>();
    fold(event, accepted("nianlun:Genesis"), "");
    auto loaded = ProfileBook::load(state);
    REQUIRE(loaded);
    book = *loaded;
    registry(R"({"type":"nianlun:PartyEnrolled","nianlun:party":"https://p.example.org",
        "nianlun:name":{"en":"Library"}})");
    registry(R"({"type":"nianlun:KeyEnrolled","nianlun:party":"https://p.example.org",
        "nianlun:key":"did:key:clerk","nianlun:roles":["library/clerk"]})");
  }

  std::uint64_t fold(const Json& event, Verdict verdict, std::string_view profile) {
    Record record;
    record.event = event;
    record.event_hash = sha256(event.dump());
    record.profile = profile;
    record.verdict = std::move(verdict);
    Seal seal;
    seal.submitter = "did:key:clerk";
    seal.hash = sha256(be64(size));
    seal.count = 1;
    seal.sequence = size + 1;
    const std::string id = event.text("eventID").empty() ? "urn:e:" + std::to_string(size) : "";
    const auto done = fold_record({size, record, record.event, seal, id}, *book, state);
    if (!done) MESSAGE(done.error().message);
    REQUIRE(done);
    return size++;
  }
  std::uint64_t registry(std::string_view text) {
    const auto event = Json::parse(text);
    REQUIRE(event);
    return fold(*event, accepted(event->text("type")), "");
  }
  /// A step at `hour` of one day; `members` are those of the event beside its time and id.
  std::uint64_t step(std::string_view name, int hour, std::string_view members,
                     std::vector<std::string> broken = {}) {
    Verdict verdict{.step = "library/" + std::string(name), .broken = std::move(broken)};
    if (!verdict.broken.empty()) verdict.outcome = Outcome::kDisputed;
    return fold(event(hour, members), std::move(verdict), "library@1");
  }
  static Json event(int hour, std::string_view members) {
    auto json = Json::parse("{" + std::string(members) + "}");
    REQUIRE(json);
    return json->set("eventTime", date_time(1'770'000'000'000 + hour * 3'600'000LL));
  }
  Item item(std::string_view id) const {
    const auto item = find_item(state, id);
    REQUIRE(item);
    return *item ? **item : Item();
  }
  std::vector<Timed> timeline(std::string_view id) const {
    std::vector<Timed> entries;
    REQUIRE(each_entry(state, id, [&](const Timed& timed) {
      entries.push_back(timed);
      return true;
    }));
    return entries;
  }
  std::vector<std::string> contents(std::string_view id) const {
    std::vector<std::string> items;
    REQUIRE(each_content(state, id, [&](std::string_view one) {
      items.emplace_back(one);
      return true;
    }));
    return items;
  }
  bool is_open(std::uint64_t index, std::string_view guard) const {
    const auto open = state.get(open_exception_key(index, guard));
    REQUIRE(open);
    return open->has_value();
  }
};

inline std::string book_id(int n) { return "https://id.example.org/book/" + std::to_string(n); }
inline std::string box_id(int n) { return "https://id.example.org/box/" + std::to_string(n); }
inline const std::string kPaper = "https://id.example.org/paper/1";

inline std::string epcs(const std::string& id) {
  return R"("type":"ObjectEvent","epcList":[")" + id + "\"]";
}
inline std::string pack(std::string_view action, const std::string& box, const std::string& child) {
  std::string text = R"("type":"AggregationEvent","action":")" + std::string(action) +
                     R"(","parentID":")" + box + "\"";
  if (!child.empty()) text += R"(,"childEPCs":[")" + child + "\"]";
  return text;
}
inline std::string paper(int quantity) {
  return R"("type":"ObjectEvent","quantityList":[{"epcClass":")" + kPaper + R"(","quantity":)" +
         std::to_string(quantity) + "}]";
}
inline std::string printing(const std::string& id, int quantity) {
  return R"("type":"TransformationEvent","outputEPCList":[")" + id +
         R"("],"inputQuantityList":[{"epcClass":")" + kPaper + R"(","quantity":)" +
         std::to_string(quantity) + "}]";
}

}  // namespace nianlun
