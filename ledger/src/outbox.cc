#include "ledger/outbox.h"

#include <leveldb/db.h>
#include <leveldb/write_batch.h>

#include <algorithm>
#include <iterator>

#include "ledger/disclosure.h"
#include "ledger/encoding.h"
#include "ledger/private_values.h"
#include "outbox_entry.h"
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
  StoredAnswer answer;
};
struct Pending {
  Json document;
  StoredSeal seal;
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
      batch.Put(event_key(number),
                stored_text(StoredEvent{added.event, added.disclosures, added.saved_ms}));
      batch.Put(state_key(OutboxState::kWaiting, number), stored_text(StoredAnswer{}));
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
    TRY_ASSIGN(const Batch batch, waiting(context.events_max, context.suite));
    if (batch.numbers.empty()) return std::optional<Json>();
    return seal(batch, context);
  }

  Result<void> answered(const Json& capture_job) override {
    TRY_ASSIGN(const std::optional<Pending> pending, this->pending());
    if (!pending) return fail(ErrorCode::kNotFound, "outbox.nothing-waits");
    const auto answers = answers_of(capture_job, pending->seal);
    if (!answers) return fail(ErrorCode::kInvalidArgument, "outbox.wrong-answer");
    leveldb::WriteBatch batch;
    for (std::size_t i = 0; i < answers->size(); ++i) {
      const StoredAnswer& answer = (*answers)[i];
      const std::uint64_t number = pending->seal.events[i];
      batch.Delete(state_key(OutboxState::kSealed, number));
      const bool refused = answer.outcome == "refused";
      batch.Put(state_key(refused ? OutboxState::kRefused : OutboxState::kReceived, number),
                stored_text(answer));
    }
    batch.Delete(kPending);
    batch.Delete(kPendingEvents);
    return write(batch);
  }

  Result<void> unseal() override {
    TRY_ASSIGN(const std::optional<Pending> pending, this->pending());
    if (!pending) return fail(ErrorCode::kNotFound, "outbox.nothing-waits");
    leveldb::WriteBatch batch;
    for (const std::uint64_t number : pending->seal.events) {
      batch.Delete(state_key(OutboxState::kSealed, number));
      batch.Put(state_key(OutboxState::kWaiting, number), stored_text(StoredAnswer{}));
    }
    if (pending->seal.before.empty()) {
      batch.Delete(pending->seal.chain);
    } else {
      batch.Put(pending->seal.chain, pending->seal.before);
    }
    batch.Delete(kPending);
    batch.Delete(kPendingEvents);
    return write(batch);
  }

 private:
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
    TRY(capture_event(added.event, nullptr, added.suite));
    const std::vector<std::string> digests = digests_of(added.event);
    for (const std::string& disclosure : added.disclosures) {
      if (std::ranges::find(digests, disclosure_digest(disclosure, added.suite)) == digests.end()) {
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
      auto answer = read_stored_answer(*value);
      if (!answer) return damaged();
      return StateValue{.state = state, .answer = *std::move(answer)};
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
    auto read = read_stored_event(stored);
    if (!read) return damaged();
    auto state = state_of(number);
    if (!state) return damaged();
    return OutboxEntry{.number = number,
                       .state = state->state,
                       .event = std::move(read->event),
                       .saved_ms = read->saved_ms,
                       .record = state->answer.record,
                       .outcome = std::move(state->answer.outcome),
                       .broken = std::move(state->answer.broken)};
  }

  Result<std::optional<Pending>> pending() const {
    TRY_ASSIGN(const auto document, get(kPending));
    if (!document) return std::optional<Pending>();
    TRY_ASSIGN(const auto about, get(kPendingEvents));
    if (!about) return damaged();
    auto parsed = Json::parse(*document, {.bytes_max = std::size_t{4} * kCaptureBytesMax});
    auto seal = read_stored_seal(*about);
    if (!parsed || !parsed->is_object() || !seal) return damaged();
    return std::optional(Pending{.document = *std::move(parsed), .seal = *std::move(seal)});
  }

  Result<Batch> waiting(std::size_t events_max, Suite suite) const {
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
      auto read = read_stored_event(*stored);
      if (!read) return damaged();
      TRY_ASSIGN(CaptureEvent captured, capture_event(read->event, nullptr, suite));
      batch.numbers.push_back(number);
      batch.events.push_back(std::move(captured));
      std::ranges::move(read->disclosures, std::back_inserter(batch.disclosures));
    }
    return batch;
  }

  Result<std::optional<Json>> seal(const Batch& batch, const SealContext& context) {
    if (context.keys.empty()) return fail(ErrorCode::kInvalidArgument, "outbox.no-key");
    const std::string chain =
        std::string(1, kChain) + context.ledger + '\0' + context.keys.front()->public_key().did();
    SealDraft draft{.suite = context.suite,
                    .ledger = context.ledger,
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
      const auto link = read_stored_link(*last);
      if (!link) return damaged();
      draft.previous = link->hash;
      draft.sequence = link->sequence + 1;
    }
    TRY_ASSIGN(const Json made, make_seal(draft, context.keys));
    TRY_ASSIGN(const Seal sealed, parse_seal(made, context.suite));
    Json document = capture_document(batch.events, made, batch.disclosures, context.now_ms);
    TRY(save_sealed(batch, document, chain, last.value_or(""), sealed.hash, draft.sequence));
    return std::optional<Json>(std::move(document));
  }

  Result<void> save_sealed(const Batch& batch, const Json& document, const std::string& chain,
                           const std::string& before, const Hash& hash, std::uint64_t sequence) {
    leveldb::WriteBatch changes;
    changes.Put(chain, stored_text(StoredLink{sequence, hash}));
    changes.Put(kPending, document.dump());
    changes.Put(kPendingEvents, stored_text(StoredSeal{hex(hash), batch.numbers, chain, before}));
    for (const std::uint64_t number : batch.numbers) {
      changes.Delete(state_key(OutboxState::kWaiting, number));
      changes.Put(state_key(OutboxState::kSealed, number), stored_text(StoredAnswer{}));
    }
    return write(changes);
  }

  std::unique_ptr<leveldb::DB> db_;
  std::string name_;
};

}  // namespace

Result<std::uint64_t> Outbox::add(const Json& event, std::vector<std::string> disclosures,
                                  std::int64_t saved_ms, Suite suite) {
  const NewOutboxEvent added{
      .event = event, .disclosures = std::move(disclosures), .saved_ms = saved_ms, .suite = suite};
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
