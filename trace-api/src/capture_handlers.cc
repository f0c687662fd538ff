#include <algorithm>
#include <memory>

#include "ledger/encoding.h"
#include "ledger/hash.h"
#include "ledger/ingress.h"
#include "ledger/messages.h"
#include "ledger/src/try.h"
#include "ledger/time.h"
#include "problem.h"
#include "service.h"

namespace nianlun::api {
namespace {

constexpr std::size_t kSaltOctets = 16;

Json refusal(const EventResult& event, std::string_view language) {
  std::string guards;
  for (const std::string& id : event.verdict.broken) guards += (guards.empty() ? "" : ", ") + id;
  Json json = problem_json(400, text(language, "api.refused", {{"guards", guards}}), language);
  json.set("instance", "/records/" + std::to_string(event.index));
  return json;
}

Json outcome_json(const EventResult& event, std::uint64_t position) {
  Json broken(Json::Array{});
  for (const std::string& id : event.verdict.broken) broken.push(id);
  Json json;
  json.set("position", position)
      .set("index", event.index)
      .set("outcome", text(event.verdict.outcome))
      .set("step", event.verdict.step)
      .set("broken", std::move(broken))
      .set("duplicate", event.duplicate);
  return json;
}

// The job of a capture, read from the ledger: so a repeated capture and a later question get the
// very same answer as the first. The ledger does not keep which behaviour was asked for; "proceed"
// is said where it made a difference.
Result<Json> capture_job(const Reading& reading, const Hash& seal, std::string_view language) {
  const auto record_of = [&](std::uint64_t index) -> Result<Record> {
    TRY_ASSIGN(StoredRecord stored, reading.record(index));
    return std::move(stored.record);
  };
  TRY_ASSIGN(const CaptureResult result, capture_result(reading.state(), seal, record_of));
  TRY_ASSIGN(const StoredRecord first, reading.record(result.first));
  const std::string time = date_time(first.record.time_ms);
  Json errors(Json::Array{});
  Json outcomes(Json::Array{});
  std::size_t refused = 0;
  for (std::size_t i = 0; i < result.events.size(); ++i) {
    const EventResult& event = result.events[i];
    outcomes.push(outcome_json(event, i));
    if (event.verdict.outcome != Outcome::kRefused) continue;
    ++refused;
    errors.push(refusal(event, language));
  }
  const bool mixed = refused != 0 && refused != result.events.size();
  Json job;
  job.set("captureID", hex(seal))
      .set("running", false)
      .set("success", refused == 0)
      .set("captureErrorBehaviour", mixed ? "proceed" : "rollback")
      .set("createdAt", time)
      .set("finishedAt", time)
      .set("errors", std::move(errors))
      .set("nianlun:outcomes", std::move(outcomes));
  return job;
}

Response job_response(Ledger& ledger, const Hash& seal, int status, std::string_view language) {
  const Result<Json> job = capture_job(*ledger.read(), seal, language);
  if (!job) return problem(job.error(), language);
  Response response = json_response(*job);
  response.status = status;
  if (status == 202) response.with("Location", "/capture/" + hex(seal));
  return response;
}

bool is_json(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return type.empty() || type.starts_with("application/json") ||
         type.starts_with("application/ld+json");
}

Result<Submission> submission_of(const Service& service, const Request& request) {
  const std::string_view behaviour = request.header("gs1-capture-error-behaviour");
  if (!behaviour.empty() && behaviour != "rollback" && behaviour != "proceed") {
    return fail(ErrorCode::kInvalidArgument, "api.bad-behaviour");
  }
  const Stamp stamp{.now_ms = service.now_ms(),
                    .salt = [&] { return service.random(kSaltOctets); },
                    .rollback = behaviour != "proceed"};
  TRY_ASSIGN(const Json document, Json::parse(request.body));
  TRY_ASSIGN(Capture capture,
             parse_capture(document, [&](std::string_view did) { return service.keys.get(did); }));
  const std::shared_ptr<const Reading> reading = service.ledger.read();
  const std::string& identity = service.ledger.identity();
  if (!capture.seal) {
    const PrivateKey* gateway = service.ledger.gateway_key();
    if (request.caller.party.empty() || gateway == nullptr) {
      return fail(ErrorCode::kForbidden, "api.unsealed-needs-token");
    }
    TRY_ASSIGN(capture, seal_for(std::move(capture), request.caller.party, *gateway, *reading,
                                 identity, stamp));
  }
  return ingress(std::move(capture), *reading, identity, stamp);
}

void post_capture(const Service& service, const Request& request, const Reply& reply) {
  const std::string_view language = request.language;
  const auto refuse = [&](Response response) {
    reply([response = std::move(response)] { return response; });
  };
  if (!is_json(request.header("content-type"))) return refuse(problem(415, {}, language));
  Result<Submission> made = submission_of(service, request);
  if (!made) {
    const bool no_token = made.error().message == "api.unsealed-needs-token";
    return refuse(no_token ? problem(401, text(language, made.error()), language)
                           : problem(made.error(), language));
  }
  Ledger& ledger = service.ledger;
  // In the sequencer's thread; the job is read in the pool.
  Ledger::Done done = [&ledger, reply, language](const Result<CaptureResult>& result) {
    if (!result) {
      return reply([error = result.error(), language] { return problem(error, language); });
    }
    reply([&ledger, seal = result->seal, language] {
      return job_response(ledger, seal, 202, language);
    });
  };
  const Result<void> taken =
      ledger.submit(std::move(made->admission), std::move(made->disclosures), std::move(done));
  if (!taken) refuse(problem(taken.error(), language));
}

Result<Response> get_capture(const Service& service, const Request& request) {
  TRY_ASSIGN(const Hash seal, hash_from_hex(request.segment("id")));
  return job_response(service.ledger, seal, 200, request.language);
}

Result<Response> capture_options(const Request&) {
  Response response{.status = 204, .headers = {}, .body = {}, .stream = nullptr};
  response.with("GS1-EPCIS-Capture-Limit", std::to_string(kCaptureEventsMax))
      .with("GS1-EPCIS-Capture-File-Size-Limit", std::to_string(kCaptureBytesMax))
      .with("GS1-Capture-Error-Behaviour", "all")
      .with("GS1-EPC-Format", "Always_GS1_Digital_Link");
  return response;
}

}  // namespace

Result<PublicKey> KeyCache::get(std::string_view did) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = keys_.find(did);
    if (found != keys_.end()) return found->second;
  }
  TRY_ASSIGN(const PublicKey key, PublicKey::from_did(did));
  const std::lock_guard lock(mutex_);
  if (keys_.size() >= keys_max_) keys_.clear();
  keys_.emplace(did, key);
  return key;
}

std::vector<Route> capture_routes(const Service& service) {
  return {
      {"POST", "/capture", Access::kPublic, "",
       [&service](const Request& request, const Reply& reply) {
         post_capture(service, request, reply);
       }},
      {"OPTIONS", "/capture", Access::kPublic, "", at_once(capture_options)},
      {"GET", "/capture/{id}", Access::kPublic, "",
       at_once([&service](const Request& request) { return get_capture(service, request); })},
  };
}

}  // namespace nianlun::api
