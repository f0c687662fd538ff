#include "record_text.h"

#include "canonical_text.h"
#include "ledger/json.h"

namespace nianlun {

Result<RecordText> cut_record(Bytes bytes) {
  constexpr Bytes kEvent = R"({"event":)";
  constexpr Bytes kPosition = R"(,"position":)";
  const auto damaged = [] { return fail(ErrorCode::kCorrupted, "record.damaged"); };
  // No string can hold this text, whose quotes would be escaped there, so its last place is the
  // record's own member, however long the event is.
  const std::size_t position = bytes.rfind(kPosition);
  if (!bytes.starts_with(kEvent) || position == Bytes::npos) return damaged();
  RecordText text;
  text.event = bytes.substr(kEvent.size(), position - kEvent.size());
  Bytes verdict;
  std::size_t at = position + 1;
  while (at < bytes.size() && bytes[at] == '"') {
    const std::size_t colon = value_end(bytes, at);
    const std::size_t end = colon < bytes.size() ? value_end(bytes, colon + 1) : Bytes::npos;
    if (end == Bytes::npos) return damaged();
    const Bytes name = bytes.substr(at, colon - at);
    const Bytes value = bytes.substr(colon + 1, end - colon - 1);
    if (name == R"("profile")" && is_string_text(value)) {
      text.profile = value;
    } else if (name == R"("recordTime")") {
      text.record_time = value;
    } else if (name == R"("verdict")") {
      verdict = value;
    }
    at = end + 1;
  }
  const auto outcome = member_text(verdict, "outcome");
  if (!outcome || !is_string_text(*outcome) || !is_string_text(text.record_time)) return damaged();
  text.outcome = *outcome;
  if (text.outcome == R"("refused")") text.event = {};
  text.step = member_text(verdict, "step").value_or("");
  if (const auto broken = member_text(verdict, "broken")) {
    const auto guards = Json::parse(*broken);
    if (!guards || !guards->is_array()) return damaged();
    for (const Json& guard : guards->array()) {
      if (guard.is_string()) text.broken.push_back(guard.string());
    }
  }
  return text;
}

}  // namespace nianlun
