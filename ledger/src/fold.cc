#include "fold.h"

#include <algorithm>

#include "facts.h"
#include "folding.h"
#include "ledger/event_hash.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

/// What every record leaves behind, whatever became of its event.
Result<void> fold_place(const FoldInput& input, StateOverlay& state) {
  const Seal& seal = input.seal;
  const Buffer key = seal_key(seal.hash);
  TRY_ASSIGN(const auto known, state.get(key));
  if (!known) {
    SealRecords records;
    records.first = input.index;
    records.events = seal.count;
    state.put(key, encode(records));
  }
  // The genesis seal names the origin alone: it is before every sequence of this ledger.
  if (seal.sequence && input.index != 0) {
    const Buffer sequence = sequence_key(seal.submitter, *seal.sequence);
    TRY_ASSIGN(const auto taken, state.get(sequence));
    if (!taken) state.put(sequence, hash16(seal.hash.view()));
  }
  Buffer time = be64(static_cast<std::uint64_t>(input.record.time_ms));
  state.put(kTimeKey, std::move(time));
  return {};
}

Result<std::string> id_of(const Json& event) {
  const std::string_view id = event.text("eventID");
  if (!id.empty()) return std::string(id);
  return event_hash(event, nullptr);
}

Result<void> fold_step(const FoldInput& input, const ProfileBook& book, StateOverlay& state,
                       std::string_view event_id) {
  const Record& record = input.record;
  const auto profile = book.labelled(record.profile);
  const std::string_view name = record.verdict.step;
  const std::size_t slash = name.find('/');
  const Profile::Step* step =
      profile == nullptr || slash == name.npos ? nullptr : profile->step(name.substr(slash + 1));
  if (step == nullptr) return {};
  TRY_ASSIGN(const std::int64_t time_ms, parse_date_time(record.event.text("eventTime")));
  TRY_ASSIGN(const auto actor, find_actor(state, input.seal.submitter));
  std::uint64_t party = actor ? actor->party_number : 0;
  if (!input.seal.on_behalf_of.empty()) {
    TRY_ASSIGN(const auto on_behalf_of, find_party(state, input.seal.on_behalf_of));
    party = on_behalf_of ? on_behalf_of->number : 0;
  }
  const StepFold fold{input.index,
                      record,
                      *profile,
                      *step,
                      book.genesis().domain,
                      time_ms,
                      actor ? actor->number : 0,
                      party};
  if (record.event.find("errorDeclaration") == nullptr) return fold_items(fold, book, state);
  if (record.verdict.outcome != Outcome::kAccepted) return {};
  TRY_ASSIGN(const auto original, state.get(event_key(event_id, false)));
  if (!original) return {};
  TRY_ASSIGN(const Indexed found, decode_indexed(*original));
  return fold_void(fold, found.index, book, state);
}

}  // namespace

Result<void> fold_record(const FoldInput& input, const ProfileBook& book, StateOverlay& state) {
  const Record& record = input.record;
  TRY(fold_place(input, state));
  if (record.verdict.outcome == Outcome::kRefused) {
    // What was not judged by itself may come again; what was refused stays refused to its sender.
    const std::vector<std::string>& broken = record.verdict.broken;
    if (broken.size() == 1 && (broken[0] == kDuplicate || broken[0] == "rollback")) return {};
    // Scans of a phone that was not enrolled yet are not lost: once it is, they are judged.
    if (std::ranges::find(broken, "key") != broken.end()) return {};
    const Buffer key = refused_key(record.event_hash, input.seal.submitter);
    TRY_ASSIGN(const auto known, state.get(key));
    if (!known) state.put(key, be64(input.index));
    return {};
  }
  TRY_ASSIGN(const std::string event_id, id_of(record.event));
  const bool correction = record.event.find("errorDeclaration") != nullptr;
  Buffer known(record.event_hash.view().substr(0, 16));
  known += be64(static_cast<std::uint64_t>(record.time_ms));
  // A correction that nobody was entitled to must not stand in the way of one by who is.
  if (!correction || record.verdict.outcome == Outcome::kAccepted) {
    state.put(event_key(event_id, correction), encode(Indexed{input.index, std::move(known)}));
  }
  if (record.verdict.step.starts_with("nianlun:")) {
    return fold_registry(input.index, record, state);
  }
  return fold_step(input, book, state, event_id);
}

}  // namespace nianlun
