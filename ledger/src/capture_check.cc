#include "capture_check.h"

#include <utility>

#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kKeysMax = 1024;

}  // namespace

Result<void> CaptureCheck::begin(std::uint64_t first, SealEntry entry) {
  Result<void> before = end();
  entry_ = std::move(entry);
  first_ = first;
  leaves_.clear();
  refused_ = taken_ = kept_out_ = false;
  return before;
}

Result<void> CaptureCheck::add(std::uint64_t index, const RecordBrief& record) {
  note_outcome(record);
  const bool in_order = record.position == leaves_.size();
  leaves_.push_back(record.event_hash);
  if (in_order) return {};
  return fail(ErrorCode::kCorrupted, "check.order", {{"index", std::to_string(index)}});
}

Result<void> CaptureCheck::end() {
  if (!entry_) return {};
  const SealEntry entry = *std::exchange(entry_, std::nullopt);
  const bool as_asked = entry.rollback ? !(refused_ && taken_) : !kept_out_;
  const auto resolve = [this](std::string_view did) { return key_of(did); };
  if (as_asked && verify_seal(entry.seal, leaves_, resolve)) return {};
  return fail(ErrorCode::kCorrupted, "check.seal", {{"index", std::to_string(first_)}});
}

/// A device seals many captures, and to make its key ready takes as long as to verify with it.
Result<PublicKey> CaptureCheck::key_of(std::string_view did) {
  if (const auto known = keys_.find(did); known != keys_.end()) return known->second;
  TRY_ASSIGN(PublicKey key, PublicKey::from_did(did));
  if (keys_.size() == kKeysMax) keys_.clear();
  keys_.emplace(did, key);
  return key;
}

/// A duplicate tells only of an earlier capture.
void CaptureCheck::note_outcome(const RecordBrief& record) {
  if (record.broken == std::vector<std::string>{std::string(kDuplicate)}) return;
  (record.outcome == Outcome::kRefused ? refused_ : taken_) = true;
  kept_out_ = kept_out_ || record.broken == std::vector<std::string>{"rollback"};
}

}  // namespace nianlun
