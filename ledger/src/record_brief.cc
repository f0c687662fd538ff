#include "record_brief.h"

#include "canonical_cursor.h"
#include "ledger/encoding.h"
#include "ledger/merkle.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr unsigned kEventDepthMax = 32;  // well under what the parser takes
constexpr std::uint64_t kRulesMax = 999'999'999;

bool filled_string(CanonicalCursor& at) {
  std::string_view text;
  return at.string(text) && !text.empty();
}

bool prior_member(CanonicalCursor& at) {
  if (!at.skip(R"(,"prior":[)")) return false;
  if (at.skip(']')) return true;
  do {
    std::uint64_t unused = 0;
    if (!at.skip("null") && !at.count(unused)) return false;
  } while (at.skip(','));
  return at.skip(']');
}

bool outcome_member(CanonicalCursor& at, Outcome& outcome) {
  std::string_view said;
  if (!at.skip(R"("outcome":)") || !at.string(said)) return false;
  for (const Outcome one : {Outcome::kAccepted, Outcome::kDisputed, Outcome::kRefused}) {
    if (said == text(one)) {
      outcome = one;
      return true;
    }
  }
  return false;
}

bool verdict_member(CanonicalCursor& at, RecordBrief& brief) {
  if (!at.skip(R"(,"verdict":{)")) return false;
  if (at.skip(R"("broken":[)")) {
    do {
      std::string_view guard;
      if (!at.string(guard)) return false;
      brief.broken.emplace_back(guard);
    } while (at.skip(','));
    if (!at.skip("],")) return false;
  }
  if (!outcome_member(at, brief.outcome)) return false;
  return (!at.skip(R"(,"step":)") || filled_string(at)) && at.skip("}}") && at.at_end();
}

/// An event that was refused left its hash only, and no other event looks like that.
bool event_hash(Bytes event, Suite suite, RecordBrief& brief) {
  if (brief.outcome != Outcome::kRefused) {
    brief.event_hash = leaf_hash(event, suite);
    return true;
  }
  CanonicalCursor at(event);
  std::string_view text;
  if (!at.skip(R"({"hash":)") || !at.string(text) || !at.skip('}') || !at.at_end()) return false;
  const auto hash = hash_from_hex(text);
  if (hash) brief.event_hash = *hash;
  return hash.has_value();
}

}  // namespace

bool BriefReader::hash_member(CanonicalCursor& at, Last<Hash>& last) {
  std::string_view text;
  if (!at.string(text)) return false;
  if (!text.empty() && text == last.text) return true;
  const auto hash = hash_from_hex(text);
  if (hash) last = {std::string(text), *hash};
  return hash.has_value();
}

bool BriefReader::time_member(CanonicalCursor& at, Last<std::int64_t>& last) {
  std::string_view text;
  if (!at.string(text)) return false;
  if (!text.empty() && text == last.text) return true;
  const auto time = parse_date_time(text);
  if (!time || date_time(*time) != text) return false;
  last = {std::string(text), *time};
  return true;
}

std::optional<RecordBrief> BriefReader::read_plain(Bytes bytes) {
  constexpr std::string_view kEvent = R"({"event":)";
  RecordBrief brief;
  CanonicalCursor at(bytes);
  if (!at.skip(kEvent) || !at.next_is('{') || !at.value(kEventDepthMax)) return std::nullopt;
  const Bytes event = bytes.substr(kEvent.size(), at.at() - kEvent.size());
  std::uint64_t rules = 0;
  std::string_view salt;
  const bool is_plain = at.skip(R"(,"position":)") && at.count(brief.position) &&
                        prior_member(at) && at.skip(R"(,"profile":)") &&
                        (at.skip("null") || filled_string(at)) && at.skip(R"(,"proofs":)") &&
                        hash_member(at, proofs_) && at.skip(R"(,"recordTime":)") &&
                        time_member(at, time_ms_) && at.skip(R"(,"rules":)") && at.count(rules) &&
                        rules <= kRulesMax && at.skip(R"(,"salt":)") && at.string(salt) &&
                        at.skip(R"(,"seal":)") && hash_member(at, seal_) && at.skip(R"(,"v":1)") &&
                        verdict_member(at, brief) && event_hash(event, suite_, brief);
  if (!is_plain) return std::nullopt;
  brief.proofs = proofs_.value;
  brief.seal = seal_.value;
  brief.time_ms = time_ms_.value;
  return brief;
}

Result<RecordBrief> BriefReader::read(Bytes bytes) {
  if (auto plain = read_plain(bytes)) return *std::move(plain);
  TRY_ASSIGN(Record record, parse_record(bytes, suite_));
  return RecordBrief{.event_hash = record.event_hash,
                     .seal = record.seal,
                     .proofs = record.proofs,
                     .position = record.position,
                     .time_ms = record.time_ms,
                     .outcome = record.verdict.outcome,
                     .broken = std::move(record.verdict.broken)};
}

}  // namespace nianlun
