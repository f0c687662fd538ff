#include "ledger/record.h"

#include <charconv>

#include "ledger/encoding.h"
#include "ledger/merkle.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "record.damaged"); }

Result<Verdict> parse_verdict(const Json& json) {
  Verdict verdict;
  const std::string_view outcome = json.text("outcome");
  if (outcome == "accepted") {
    verdict.outcome = Outcome::kAccepted;
  } else if (outcome == "disputed") {
    verdict.outcome = Outcome::kDisputed;
  } else if (outcome == "refused") {
    verdict.outcome = Outcome::kRefused;
  } else {
    return damaged();
  }
  verdict.step = json.text("step");
  if (const Json* broken = json.find("broken")) {
    if (!broken->is_array()) return damaged();
    for (const Json& guard : broken->array()) {
      if (!guard.is_string()) return damaged();
      verdict.broken.push_back(guard.string());
    }
  }
  return verdict;
}

Result<void> parse_prior(const Json& json, Record& record) {
  const Json* prior = json.find("prior");
  if (prior == nullptr || !prior->is_array()) return damaged();
  for (const Json& index : prior->array()) {
    std::uint64_t value = kNoRecord;
    if (index.is_number()) {
      const std::string& text = index.number_text();
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || end != text.data() + text.size()) return damaged();
    } else if (!index.is_null()) {
      return damaged();
    }
    record.prior.push_back(value);
  }
  return {};
}

}  // namespace

std::string_view text(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAccepted:
      return "accepted";
    case Outcome::kDisputed:
      return "disputed";
    case Outcome::kRefused:
      return "refused";
  }
  return "";
}

Buffer record_bytes(const Record& record, Bytes event_bytes) {
  Buffer out;
  out.reserve(event_bytes.size() + 512);
  // Members in the order of JCS, so that the event's canonical bytes go in as they are.
  out += R"({"event":)";
  if (record.verdict.outcome == Outcome::kRefused) {
    out += R"({"hash":")" + hex(record.event_hash) + R"("})";
  } else {
    out += event_bytes;
  }
  out += R"(,"position":)" + std::to_string(record.position) + R"(,"prior":[)";
  for (std::size_t i = 0; i < record.prior.size(); ++i) {
    if (i > 0) out += ',';
    out += record.prior[i] == kNoRecord ? "null" : std::to_string(record.prior[i]);
  }
  out += R"(],"profile":)";
  if (record.profile.empty()) {
    out += "null";
  } else {
    append_json_string(out, record.profile);
  }
  out += R"(,"proofs":")" + hex(record.proofs) + R"(","recordTime":")" + date_time(record.time_ms);
  out += R"(","rules":)" + std::to_string(record.rules) + R"(,"salt":)";
  append_json_string(out, record.salt);
  out += R"(,"seal":")" + hex(record.seal) + R"(","v":1,"verdict":{)";
  if (!record.verdict.broken.empty()) {
    out += R"("broken":[)";
    for (std::size_t i = 0; i < record.verdict.broken.size(); ++i) {
      if (i > 0) out += ',';
      append_json_string(out, record.verdict.broken[i]);
    }
    out += "],";
  }
  out += R"("outcome":")";
  out += text(record.verdict.outcome);
  out += '"';
  if (!record.verdict.step.empty()) {
    out += R"(,"step":)";
    append_json_string(out, record.verdict.step);
  }
  out += "}}";
  return out;
}

Result<Record> parse_record(Bytes bytes, Suite suite) {
  auto parsed = Json::parse(bytes);
  if (!parsed || !parsed->is_object()) return damaged();
  Json& json = *parsed;
  const auto version = json.integer("v");
  const auto rules = json.integer("rules");
  const auto position = json.integer("position");
  const auto seal = hash_from_hex(json.text("seal"));
  const auto proofs = hash_from_hex(json.text("proofs"));
  const auto time = parse_date_time(json.text("recordTime"));
  const Json* verdict = json.find("verdict");
  Json* event = json.find("event");
  if (!version || *version != 1 || !rules || !position || !seal || !proofs || !time ||
      verdict == nullptr || event == nullptr || !event->is_object()) {
    return damaged();
  }
  Record record;
  record.seal = *seal;
  record.proofs = *proofs;
  record.position = static_cast<std::uint64_t>(*position);
  record.rules = static_cast<std::uint32_t>(*rules);
  record.time_ms = *time;
  record.profile = json.text("profile");
  record.salt = json.text("salt");
  TRY_ASSIGN(record.verdict, parse_verdict(*verdict));
  TRY(parse_prior(json, record));
  Buffer event_text;
  if (record.verdict.outcome == Outcome::kRefused) {
    const auto hash = hash_from_hex(event->text("hash"));
    if (!hash) return damaged();
    record.event_hash = *hash;
  } else {
    TRY_ASSIGN(event_text, canonical(*event));
    record.event_hash = leaf_hash(event_text, suite);
    record.event = std::move(*event);
  }
  if (record_bytes(record, event_text) != bytes) return damaged();
  return record;
}

Hash record_hash(Bytes record_bytes, Suite suite) { return digest(suite, record_bytes); }

Hash record_leaf(Bytes record_bytes, Suite suite) {
  return leaf_hash(record_hash(record_bytes, suite).view());
}

}  // namespace nianlun
