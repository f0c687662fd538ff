#include "ledger/outbox.h"

#include <leveldb/db.h>
#include <leveldb/write_batch.h>

#include <algorithm>
#include <array>
#include <set>

#include "ledger/disclosure.h"
#include "ledger/encoding.h"
#include "ledger/private_values.h"
#include "outbox_keys.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

// Of the events of one seal; what the ledger orders is bounded too (docs/formats.md, 7).
constexpr std::size_t kSealBytesMax = 700'000;

leveldb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const leveldb::Slice& octets) { return {octets.data(), octets.size()}; }

struct StateValue {
  OutboxState state = OutboxState::kWaiting;
  Json value;
};
struct Pending {
  Json document;
  std::string seal;
  std::vector<std::uint64_t> events;
  std::string chain;   // a key
  std::string before;  // its value before this seal; empty if there was none
};
struct Batch {
  std::vector<std::uint64_t> numbers;
  std::vector<CaptureEvent> events;
  std::vector<std::string> disclosures;
};

class LevelOutbox final : public Outbox {
 public:
  LevelOutbox(std::unique_ptr<leveldb::DB> db, std::string name)
      : db_(std::move(db)), name_(std::move(name)) {}

  Result<std::uint64_t> add_all(std::span<const NewOutboxEvent> events) override {
    TRY_ASSIGN(const std::uint64_t last, last_number());
    std::uint64_t number = last;
    leveldb::WriteBatch batch;
    for (const NewOutboxEvent& added : events) {
      TRY(check_new(added));
      ++number;
      Json entry;
      entry.set("event", added.event)
          .set("disclosures", Json::Array(added.disclosures.begin(), added.disclosures.end()))
          .set("saved", added.saved_ms);
      batch.Put(event_key(number), entry.dump());
      batch.Put(state_key(OutboxState::kWaiting, number), "{}");
    }
    if (number == last) return last + 1;
    batch.Put(std::string(1, kLastNumber), be64(number));
    TRY(write(batch));
    return last + 1;
  }

  Result<void> each(const std::function<bool(const OutboxEntry&)>& visit) const override {
    const std::unique_ptr<leveldb::Iterator> at(db_->NewIterator({}));
    for (at->Seek(std::string(1, kEvent)); at->Valid(); at->Next()) {
      if (at->key().size() != 9 || at->key()[0] != kEvent) break;
      TRY_ASSIGN(const OutboxEntry entry,
                 entry_of(from_be64(view(at->key()).substr(1)), view(at->value())));
      if (!visit(entry)) return {};
    }
    return check(at->status());
  }

  Result<std::uint64_t> count(OutboxState state) const override {
    std::uint64_t count = 0;
    TRY(each_number(state, [&count](std::uint64_t) {
      ++count;
      return true;
    }));
    return count;
  }

  Result<void> remove(std::uint64_t number) override {
    TRY_ASSIGN(const StateValue found, state_of(number));
    if (found.state != OutboxState::kWaiting) {
      return fail(ErrorCode::kConflict, "outbox.sealed", {{"number", std::to_string(number)}});
    }
    leveldb::WriteBatch batch;
    batch.Delete(event_key(number));
    batch.Delete(state_key(OutboxState::kWaiting, number));
    return write(batch);
  }

  Result<std::optional<Json>> next_document(const SealContext& context) override {
    TRY_ASSIGN(std::optional<Pending> pending, this->pending());
    if (pending) return std::optional<Json>(std::move(pending->document));
    TRY_ASSIGN(const Batch batch, waiting(context.events_max));
    if (batch.numbers.empty()) return std::optional<Json>();
    return seal(batch, context);
  }

  Result<void> answered(const Json& capture_job) override {
    TRY_ASSIGN(const std::optional<Pending> pending, this->pending());
    if (!pending) return fail(ErrorCode::kNotFound, "outbox.nothing-waits");
    if (!capture_job.text("captureID").ends_with(pending->seal)) return wrong_answer();
    const Json* outcomes = capture_job.find("nianlun:outcomes");
    if (outcomes == nullptr || !outcomes->is_array()) return wrong_answer();
    leveldb::WriteBatch batch;
    std::set<std::uint64_t> told;
    for (const Json& outcome : outcomes->array()) {
      TRY_ASSIGN(const std::uint64_t number, take_outcome(outcome, pending->events, batch));
      if (!told.insert(number).second) return wrong_answer();
    }
    if (told.size() != pending->events.size()) return wrong_answer();
    batch.Delete(kPending);
    batch.Delete(kPendingEvents);
    return write(batch);
  }

  Result<void> unseal() override {
    TRY_ASSIGN(const std::optional<Pending> pending, this->pending());
    if (!pending) return fail(ErrorCode::kNotFound, "outbox.nothing-waits");
    leveldb::WriteBatch batch;
    for (const std::uint64_t number : pending->events) {
      batch.Delete(state_key(OutboxState::kSealed, number));
      batch.Put(state_key(OutboxState::kWaiting, number), "{}");
    }
    if (pending->before.empty()) {
      batch.Delete(pending->chain);
    } else {
      batch.Put(pending->chain, pending->before);
    }
    batch.Delete(kPending);
    batch.Delete(kPendingEvents);
    return write(batch);
  }

 private:
  static Unexpected wrong_answer() {
    return fail(ErrorCode::kInvalidArgument, "outbox.wrong-answer");
  }
  Unexpected damaged() const {
    return fail(ErrorCode::kCorrupted, "outbox.damaged", {{"what", name_}});
  }
  Result<void> check(const leveldb::Status& status) const {
    if (status.ok()) return {};
    if (status.IsCorruption()) return damaged();
    return fail(ErrorCode::kIo, "outbox.io", {{"what", name_}, {"reason", status.ToString()}});
  }
  Result<void> write(leveldb::WriteBatch& batch) {
    leveldb::WriteOptions options;
    options.sync = true;
    return check(db_->Write(options, &batch));
  }

  static Result<void> check_new(const NewOutboxEvent& added) {
    TRY(capture_event(added.event, nullptr));
    const std::vector<std::string> digests = digests_of(added.event);
    for (const std::string& disclosure : added.disclosures) {
      if (std::ranges::find(digests, disclosure_digest(disclosure)) == digests.end()) {
        return fail(ErrorCode::kInvalidArgument, "outbox.foreign-disclosure");
      }
    }
    return {};
  }

  Result<std::optional<std::string>> get(std::string_view key) const {
    leveldb::ReadOptions options;
    options.verify_checksums = true;
    std::string value;
    const leveldb::Status status = db_->Get(options, slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    TRY(check(status));
    return std::optional<std::string>(std::move(value));
  }

  /// What we stored ourselves: anything but an object is damage.
  Result<Json> object(std::string_view text) const {
    auto parsed = Json::parse(text, {.bytes_max = std::size_t{4} * kCaptureBytesMax});
    if (!parsed || !parsed->is_object()) return damaged();
    return parsed;
  }

  Result<std::uint64_t> last_number() const {
    TRY_ASSIGN(const auto last, get(std::string(1, kLastNumber)));
    if (!last) return std::uint64_t{0};
    if (last->size() != 8) return damaged();
    return from_be64(*last);
  }

  Result<StateValue> state_of(std::uint64_t number) const {
    for (const OutboxState state : kStates) {
      TRY_ASSIGN(const auto value, get(state_key(state, number)));
      if (!value) continue;
      TRY_ASSIGN(Json json, object(*value));
      return StateValue{.state = state, .value = std::move(json)};
    }
    return fail(ErrorCode::kNotFound, "outbox.no-such-event", {{"number", std::to_string(number)}});
  }

  Result<void> each_number(OutboxState state,
                           const std::function<bool(std::uint64_t)>& visit) const {
    const std::string prefix{kState, letter(state)};
    const std::unique_ptr<leveldb::Iterator> at(db_->NewIterator({}));
    for (at->Seek(prefix); at->Valid() && at->key().starts_with(prefix); at->Next()) {
      if (at->key().size() != prefix.size() + 8) return damaged();
      if (!visit(from_be64(view(at->key()).substr(prefix.size())))) break;
    }
    return check(at->status());
  }

  Result<OutboxEntry> entry_of(std::uint64_t number, std::string_view stored) const {
    OutboxEntry entry;
    entry.number = number;
    TRY_ASSIGN(const Json json, object(stored));
    TRY_ASSIGN(entry.saved_ms, json.integer("saved"));
    const Json* event = json.find("event");
    if (event == nullptr || !event->is_object()) return damaged();
    entry.event = *event;
    const auto state = state_of(number);
    if (!state) return damaged();
    entry.state = state->state;
    entry.outcome = state->value.text("outcome");
    if (const auto record = state->value.integer("record")) {
      entry.record = static_cast<std::uint64_t>(*record);
    }
    if (const Json* broken = state->value.find("broken"); broken && broken->is_array()) {
      for (const Json& guard : broken->array()) entry.broken.push_back(guard.string());
    }
    return entry;
  }

  Result<std::optional<Pending>> pending() const {
    TRY_ASSIGN(const auto document, get(kPending));
    if (!document) return std::optional<Pending>();
    TRY_ASSIGN(const auto events, get(kPendingEvents));
    if (!events) return damaged();
    Pending pending;
    TRY_ASSIGN(pending.document, object(*document));
    TRY_ASSIGN(const Json about, object(*events));
    pending.seal = about.text("seal");
    pending.chain = about.text("chain");
    pending.before = about.text("before");
    const Json* numbers = about.find("events");
    if (pending.seal.empty() || pending.chain.empty() || numbers == nullptr || !numbers->is_array())
      return damaged();
    for (const Json& number : numbers->array()) {
      const auto value = number.is_number() ? parse_decimal(number.number_text()) : std::nullopt;
      if (!value) return damaged();
      pending.events.push_back(*value);
    }
    return std::optional<Pending>(std::move(pending));
  }

  Result<Batch> waiting(std::size_t events_max) const {
    std::vector<std::uint64_t> numbers;
    TRY(each_number(OutboxState::kWaiting, [&](std::uint64_t number) {
      if (numbers.size() < std::min(events_max, kCaptureEventsMax)) numbers.push_back(number);
      return numbers.size() < std::min(events_max, kCaptureEventsMax);
    }));
    Batch batch;
    std::size_t bytes = 0;
    for (const std::uint64_t number : numbers) {
      TRY_ASSIGN(const auto stored, get(event_key(number)));
      if (!stored) return damaged();
      bytes += stored->size();
      if (!batch.numbers.empty() && bytes > kSealBytesMax) break;
      TRY_ASSIGN(const Json json, object(*stored));
      const Json* event = json.find("event");
      const Json* disclosures = json.find("disclosures");
      if (event == nullptr || disclosures == nullptr || !disclosures->is_array()) return damaged();
      TRY_ASSIGN(CaptureEvent captured, capture_event(*event, nullptr));
      batch.numbers.push_back(number);
      batch.events.push_back(std::move(captured));
      for (const Json& one : disclosures->array()) batch.disclosures.push_back(one.string());
    }
    return batch;
  }

  Result<std::optional<Json>> seal(const Batch& batch, const SealContext& context) {
    if (context.keys.empty()) return fail(ErrorCode::kInvalidArgument, "outbox.no-key");
    const std::string chain =
        std::string(1, kChain) + context.ledger + '\0' + context.keys.front()->public_key().did();
    SealDraft draft{.ledger = context.ledger,
                    .leaves = leaves_of(batch.events),
                    .sequence = 1,
                    .previous = std::nullopt,
                    .after = context.after,
                    .sealed_at_ms = context.now_ms,
                    .boot = context.boot,
                    .monotonic_ms = context.monotonic_ms,
                    .server_ms = std::nullopt,
                    .on_behalf_of = {}};
    TRY_ASSIGN(const auto last, get(chain));
    if (last) {
      TRY_ASSIGN(const Json link, object(*last));
      TRY_ASSIGN(const std::int64_t sequence, link.integer("sequence"));
      TRY_ASSIGN(draft.previous, hash_from_hex(link.text("hash")));
      draft.sequence = static_cast<std::uint64_t>(sequence) + 1;
    }
    TRY_ASSIGN(const Json made, make_seal(draft, context.keys));
    TRY_ASSIGN(const Seal sealed, parse_seal(made));
    Json document = capture_document(batch.events, made, batch.disclosures, context.now_ms);
    TRY(save_sealed(batch, document, chain, last.value_or(""), sealed.hash, draft.sequence));
    return std::optional<Json>(std::move(document));
  }

  Result<void> save_sealed(const Batch& batch, const Json& document, const std::string& chain,
                           const std::string& before, const Hash& hash, std::uint64_t sequence) {
    Json link;
    link.set("sequence", sequence).set("hash", hex(hash));
    Json about;
    Json::Array numbers(batch.numbers.begin(), batch.numbers.end());
    about.set("seal", hex(hash)).set("events", std::move(numbers));
    about.set("chain", chain).set("before", before);
    leveldb::WriteBatch changes;
    changes.Put(chain, link.dump());
    changes.Put(kPending, document.dump());
    changes.Put(kPendingEvents, about.dump());
    for (const std::uint64_t number : batch.numbers) {
      changes.Delete(state_key(OutboxState::kWaiting, number));
      changes.Put(state_key(OutboxState::kSealed, number), "{}");
    }
    return write(changes);
  }

  /// Puts what became of one event into `batch`; returns the event's number.
  static Result<std::uint64_t> take_outcome(const Json& outcome,
                                            const std::vector<std::uint64_t>& events,
                                            leveldb::WriteBatch& batch) {
    const auto position = outcome.integer("position");
    const auto index = outcome.integer("index");
    const std::string_view word = outcome.text("outcome");
    if (!position || !index || *position < 0 || *index < 0) return wrong_answer();
    if (static_cast<std::uint64_t>(*position) >= events.size()) return wrong_answer();
    if (word != "accepted" && word != "disputed" && word != "refused") return wrong_answer();
    Json value;
    value.set("record", *index).set("outcome", word);
    Json::Array broken;
    if (const Json* there = outcome.find("broken"); there != nullptr && there->is_array()) {
      std::ranges::copy_if(there->array(), std::back_inserter(broken), &Json::is_string);
    }
    value.set("broken", std::move(broken));
    const std::uint64_t number = events[static_cast<std::size_t>(*position)];
    batch.Delete(state_key(OutboxState::kSealed, number));
    batch.Put(state_key(word == "refused" ? OutboxState::kRefused : OutboxState::kReceived, number),
              value.dump());
    return number;
  }

  std::unique_ptr<leveldb::DB> db_;
  std::string name_;
};

}  // namespace

Result<std::uint64_t> Outbox::add(const Json& event, std::vector<std::string> disclosures,
                                  std::int64_t saved_ms) {
  const NewOutboxEvent added{
      .event = event, .disclosures = std::move(disclosures), .saved_ms = saved_ms};
  return add_all({&added, 1});
}

Result<std::unique_ptr<Outbox>> Outbox::open(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  const std::string name = directory.string();
  if (error) {
    return fail(ErrorCode::kIo, "outbox.io", {{"what", name}, {"reason", error.message()}});
  }
  leveldb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  leveldb::DB* opened = nullptr;
  const leveldb::Status status = leveldb::DB::Open(options, name, &opened);
  std::unique_ptr<leveldb::DB> db(opened);
  if (status.ok()) {
    return std::unique_ptr<Outbox>(std::make_unique<LevelOutbox>(std::move(db), name));
  }
  const std::string reason = status.ToString();
  if (status.IsCorruption()) return fail(ErrorCode::kCorrupted, "outbox.damaged", {{"what", name}});
  // LevelDB has no code for this: its text is "lock <directory>/LOCK: <reason>".
  if (reason.starts_with("IO error: lock ")) {
    return fail(ErrorCode::kConflict, "outbox.in-use", {{"what", name}});
  }
  return fail(ErrorCode::kIo, "outbox.io", {{"what", name}, {"reason", reason}});
}

}  // namespace nianlun
