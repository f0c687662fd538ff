#include "ledger/machine.h"

#include <algorithm>

#include "facts.h"
#include "fold.h"
#include "judge.h"
#include "ledger/encoding.h"
#include "profile_book.h"
#include "registry_fold.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

/// An earlier record of the same event, or of the same refusal.
struct Earlier {
  std::uint64_t index = 0;
  bool same = true;      ///< false: another event under the same id
  bool refused = false;  ///< it was refused to the same sender
};
Result<std::optional<Earlier>> earlier_of(const CaptureEvent& event, std::string_view submitter,
                                          const StateView& state) {
  TRY_ASSIGN(const auto known, state.get(event_key(event.id, event.correction)));
  if (known) {
    TRY_ASSIGN(const KnownEvent found, decode_known_event(*known));
    return std::optional(Earlier{found.index, found.is_of(event.hash), false});
  }
  TRY_ASSIGN(const auto any, state.get(refused_before_key(submitter)));
  if (!any) return std::optional<Earlier>();
  TRY_ASSIGN(const auto refused, state.get(refused_key(event.hash, submitter)));
  if (refused) return std::optional(Earlier{read_be64(*refused), true, true});
  return std::optional<Earlier>();
}

CaptureResult answer(const Seal& seal, std::uint64_t first) {
  CaptureResult result;
  result.seal = seal.hash;
  result.first = first;
  return result;
}

class RulesOne final : public Machine {
 public:
  Result<CaptureResult> admit(const Admission& admission, std::uint64_t size, StateOverlay& state,
                              std::vector<NewRecord>& records) override {
    TRY_ASSIGN(const auto known, state.get(seal_key(admission.seal.hash)));
    if (known) {
      TRY_ASSIGN(const SealRecords there, decode_seal_records(*known));
      CaptureResult result = answer(admission.seal, there.first);
      result.repeated = true;
      return result;
    }
    TRY(load_book(state));
    const std::size_t before = records.size();
    state.begin_trial();
    auto result = try_all(admission, size, state, records);
    if (!result) take_back(before, state, records);
    state.end_trial();
    return result;
  }

  Result<void> fold(std::uint64_t index, const Record& record, const Seal& seal,
                    StateOverlay& state) override {
    TRY(load_book(state));
    if (seal_ != seal.hash) forget_registry();
    TRY_ASSIGN(const Sealer* sealer, sealer_for(seal, state));
    return fold_one({index, record, record.event, seal, {}, nullptr, sealer}, state);
  }

 private:
  Result<CaptureResult> try_all(const Admission& admission, std::uint64_t size, StateOverlay& state,
                                std::vector<NewRecord>& records) {
    const std::size_t before = records.size();
    std::vector<Verdict> tried;
    bool any_refused = false;
    TRY_ASSIGN(CaptureResult result,
               admit_all(admission, size, state, records, nullptr, any_refused));
    if (!admission.rollback || !any_refused || admission.events.size() == 1) return result;
    for (const EventResult& event : result.events) tried.push_back(event.verdict);
    take_back(before, state, records);
    TRY(load_book(state));
    return admit_all(admission, size, state, records, &tried, any_refused);
  }

  /// As if nothing of the capture had been tried: what is not in `state` may not be in the book.
  void take_back(std::size_t before, StateOverlay& state, std::vector<NewRecord>& records) {
    state.roll_back();
    records.resize(before);
    book_.reset();
    forget_registry();
  }

  /// The profiles are read once, and again after a record that changed them.
  Result<void> load_book(const StateView& state) {
    if (book_ != nullptr) return {};
    TRY_ASSIGN(const auto genesis, state.get(kGenesisKey));
    if (!genesis) {
      book_ = std::make_shared<const ProfileBook>();
      return {};
    }
    TRY_ASSIGN(book_, ProfileBook::load(state));
    return {};
  }

  Result<void> fold_one(const FoldInput& input, StateOverlay& state) {
    TRY(fold_record(input, *book_, state));
    if (is_registry_event(input.event)) forget_registry();
    const std::string_view step = input.record.verdict.step;
    if (step == "nianlun:Genesis" || step == "nianlun:ProfileAdopted") {
      book_.reset();
      TRY(load_book(state));
    }
    return {};
  }

  /// `tried` (or null): the verdicts of a capture of which nothing is taken, since part of it was
  /// refused. What was refused keeps its verdict; the rest did nothing wrong.
  Result<CaptureResult> admit_all(const Admission& admission, std::uint64_t size,
                                  StateOverlay& state, std::vector<NewRecord>& records,
                                  const std::vector<Verdict>* tried, bool& any_refused) {
    CaptureResult result = answer(admission.seal, size);
    result.rollback = admission.rollback;
    forget_registry();
    TRY_ASSIGN(const std::int64_t time_ms, record_time(admission, state));
    result.time_ms = time_ms;
    for (std::size_t position = 0; position < admission.events.size(); ++position) {
      const CaptureEvent& event = admission.events[position].event;
      TRY_ASSIGN(const auto earlier, earlier_of(event, admission.seal.submitter, state));
      const bool duplicate = earlier && earlier->same;
      TRY_ASSIGN(Judgement judgement, judgement_of(admission, position, size, state, earlier));
      if (tried != nullptr && !duplicate) {
        judgement.verdict = (*tried)[position];
        if (judgement.verdict.outcome != Outcome::kRefused ||
            judgement.verdict.broken == std::vector{std::string(kDuplicate)}) {
          judgement.verdict.outcome = Outcome::kRefused;
          judgement.verdict.broken = {"rollback"};
        }
      }
      any_refused = any_refused ||
                    (duplicate ? earlier->refused : judgement.verdict.outcome == Outcome::kRefused);
      TRY(add_record(admission, position, time_ms, size, std::move(judgement), state, records));
      result.events.push_back(
          {duplicate ? earlier->index : size, records.back().record.verdict, duplicate});
      ++size;
    }
    return result;
  }

  Result<Judgement> judgement_of(const Admission& admission, std::size_t position,
                                 std::uint64_t index, const StateView& state,
                                 const std::optional<Earlier>& earlier) {
    if (earlier) {
      Judgement judgement;
      judgement.verdict.outcome = Outcome::kRefused;
      judgement.verdict.broken = {std::string(earlier->same ? kDuplicate : "conflict")};
      if (earlier->same) judgement.repeats = earlier->index;
      return judgement;
    }
    if (!sender_) {
      TRY_ASSIGN(sender_, sender_of(admission.seal, index - position, state, *book_));
    }
    return judge(admission, position, index, *sender_, state, *book_);
  }

  Result<void> add_record(const Admission& admission, std::size_t position, std::int64_t time_ms,
                          std::uint64_t index, Judgement judgement, StateOverlay& state,
                          std::vector<NewRecord>& records) {
    const CaptureEvent& event = admission.events[position].event;
    NewRecord made;
    Record& record = made.record;
    record.event_hash = event.hash;
    record.seal = admission.seal.hash;
    record.proofs = admission.seal.proofs_hash;
    record.position = position;
    record.time_ms = time_ms;
    record.profile = std::move(judgement.profile);
    record.verdict = std::move(judgement.verdict);
    record.salt = admission.events[position].salt;
    if (judgement.repeats != kNoRecord) record.prior.push_back(judgement.repeats);
    for (const std::string& id : judgement.items) {
      TRY_ASSIGN(const auto item, find_item(state, id));
      record.prior.push_back(item ? item->last : kNoRecord);
    }
    made.bytes = record_bytes(record, event.bytes);
    TRY_ASSIGN(const Sealer* sealer, sealer_for(admission.seal, state));
    TRY(fold_one({index, record, event.event, admission.seal, event.id,
                  judgement.involved.empty() ? nullptr : &judgement.involved, sealer},
                 state));
    records.push_back(std::move(made));
    return {};
  }

  /// The time of receipt, which never runs backwards.
  Result<std::int64_t> record_time(const Admission& admission, const StateView& state) const {
    TRY_ASSIGN(const auto last, state.get(kTimeKey));
    if (!last) return admission.time_ms;
    return std::max(admission.time_ms, static_cast<std::int64_t>(read_be64(*last)));
  }

  Result<const Sealer*> sealer_for(const Seal& seal, const StateView& state) {
    if (!sealer_) {
      TRY_ASSIGN(sealer_, sealer_of(seal, state));
      seal_ = seal.hash;
    }
    return &*sealer_;
  }

  void forget_registry() {
    sender_.reset();
    sealer_.reset();
  }

  std::shared_ptr<const ProfileBook> book_;
  // Of the capture at hand, up to an event that changes the registry.
  std::optional<Sender> sender_;
  std::optional<Sealer> sealer_;
  Hash seal_;  ///< whose sealer that is
};

}  // namespace

std::unique_ptr<Machine> make_machine() { return std::make_unique<RulesOne>(); }

Result<CaptureResult> capture_result(
    const StateView& state, const Hash& seal,
    const std::function<Result<Record>(std::uint64_t index)>& record_of) {
  TRY_ASSIGN(const auto value, state.get(seal_key(seal)));
  if (!value) {
    return fail(ErrorCode::kNotFound, "machine.no-capture", {{"seal", hex(seal)}});
  }
  TRY_ASSIGN(const SealRecords records, decode_seal_records(*value));
  CaptureResult result;
  result.seal = seal;
  result.first = records.first;
  for (std::uint64_t i = 0; i < records.events; ++i) {
    TRY_ASSIGN(const Record record, record_of(records.first + i));
    result.time_ms = record.time_ms;
    const bool duplicate =
        record.verdict.broken == std::vector<std::string>{std::string(kDuplicate)};
    if (!duplicate || record.prior.empty()) {
      result.events.push_back({records.first + i, record.verdict, false});
      continue;
    }
    TRY_ASSIGN(const Record original, record_of(record.prior.front()));
    result.events.push_back({record.prior.front(), original.verdict, true});
  }
  return result;
}

}  // namespace nianlun
