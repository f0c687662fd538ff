#include "fold.h"

#include "exceptions_fold.h"
#include "item_fold.h"
#include "ledger/event_hash.h"
#include "registry_fold.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

/// The capture, at its first record.
Result<void> fold_seal(const FoldInput& input, StateOverlay& state) {
  const Seal& seal = input.seal;
  const Buffer key = seal_key(seal.hash);
  TRY_ASSIGN(const auto known, state.get(key));
  if (known) return {};
  state.put(key, encode(SealRecords{.first = input.index, .events = seal.count}));
  if (!seal.sequence) return {};
  const Buffer sequence = sequence_key(seal.submitter, *seal.sequence);
  TRY_ASSIGN(const auto used, state.get(sequence));
  if (!used) state.put(sequence, Buffer(seal.hash.view().substr(0, 16)));
  return {};
}

Result<void> put_new(Bytes key, Buffer value, StateOverlay& state) {
  TRY_ASSIGN(const auto known, state.get(key));
  if (!known) state.put(key, std::move(value));
  return {};
}

}  // namespace

Result<void> fold_record(const FoldInput& input, const ProfileBook& book, StateOverlay& state) {
  const Record& record = input.record;
  TRY(fold_seal(input, state));
  if (record.verdict.outcome == Outcome::kRefused) {
    return put_new(refused_key(record.event_hash), be64(input.index), state);
  }
  std::string id(input.event_id.empty() ? record.event.text("eventID") : input.event_id);
  if (id.empty()) {
    TRY_ASSIGN(id, event_hash(record.event, nullptr));
  }
  const bool correction = record.event.find("errorDeclaration") != nullptr;
  Indexed known{input.index, Buffer(record.event_hash.view().substr(0, 16))};
  TRY(put_new(event_key(id, correction), encode(known), state));
  if (is_registry_event(record.event)) {
    if (record.verdict.outcome == Outcome::kAccepted) return fold_registry(input, state);
    open_exceptions(input.index, record.verdict, state);
    return {};
  }
  if (correction) return fold_correction(input, id, book, state);
  return fold_step(input, book, state);
}

Result<void> fold_duplicates(const Hash& seal,
                             std::span<const std::pair<std::uint64_t, std::uint64_t>> duplicates,
                             StateOverlay& state) {
  const Buffer key = seal_key(seal);
  TRY_ASSIGN(const auto bytes, state.get(key));
  if (!bytes || duplicates.empty()) return {};
  TRY_ASSIGN(SealRecords records, decode_seal_records(*bytes));
  records.duplicates.assign(duplicates.begin(), duplicates.end());
  state.put(key, encode(records));
  return {};
}

}  // namespace nianlun
