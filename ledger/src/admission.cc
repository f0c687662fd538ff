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

Result<AdmissionEvent> parse_event(const Json& event, const Json& salt, const Json& outcomes,
                                   Suite suite) {
  AdmissionEvent parsed;
  auto captured = capture_event(event, nullptr, suite);
  if (!captured || !salt.is_string() || !outcomes.is_array()) return damaged();
  parsed.event = *std::move(captured);
  parsed.salt = salt.string();
  for (const Json& outcome : outcomes.array()) {
    if (!outcome.is_string()) return damaged();
    parsed.outcomes.push_back(outcome.string());
  }
  return parsed;
}

const Json* array_of(const Json& json, std::string_view name) {
  const Json* found = json.find(name);
  return found != nullptr && found->is_array() ? found : nullptr;
}

}  // namespace

Buffer encode_admission(const Admission& admission) {
  Json events = Json::Array{};
  Json salts = Json::Array{};
  Json outcomes = Json::Array{};
  for (const AdmissionEvent& event : admission.events) {
    events.push(event.event.event);
    salts.push(event.salt);
    outcomes.push(strings(event.outcomes));
  }
  Json json;
  json.set("v", 1)
      .set("time", date_time(admission.time_ms))
      .set("seal", admission.seal.json)
      .set("proofs", admission.seal.proofs)
      .set("rollback", admission.rollback)
      .set("events", std::move(events))
      .set("salts", std::move(salts))
      .set("outcomes", std::move(outcomes));
  auto text = canonical(json);
  assert(text);  // every part was canonical before
  return *std::move(text);
}

Result<Admission> decode_admission(Bytes bytes, Suite suite) {
  const auto json = Json::parse(bytes);
  if (!json || !json->is_object()) return damaged();
  const auto version = json->integer("v");
  const auto time = parse_date_time(json->text("time"));
  const Json* seal = json->find("seal");
  const Json* proofs = array_of(*json, "proofs");
  const Json* rollback = json->find("rollback");
  const Json* events = array_of(*json, "events");
  const Json* salts = array_of(*json, "salts");
  const Json* outcomes = array_of(*json, "outcomes");
  if (!version || *version != 1 || !time || seal == nullptr || proofs == nullptr ||
      rollback == nullptr || !rollback->is_boolean() || events == nullptr || salts == nullptr ||
      outcomes == nullptr || events->array().size() != salts->array().size() ||
      events->array().size() != outcomes->array().size()) {
    return damaged();
  }
  Admission admission;
  admission.time_ms = *time;
  admission.rollback = rollback->boolean();
  auto parsed = parse_seal(*seal, *proofs, suite);
  if (!parsed || parsed->count != events->array().size()) return damaged();
  admission.seal = *std::move(parsed);
  for (std::size_t i = 0; i < events->array().size(); ++i) {
    TRY_ASSIGN(AdmissionEvent event,
               parse_event(events->array()[i], salts->array()[i], outcomes->array()[i], suite));
    admission.events.push_back(std::move(event));
  }
  if (encode_admission(admission) != bytes) return damaged();
  return admission;
}

}  // namespace nianlun
