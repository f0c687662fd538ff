#include "witnesses.h"

#include <algorithm>
#include <utility>

#include "ledger/encoding.h"
#include "ledger/files.h"
#include "ledger/output_file.h"
#include "ledger/rotation.h"
#include "ledger/src/text.h"
#include "ledger/src/try.h"
#include "witness_memory.h"

namespace nianlun::api {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPoll{100};          // how often the newest checkpoint is looked at
constexpr milliseconds kFirstPause{1'000};  // after a request that failed; doubles with each
constexpr milliseconds kLongestPause{300'000};

bool is_for(const Policy& policy, const NoteVerifier& log) {
  return policy.logs.empty() || std::ranges::any_of(policy.logs, [&](const PolicyLog& one) {
           return one.key.vkey() == log.vkey();
         });
}

}  // namespace

std::string shown_name(std::string_view name) {
  return is_utf8(name) ? std::string(name) : hex(name);
}

std::string missing_names(std::span<const WitnessStatus> witnesses, std::uint64_t size) {
  std::string names;
  for (const WitnessStatus& witness : witnesses) {
    if (witness.size <= size) names += (names.empty() ? "" : ", ") + shown_name(witness.name);
  }
  return names;
}

Result<std::unique_ptr<Witnesses>> Witnesses::start(Ledger& ledger, WitnessesOptions options) {
  if (!is_for(options.policy, ledger.log_verifier())) {
    return fail(ErrorCode::kConflict, "witness.other-log", {{"origin", ledger.origin()}});
  }
  std::unique_ptr<Witnesses> made(new Witnesses(ledger, std::move(options)));
  TRY(made->read_kept());
  for (const PolicyWitness& witness : made->policy().witnesses) {
    made->status_.push_back({.name = witness.name,
                             .vkey = witness.key.vkey(),
                             .url = witness.url,
                             .error = std::nullopt});
    std::unique_ptr<WitnessAsker> asker;
    if (!witness.url.empty()) {
      TRY_ASSIGN(asker, WitnessAsker::create(ledger, witness, made->options_.timeout));
    }
    made->askers_.push_back(std::move(asker));
  }
  made->threads_.emplace_back([&all = *made] { all.run_rounds(); });
  for (std::size_t i = 0; i < made->askers_.size(); ++i) {
    if (made->askers_[i] == nullptr) continue;
    made->threads_.emplace_back([&all = *made, i] { all.run_asker(i, *all.askers_[i]); });
  }
  return made;
}

Witnesses::Witnesses(Ledger& ledger, WitnessesOptions options)
    : ledger_(ledger), options_(std::move(options)) {}

Witnesses::~Witnesses() { stop(); }

void Witnesses::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

/// A policy that has changed meanwhile may ask for more than the file has: then there is none yet.
Result<void> Witnesses::read_kept() {
  std::error_code error;
  if (!std::filesystem::exists(options_.file, error) && !error) return {};
  TRY_ASSIGN(std::string note, read_file(options_.file, kNoteBytesMax));
  // It may be from before the log's key changed.
  TRY_ASSIGN(const TrustedKeys keys,
             follow_rotations(std::span(&ledger_.log_verifier(), 1), ledger_.rotations()));
  auto opened = open_witnessed(note, policy(), keys.keys);
  if (!opened || opened->checkpoint.size == 0) {
    return fail(ErrorCode::kCorrupted, "ledger.damaged-checkpoint",
                {{"file", options_.file.string()}});
  }
  TRY(compare(opened->checkpoint, *ledger_.read()));
  if (!opened->quorum) return {};
  newest_ = std::make_shared<const CosignedCheckpoint>(CosignedCheckpoint{
      std::move(opened->checkpoint), std::move(note), std::move(opened->cosigned)});
  return {};
}

void Witnesses::run_rounds() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const std::shared_ptr<Round> next = next_round();
    if (next != nullptr) {
      publish(*next);  // at once if nobody needs to cosign
      changed_.notify_all();
    }
    if (!signing_ && !warned_ && Clock::now() > began_ + options_.timeout) warn();
    lock.lock();
    changed_.wait_for(lock, kPoll, [this] { return stopping_; });
  }
}

/// Null: the round goes on, or there is nothing new.
std::shared_ptr<Witnesses::Round> Witnesses::next_round() {
  const Clock::time_point now = Clock::now();
  const milliseconds longest = std::max(options_.interval, options_.timeout);
  {
    const std::lock_guard lock(mutex_);
    if (round_ != nullptr &&
        now < round_->began + (round_->settled ? options_.interval : longest)) {
      return nullptr;
    }
  }
  std::string note = ledger_.checkpoint();
  const auto parsed = parse_note(note);
  const auto checkpoint = parsed ? parse_checkpoint(parsed->text) : Unexpected{parsed.error()};
  const std::lock_guard lock(mutex_);
  if (!checkpoint || (round_ != nullptr && checkpoint->size <= round_->head.checkpoint.size)) {
    return nullptr;
  }
  round_ = std::make_shared<Round>(Round{{*checkpoint, std::move(note)}, now});
  return round_;
}

void Witnesses::run_asker(std::size_t number, WitnessAsker& asker) {
  std::shared_ptr<Round> done;  // the round that it cosigned last
  Clock::time_point next{};     // not before that
  milliseconds pause = std::max(options_.interval, kFirstPause);
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || round_ != done; });
    changed_.wait_until(lock, next, [&] { return stopping_; });
    if (stopping_) return;
    const std::shared_ptr<Round> round = round_;
    lock.unlock();
    const Clock::time_point began = Clock::now();
    const Result<Cosignature> answer = asker.ask(round->head);
    note_answer(number, *round, answer);
    lock.lock();
    next = answer ? began + options_.interval : Clock::now() + pause;
    pause = answer ? std::max(options_.interval, kFirstPause) : std::min(pause * 2, kLongestPause);
    if (answer) done = round;
  }
}

void Witnesses::note_answer(std::size_t number, Round& round, const Result<Cosignature>& answer) {
  {
    const std::lock_guard lock(mutex_);
    WitnessStatus& status = status_[number];
    if (answer) {
      status.error.reset();
      status.size = round.head.checkpoint.size;
      status.time_s = answer->time_s;
      round.cosigned.emplace(number, *answer);
    } else {
      status.error = answer.error();
      status.error_time_ms = options_.now_ms();
    }
  }
  if (answer) return publish(round);
  const bool answered =
      answer.error().code == ErrorCode::kConflict || answer.error().code == ErrorCode::kForbidden;
  if (!answered || !options_.set_back) return;
  // It may have seen more, or another history. What the log itself signed says so too, or the
  // witness is not believed.
  const auto compared =
      compare_with(policy().witnesses[number], keys_of(policy(), ledger_.log_verifier()),
                   *ledger_.read(), options_.timeout);
  if (!compared) options_.set_back(compared.error());
}

/// What it has become by now, if the quorum is reached and nothing newer has.
std::optional<CosignedCheckpoint> Witnesses::cosigned_by(Round& round) const {
  const std::lock_guard lock(mutex_);
  CosignedCheckpoint made{
      .checkpoint = round.head.checkpoint, .note = round.head.note, .cosigned = {}};
  for (const auto& [number, one] : round.cosigned) {
    made.cosigned.push_back({policy().witnesses[number].name, one.time_s});
    made.note += signature_line(one.signature);
  }
  if (!reaches_quorum(policy(), made.cosigned)) return std::nullopt;
  round.settled = true;
  if (newest_ != nullptr && newest_->checkpoint.size > made.checkpoint.size) return std::nullopt;
  return made;
}

void Witnesses::publish(Round& round) {
  const std::lock_guard one(publish_mutex_);
  std::optional<CosignedCheckpoint> made = cosigned_by(round);
  if (!made) return;
  if (!signing_) sign();
  if (const auto kept = replace_file(options_.file, made->note, Access::kEverybody); !kept) {
    if (options_.failed) options_.failed(kept.error());
    return;
  }
  const std::lock_guard lock(mutex_);
  newest_ = std::make_shared<const CosignedCheckpoint>(*std::move(made));
}

void Witnesses::sign() {
  signing_ = true;
  ledger_.sign_checkpoints();
  if (warned_ && options_.signs_again) options_.signs_again();
}

void Witnesses::warn() {
  warned_ = true;
  if (!options_.waits) return;
  options_.waits(
      Error{ErrorCode::kBusy, "witness.waits", {{"missing", missing_names(status(), 0)}}});
}

std::shared_ptr<const CosignedCheckpoint> Witnesses::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

std::shared_ptr<const CosignedCheckpoint> Witnesses::covering(std::uint64_t index) const {
  const auto found = newest();
  return found != nullptr && index < found->checkpoint.size ? found : nullptr;
}

std::vector<WitnessStatus> Witnesses::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

}  // namespace nianlun::api
