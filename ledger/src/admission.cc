#include "ledger/admission.h"

#include "ledger/encoding.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "admission.damaged"); }

Json strings(const std::vector<std::string>& values) {
  return Json::Array(values.begin(), values.end());
}

Result<std::vector<std::string>> string_list(const Json* json) {
  if (json == nullptr || !json->is_array()) return damaged();
  std::vector<std::string> values;
  for (const Json& item : json->array()) {
    if (!item.is_string()) return damaged();
    values.push_back(item.string());
  }
  return values;
}

}  // namespace

Buffer encode_admission(const Admission& admission) {
  Json json;
  json.set("v", 1).set("time", date_time(admission.time_ms));
  json.set("seal", admission.capture.seal).set("proofs", admission.capture.proofs);
  json.set("rollback", admission.capture.all_or_none).set("events", admission.capture.events);
  json.set("salts", strings(admission.salts));
  Json::Array outcomes;
  for (const auto& broken : admission.outcomes) outcomes.push_back(strings(broken));
  json.set("outcomes", std::move(outcomes));
  return json.dump();
}

Result<Admission> decode_admission(Bytes bytes) {
  TRY_ASSIGN(Json json, Json::parse(bytes));
  const auto version = json.integer("v");
  const auto time = parse_date_time(json.text("time"));
  Json* seal = json.find("seal");
  Json* proofs = json.find("proofs");
  Json* events = json.find("events");
  const Json* rollback = json.find("rollback");
  const Json* outcomes = json.find("outcomes");
  if (!version || *version != 1 || !time || seal == nullptr || proofs == nullptr ||
      !proofs->is_array() || events == nullptr || !events->is_array() || rollback == nullptr ||
      !rollback->is_boolean() || outcomes == nullptr || !outcomes->is_array()) {
    return damaged();
  }
  Admission admission;
  admission.time_ms = *time;
  admission.capture.all_or_none = rollback->boolean();
  admission.capture.proofs = std::move(proofs->array());
  admission.capture.events = std::move(events->array());
  for (const Json& event : admission.capture.events) {
    TRY_ASSIGN(Buffer event_text, canonical(event));
    admission.capture.event_bytes.push_back(std::move(event_text));
  }
  TRY_ASSIGN(admission.capture.terms, parse_seal(*seal));
  TRY_ASSIGN(admission.capture.hash, seal_hash(*seal));
  admission.capture.seal = std::move(*seal);
  TRY_ASSIGN(admission.salts, string_list(json.find("salts")));
  for (const Json& broken : outcomes->array()) {
    TRY_ASSIGN(std::vector<std::string> guards, string_list(&broken));
    admission.outcomes.push_back(std::move(guards));
  }
  if (admission.salts.size() != admission.capture.events.size() ||
      admission.outcomes.size() != admission.capture.events.size()) {
    return damaged();
  }
  return admission;
}

}  // namespace nianlun
