#pragma once

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "facts.h"
#include "ledger/disclosure.h"
#include "ledger/ledger.h"
#include "ledger/merkle.h"
#include "ledger/private_values.h"
#include "ledger/time.h"
#include "seal_entry.h"
#include "state_keys.h"

namespace nianlun::testing {

template <class T>
T good(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return *std::move(result);
}
inline void good(const Result<void>& result) {
  if (!result) FAIL(result.error().message);
}

/// Nothing: what lies beneath a state that a test writes.
class EmptyView final : public StateView {
 public:
  Result<std::optional<Buffer>> get(Bytes) const override { return std::optional<Buffer>(); }
  Result<void> scan(Bytes, Bytes, Order, const Each&) const override { return {}; }
};

inline constexpr std::string_view kSmallProfile = R"json({
  "id": "library", "version": 1, "from": "2026-01-01T00:00:00.000Z",
  "name": {"en": "Library", "zh": "图书馆"},
  "roles": {"librarian": {"en": "librarian", "zh": "馆员"}, "office": {"en": "office", "zh": "办公室"}},
  "kinds": {
    "batch": {"name": {"en": "Print run", "zh": "印次"}, "id": ["{domain}/batch/"], "lot": true,
      "states": {"printed": {"en": "Printed", "zh": "已印刷"}},
      "recalled": {"en": "withdrawn", "zh": "已撤回"},
      "attributes": {"title": {"from": "ilmd.nianlun:title", "en": "Title", "zh": "书名"}},
      "verdict": {"printed": "good"}},
    "book": {"name": {"en": "Book", "zh": "图书"}, "id": ["{domain}/book/"],
      "states": {"shelved": {"en": "On the shelf", "zh": "在架"}, "lent": {"en": "Lent", "zh": "借出"},
                 "worn": {"en": "Worn", "zh": "破损"},
                 "gone": {"en": "Discarded", "zh": "已剔除", "end": true}},
      "attributes": {"title": {"from": "ilmd.nianlun:title", "en": "Title", "zh": "书名"},
                     "shelf": {"from": "nianlun:shelf", "told": false, "en": "Shelf", "zh": "书架"}},
      "verdict": {"shelved": "good", "lent": "waiting", "worn": "warning", "gone": "closed"}},
    "crate": {"name": {"en": "Crate", "zh": "书箱"}, "id": ["{domain}/crate/"],
      "states": {"closed": {"en": "Closed", "zh": "已封箱"}},
      "attributes": {}, "verdict": {"closed": "good"}},
    "tag": {"name": {"en": "Tag", "zh": "标签"}, "id": ["{domain}/t/"],
      "states": {"issued": {"en": "Issued", "zh": "已签发"}, "bound": {"en": "In use", "zh": "使用中"},
                 "void": {"en": "Void", "zh": "作废", "end": true}},
      "attributes": {}, "verdict": {"issued": "waiting", "bound": "good", "void": "closed"}}},
  "steps": {
    "printed": {"name": {"en": "Printed", "zh": "印刷"}, "say": {"en": "Printed", "zh": "已印刷"},
      "event": {"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning"},
      "roles": ["librarian"], "holder": "submitter",
      "items": [{"in": "epcList", "kind": "book", "from": ["new"], "to": "shelved"}],
      "public": ["nianlun:photo", "nianlun:scan"],
      "evidence": [{"member": "nianlun:photo", "name": {"en": "Photo", "zh": "照片"},
                    "reason": {"en": "Every book is shown", "zh": "每本书都需照片"}},
                   {"member": "nianlun:scan", "one_in": 10, "name": {"en": "Scan", "zh": "扫描件"},
                    "reason": {"en": "Drawn by lot", "zh": "抽查"}}]},
    "baseline": {"name": {"en": "Taken over", "zh": "存量导入"}, "say": {"en": "Taken over", "zh": "存量导入"},
      "event": {"type": "ObjectEvent", "action": "ADD", "bizStep": "nianlun:taking-over"},
      "roles": ["librarian"],
      "items": [{"in": "epcList", "kind": "book", "from": ["new"], "to": "shelved"}]},
    "lent": {"name": {"en": "Lent", "zh": "借出"},
      "say": {"en": "Lent until {nianlun:due}, by hand of {nianlun:reader}", "zh": "借出，{nianlun:due} 前归还，读者 {nianlun:reader}"},
      "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "nianlun:lending"},
      "roles": ["librarian"],
      "items": [{"in": "epcList", "kind": "book", "from": ["shelved"], "to": "lent"}],
      "public": ["nianlun:due"], "required": ["nianlun:due"],
      "guards": [{"id": "due-soon", "text": {"en": "Lent for too long", "zh": "借期过长"}, "else": "dispute",
                  "logic": {"==": [1, 1]}}]},
    "packed": {"name": {"en": "Packed", "zh": "装箱"}, "say": {"en": "Packed", "zh": "已装箱"},
      "event": {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing"},
      "roles": ["librarian"],
      "items": [{"in": "childEPCs", "kind": "book", "from": ["shelved"]},
                {"in": "parentID", "kind": "crate", "from": ["new", "closed"], "to": "closed"}]},
    "withdrawn": {"name": {"en": "Withdrawn", "zh": "召回"},
      "say": {"en": "Pages are missing: {nianlun:why}", "zh": "缺页：{nianlun:why}"},
      "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "holding", "disposition": "recalled"},
      "roles": ["office"],
      "items": [{"in": "quantityList", "kind": "batch", "from": ["printed"], "recall": "set"}],
      "public": ["nianlun:why"]}},
  "public": ["bizLocation", "ilmd.nianlun:title"], "answers": ["office"],
  "private": {"nianlun:reader": {"en": "Reader", "zh": "读者", "indexed": true, "subject": true}},
  "values": {"ilmd.nianlun:title": {"Herbarium": {"en": "Herbarium", "zh": "标本集"}},
             "nianlun:due": {"never": {"en": "the end of time", "zh": "永远"}}},
  "corrections": {"void": {"who": "same-key", "within": "PT24H", "alone": true},
                  "later": {"roles": ["office"], "cosigned": true}},
  "retention": {"years": 5, "basis": {"en": "house rules", "zh": "馆规"}}
})json";

/// What one event does to one item.
struct Change {
  std::string id;
  std::string kind;
  Standing after;
  bool disputed = false;
  bool fits = true;
};

/// A ledger in memory whose state is written by hand, so that what reads a state is tested without
/// what writes it.
class SmallLedger final : public Reading {
 public:
  static constexpr std::string_view kDomain = "https://id.example.org";

  /// The genesis event of every small ledger.
  static Json genesis() {
    return good(Json::parse(R"({"type":"nianlun:Genesis",
      "eventTime":"2026-01-01T00:00:00.000Z","nianlun:format":1,"nianlun:rules":1,
      "nianlun:suite":"sha256","nianlun:origin":"ledger.example.org/library",
      "nianlun:logKey":"ledger.example.org/library+00000000+AAAA",
      "nianlun:gateway":"did:key:zGateway","nianlun:domain":"https://id.example.org",
      "nianlun:timeZone":"Asia/Shanghai","nianlun:languages":["zh","en"],
      "nianlun:authority":{"threshold":1,"keys":["did:key:zAuthority"]},"nianlun:profiles":[]})"));
  }

  SmallLedger() : SmallLedger(genesis()) {
    add(genesis(), {}, "did:key:zAuthority", Verdict{Outcome::kAccepted, "nianlun:Genesis", {}});
  }
  /// With a genesis of the test's own, which it records itself.
  explicit SmallLedger(const Json& genesis) : state_(nothing()) {
    state_.put(kGenesisKey, genesis.dump());
    state_.put(profile_key("library", 1),
               Json().set("index", 0).set("profile", good(Json::parse(kSmallProfile))).dump());
  }

  void enrol(std::uint64_t number, std::string_view uri, std::string_view name,
             std::string_view role) {
    const std::string did = "did:key:z" + std::string(name);
    Party party{number, std::string(uri), Json().set("en", name).set("zh", name)};
    state_.put(party_key(uri), encode(party));
    state_.put(party_number_key(number), Buffer(uri));
    enrol_key(number, uri, role, did, 0);
    parties_[number] = did;
  }
  void enrol_key(std::uint64_t number, std::string_view uri, std::string_view role,
                 const std::string& did, std::uint64_t enrolled) {
    Actor actor;
    actor.number = actor.party_number = number;
    actor.did = did;
    actor.party = uri;
    actor.roles = {"library/" + std::string(role)};
    actor.enrolled = enrolled;
    state_.put(actor_key(did), encode(actor));
    state_.put(actor_number_key(number), did);
  }

  /// Records an event of a party and puts its changes into the state.
  std::uint64_t happen(std::string_view event, std::string_view step, std::uint64_t party,
                       const std::vector<Change>& changes, Verdict verdict = {}) {
    verdict.step = "library/" + std::string(step);
    const Json json = good(Json::parse(event));
    const std::uint64_t index = add(json, "library@1", parties_.at(party), verdict);
    const std::int64_t time_ms = good(parse_date_time(json.text("eventTime")));
    for (const Change& change : changes) {
      Item& item = items_[change.id];
      if (item.id.empty()) {
        item.id = change.id;
        item.profile = "library";
        item.kind = change.kind;
        item.first = index;
        item.nth = items_.size();
      }
      const bool holds = change.after.holder != item.now.holder;
      move_out(item, change.after);
      item.last = item.index = index;
      item.time_ms = time_ms;
      item.now = change.after;
      TimelineEntry entry;
      entry.step = "library@1/" + std::string(step);
      entry.fits = change.fits;
      entry.disputed = change.disputed;
      entry.actor = entry.party = party;
      entry.sets_holder = holds;
      entry.after = change.after;
      state_.put(timeline_key(item, {time_ms, index}), encode(entry));
      put(item);
    }
    return index;
  }

  /// Records the events of a capture as they are; the index of the first.
  std::uint64_t capture(const std::vector<Json>& events, const Seal& seal,
                        const std::string& profile, const Verdict& verdict) {
    const std::uint64_t first = records_.size();
    for (const Json& event : events) {
      const std::string bytes = good(canonical(event));
      StoredRecord stored;
      stored.index = records_.size();
      stored.record.event = verdict.outcome == Outcome::kRefused ? Json() : event;
      stored.record.event_hash = leaf_hash(bytes);
      stored.record.seal = seal.hash;
      stored.record.proofs = seal.proofs_hash;
      stored.record.position = stored.index - first;
      stored.record.time_ms = good(parse_date_time(event.text("eventTime"))) + 60'000;
      stored.record.profile = profile;
      stored.record.verdict = verdict;
      stored.record.salt = "AAAAAAAAAAAAAAAAAAAAAA";
      stored.bytes = record_bytes(stored.record, bytes);
      leaves_.push_back(record_leaf(stored.bytes));
      if (const std::string_view id = event.text("eventID"); !id.empty()) {
        state_.put(event_key(id, event.find("errorDeclaration") != nullptr),
                   encode(KnownEvent{.index = stored.index, .hash16 = hash16(bytes), .step = {}}));
      }
      records_.push_back(std::move(stored));
    }
    root_ = root_of(leaves_);
    state_.put(seal_key(seal.hash), encode(SealRecords{first, events.size()}));
    seals_.emplace(first, seal);
    return first;
  }

  /// Makes a record one that was refused, as a duplicate of `earlier` or for another reason.
  void repeat(std::uint64_t index, std::uint64_t earlier) {
    StoredRecord& stored = records_.at(index);
    stored.record.event = Json();
    stored.record.verdict.outcome = Outcome::kRefused;
    stored.record.verdict.broken = {earlier == kNoRecord ? "state" : std::string(kDuplicate)};
    stored.record.prior = {earlier};
    stored.bytes = record_bytes(stored.record, {});
    leaves_.at(index) = record_leaf(stored.bytes);
    root_ = root_of(leaves_);
  }

  Item& item(const std::string& id) { return items_.at(id); }
  void put(const Item& item) { state_.put(item_key(item.id), encode(item)); }
  void comes_from(const std::string& id, const std::string& origin) {
    items_.at(id).origins.push_back(origin);
    put(items_.at(id));
    state_.put(descendant_key(origin, id), encode(Indexed{0, id}));
  }
  void void_entry(const std::string& id, std::uint64_t index) {
    const std::int64_t time_ms =
        good(parse_date_time(records_.at(index).record.event.text("eventTime")));
    const Buffer key = timeline_key(items_.at(id), {time_ms, index});
    TimelineEntry entry = good(decode_entry(*good(state_.get(key))));
    entry.voided = true;
    state_.put(key, encode(entry));
  }
  void disclose(std::string encoded) {
    PrivateValue value{.disclosure = std::move(encoded)};
    vault_.emplace(disclosure_digest(value.disclosure), std::move(value));
  }
  void erase(const std::string& encoded) {
    vault_.erase(disclosure_digest(encoded));
    erased_.insert(disclosure_digest(encoded));
  }
  StateOverlay& writable() { return state_; }

  /// How many records were asked for.
  std::uint64_t reads() const { return reads_; }

  std::uint64_t size() const override { return records_.size(); }
  const Hash& root() const override { return root_; }
  const StateView& state() const override { return state_; }
  Result<KeptRecord> kept(std::uint64_t index) const override {
    ++reads_;
    if (index >= records_.size()) return fail(ErrorCode::kNotFound, "trace.no-item", {{"id", ""}});
    const Buffer& bytes = records_[index].bytes;
    return KeptRecord{.index = index, .hash = record_hash(bytes), .bytes = bytes};
  }
  Result<SealEntry> seal_entry(std::uint64_t first) const override {
    SealEntry entry{.seal = seals_.at(first), .rollback = true, .subtrees = {}};
    std::vector<Hash> leaves;
    for (std::uint64_t i = 0; i < entry.seal.count; ++i) {
      leaves.push_back(records_[first + i].record.event_hash);
    }
    entry.subtrees = subtrees_of(leaves, Suite::kSha256);
    return entry;
  }
  Result<std::vector<Hash>> inclusion(std::uint64_t index, std::uint64_t size) const override {
    return inclusion_path(std::span(leaves_).first(size), index);
  }
  Result<std::vector<Hash>> consistency(std::uint64_t, std::uint64_t) const override {
    return std::vector<Hash>();
  }
  Result<Buffer> tile(unsigned, std::uint64_t, unsigned) const override { return Buffer(); }
  Result<std::optional<PrivateValue>> private_value(std::string_view digest) const override {
    const auto found = vault_.find(std::string(digest));
    return found == vault_.end() ? std::optional<PrivateValue>() : found->second;
  }
  Result<std::vector<std::string>> find_private(const PrivateQuery&) const override {
    return std::vector<std::string>();
  }
  Result<void> each_private(
      const std::function<Result<bool>(std::string_view, const PrivateValue&)>&) const override {
    return {};
  }
  Result<bool> is_erased(std::string_view digest) const override {
    return erased_.contains(std::string(digest));
  }
  Result<std::optional<Json>> token(const Hash&) const override { return std::optional<Json>(); }

 private:
  static const StateView& nothing() {
    static const EmptyView kNothing;
    return kNothing;
  }
  std::uint64_t add(const Json& event, const std::string& profile, const std::string& did,
                    const Verdict& verdict) {
    Seal seal;
    seal.submitter = did;
    seal.signers = {did};
    seal.count = 1;
    seal.hash = sha256("seal " + std::to_string(records_.size()));
    return capture({event}, seal, profile, verdict);
  }
  void move_out(const Item& item, const Standing& after) {
    if (item.now.container == after.container) return;
    if (!item.now.container.empty()) state_.erase(contents_key(item.now.container, item.id));
    if (!after.container.empty()) state_.put(contents_key(after.container, item.id), item.id);
  }

  StateOverlay state_;
  mutable std::uint64_t reads_ = 0;
  std::vector<StoredRecord> records_;
  std::vector<Hash> leaves_;
  Hash root_;
  std::map<std::uint64_t, Seal> seals_;
  std::map<std::string, PrivateValue> vault_;
  std::set<std::string> erased_;
  std::map<std::string, Item> items_;
  std::map<std::uint64_t, std::string> parties_;
};

}  // namespace nianlun::testing
