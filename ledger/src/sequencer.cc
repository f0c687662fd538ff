#include "sequencer.h"

#include <algorithm>
#include <cassert>

#include "ledger_reading.h"
#include "state_store.h"
#include "try.h"
#include "value_place.h"

namespace nianlun {
namespace {

std::size_t bytes_of(const Admission& admission) {
  std::size_t bytes = 0;
  for (const AdmissionEvent& event : admission.events) bytes += event.event.bytes.size();
  return bytes;
}

}  // namespace

/// What becomes of the captures of one commit.
struct Sequencer::Group {
  explicit Group(const StateView& state) : reads(state), changes(reads) {}
  RecentReads reads;
  StateOverlay changes;
  std::vector<NewRecord> records;
  std::vector<NewCapture> captures;
  std::vector<Result<CaptureResult>> results;  // one per capture
  std::int64_t time_ms = 0;                    // of the last record
};

Sequencer::Sequencer(const LedgerOptions& options, Store store, CheckpointFile file,
                     std::vector<NoteSigner> signers, SignedCheckpoint checkpoint)
    : options_(options),
      store_(std::move(store)),
      engine_(store_.log->view()->position().engine),
      held_(options.hold_checkpoints),
      file_(std::move(file)),
      signers_(std::move(signers)),
      checkpoint_(std::move(checkpoint.note)) {
  make_view();
}

Sequencer::~Sequencer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (publisher_.joinable()) publisher_.join();
}

Result<void> Sequencer::start() {
  TRY(drain());
  thread_ = std::thread([this] { run(); });
  publisher_ = std::thread([this] { run_publisher(); });
  return {};
}

Result<void> Sequencer::submit(Admission admission, std::vector<PrivateValue> values,
                               Ledger::Done done) {
  const std::size_t bytes = bytes_of(admission);
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return Unexpected{*failure_};
    const bool full = queue_.size() >= options_.queue_captures_max ||
                      (!queue_.empty() && queue_bytes_ + bytes > options_.queue_bytes_max);
    if (full || stopping_) return fail(ErrorCode::kBusy, "ledger.busy");
    queue_bytes_ += bytes;
    queue_.push_back({.admission = std::move(admission),
                      .values = std::move(values),
                      .done = std::move(done),
                      .bytes = bytes});
  }
  wake_.notify_one();
  return {};
}

std::shared_ptr<const Reading> Sequencer::read() const {
  const std::lock_guard lock(mutex_);
  return reading_;
}

std::string Sequencer::checkpoint() const {
  const std::lock_guard lock(mutex_);
  return checkpoint_;
}

Result<void> Sequencer::publish_checkpoint() {
  const std::lock_guard publishing(publishing_);
  std::shared_ptr<const LogView> view;
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return Unexpected{*failure_};
    if (held_) return {};
    view = view_;
  }
  auto published = file_.publish(*view, signers_, false);
  const std::lock_guard lock(mutex_);
  if (!published) {
    failure_ = published.error();
    wake_.notify_all();  // the sequencer ends with it
    return Unexpected{std::move(published).error()};
  }
  checkpoint_ = std::move(published->note);
  return {};
}

void Sequencer::run_publisher() {
  const auto ends = [this] { return stopping_ || failure_.has_value(); };
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, options_.checkpoint_interval, ends)) {
    lock.unlock();
    const bool published = publish_checkpoint().has_value();
    lock.lock();
    if (!published) return;
  }
}

// It also wakes when nothing came, since the engine may have taken something from elsewhere.
void Sequencer::run() {
  for (bool stopping = false; !stopping;) {
    std::vector<Waiting> waiting;
    std::optional<Error> failure;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, options_.checkpoint_interval,
                     [this] { return stopping_ || !queue_.empty() || failure_; });
      waiting = take();
      stopping = stopping_ && queue_.empty();
      failure = failure_;
    }
    for (Waiting& each : waiting) ordering_.push_back(std::move(each.done));
    if (failure) return fail_all(*failure);
    if (auto ordered = order(std::move(waiting)); !ordered) return fail_all(ordered.error());
    if (auto drained = drain(); !drained) return fail_all(drained.error());
  }
  if (auto published = publish_checkpoint(); !published) fail_all(published.error());
}

/// What waits, up to about the events of one commit. The caller holds mutex_.
std::vector<Sequencer::Waiting> Sequencer::take() {
  std::vector<Waiting> taken;
  std::size_t events = 0;
  while (!queue_.empty() && events < options_.commit_events_max) {
    events += queue_.front().admission.events.size();
    queue_bytes_ -= queue_.front().bytes;
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return taken;
}

/// A value stays with the event that it came in with; one whose event was refused comes with the
/// next. So nobody takes it over who repeats its digest.
Result<void> Sequencer::keep(const std::vector<PrivateValue>& values) {
  const auto reading = read();
  const auto is_told_of = [&](std::string_view digest, const PrivateValue& there) -> Result<bool> {
    TRY_ASSIGN(const auto found, record_of(*reading, there, digest));
    return found.has_value();
  };
  return store_.vault->put(values, is_told_of);
}

/// Puts private values on disk, then captures into their order: no record may refer to what the
/// vault does not hold.
Result<void> Sequencer::order(std::vector<Waiting> waiting) {
  if (waiting.empty()) return {};
  std::vector<PrivateValue> values;
  std::vector<Admission> admissions;
  for (Waiting& each : waiting) {
    std::ranges::move(each.values, std::back_inserter(values));
    admissions.push_back(std::move(each.admission));
  }
  TRY(keep(values));
  auto first = store_.engine->append(std::move(admissions));
  std::vector<Ledger::Done> dones = std::move(ordering_);
  ordering_.clear();
  for (std::size_t i = 0; i < dones.size(); ++i) {
    if (first) {
      unanswered_.emplace(*first + i, std::move(dones[i]));
    } else {
      dones[i](Unexpected{first.error()});
    }
  }
  return {};
}

/// Commits what the engine has.
Result<void> Sequencer::drain() {
  while (engine_ < store_.engine->durable()) {
    auto admissions = store_.engine->read(engine_, options_.commit_events_max);
    if (!admissions && admissions.error().code == ErrorCode::kBusy) return {};  // at the next round
    if (!admissions) return Unexpected{std::move(admissions).error()};
    if (admissions->empty()) return {};
    TRY(commit(*std::move(admissions)));
  }
  return {};
}

void Sequencer::admit(Admission& admission, Group& group) {
  admission.time_ms = std::max(admission.time_ms, group.time_ms);  // never runs backwards
  const std::size_t before = group.records.size();
  const std::uint64_t size = store_.log->view()->size() + before;
  group.results.push_back(store_.machine->admit(admission, size, group.changes, group.records));
  if (group.records.size() == before) return;
  group.captures.push_back({size, &admission.seal, admission.rollback});
  group.time_ms = group.records.back().record.time_ms;
}

Result<void> Sequencer::write(const Group& group) {
  if (group.records.empty()) return {};
  TRY(store_.log->append({.records = group.records,
                          .captures = group.captures,
                          .engine = engine_ + group.results.size(),
                          .vault = store_.vault->writes()}));
  const LogPosition& position = store_.log->view()->position();
  TRY(write_state(*store_.state, group.changes.changes(),
                  {.size = position.size, .root = position.root}));
  make_view();
  return {};
}

Result<void> Sequencer::commit(std::vector<Admission> admissions) {
  const std::shared_ptr<const Reading> before = read();
  Group group(before->state());
  group.time_ms = store_.log->view()->position().time_ms;
  for (Admission& admission : admissions) admit(admission, group);
  TRY(write(group));
  for (auto& result : group.results) {
    const auto done = unanswered_.extract(engine_);
    ++engine_;
    if (done) done.mapped()(std::move(result));
  }
  return {};
}

/// Where the process goes on in spite of `fatal`, whoever waits learns that nothing is certain.
void Sequencer::fail_all(const Error& error) {
  std::deque<Waiting> queue;
  {
    const std::lock_guard lock(mutex_);
    failure_ = error;
    queue.swap(queue_);
    queue_bytes_ = 0;
  }
  if (options_.fatal) options_.fatal(error);
  for (auto& done : ordering_) done(Unexpected{error});
  for (auto& [position, done] : unanswered_) done(Unexpected{error});
  for (Waiting& waiting : queue) waiting.done(Unexpected{error});
  ordering_.clear();
  unanswered_.clear();
}

void Sequencer::make_view() {
  auto view = store_.log->view();
  auto reading =
      make_reading(view, std::make_shared<const DatabaseView>(store_.state), store_.vault);
  const std::lock_guard lock(mutex_);
  view_ = std::move(view);
  reading_ = std::move(reading);
}

}  // namespace nianlun
