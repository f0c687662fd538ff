#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/encoding.h"
#include "ledger/hash.h"
#include "ledger/ingress.h"
#include "ledger/messages.h"
#include "ledger/src/profile_book.h"
#include "ledger/src/trace_words.h"
#include "ledger/src/try.h"
#include "ledger/time.h"
#include "problem.h"
#include "service.h"

namespace nianlun::api {
namespace {

constexpr std::size_t kSaltOctets = 16;

// The salts of one capture. Each draw asks the system, so those of many events are drawn together.
class Salts {
 public:
  explicit Salts(const Service& service) : service_(service) {}
  Buffer operator()() {
    if (drawn_.empty()) {
      drawn_ = service_.random(kSaltOctets * next_);
      next_ = std::min(next_ * 2, kAtOnceMax);
    }
    Buffer salt = drawn_.substr(drawn_.size() - kSaltOctets);
    drawn_.resize(drawn_.size() - kSaltOctets);
    return salt;
  }

 private:
  static constexpr std::size_t kAtOnceMax = 64;
  const Service& service_;
  std::size_t next_ = 1;
  Buffer drawn_;
};

// What a guard that was broken says to people, by the profile that judged the record; the registry
// and the rules that every profile has are worded by the ledger.
class Reasons {
 public:
  Reasons(const Ledger& ledger, std::string_view language) : ledger_(ledger), language_(language) {}

  /// [{"guard", "text"}]
  Result<Json> of(const EventResult& event) {
    Json reasons(Json::Array{});
    if (event.verdict.broken.empty()) return reasons;
    if (book_ == nullptr) {
      reading_ = ledger_.read();
      TRY_ASSIGN(book_, reading_->book());
    }
    TRY_ASSIGN(const StoredRecord stored, reading_->record(event.index));
    const std::shared_ptr<const Profile> profile = book_->labelled(stored.record.profile);
    const std::size_t slash = event.verdict.step.find('/');
    const Profile::Step* step = nullptr;
    if (profile != nullptr && slash != std::string::npos) {
      step = profile->step(std::string_view(event.verdict.step).substr(slash + 1));
    }
    for (const std::string& guard : event.verdict.broken) {
      Json reason;
      reason.set("guard", guard).set("text", guard_text(step, guard, language_));
      reasons.push(std::move(reason));
    }
    return reasons;
  }

 private:
  const Ledger& ledger_;
  std::string_view language_;
  std::shared_ptr<const Reading> reading_;  // none before the first guard that was broken
  std::shared_ptr<const ProfileBook> book_;
};

std::string in_one_sentence(const Json& reasons, std::string_view language) {
  std::string sentence;
  for (const Json& reason : reasons.array()) {
    if (!sentence.empty()) sentence += text(language, "page.list-comma");
    sentence += reason.text("text");
  }
  return sentence;
}

Json refusal(const EventResult& event, const Json& reasons, std::string_view language) {
  const std::string guards = in_one_sentence(reasons, language);
  Json json = problem_json(400, text(language, "api.refused", {{"guards", guards}}), language);
  json.set("instance", "/records/" + std::to_string(event.index)).set("nianlun:reasons", reasons);
  return json;
}

Json outcome_json(const EventResult& event, std::uint64_t position, Json reasons) {
  const std::vector<std::string>& broken = event.verdict.broken;
  Json::Object members;
  members.reserve(7);  // there is one of these for each event of a capture
  members.push_back({"position", Json(position)});
  members.push_back({"index", Json(event.index)});
  members.push_back({"outcome", Json(text(event.verdict.outcome))});
  members.push_back({"step", Json(event.verdict.step)});
  members.push_back({"broken", Json(Json::Array(broken.begin(), broken.end()))});
  members.push_back({"reasons", std::move(reasons)});
  members.push_back({"duplicate", Json(event.duplicate)});
  return Json(std::move(members));
}

// What became of a capture, read from the ledger: so a repeated capture and a later question get
// the very same answer as the first.
Result<CaptureResult> result_of(const Ledger& ledger, const Hash& seal) {
  const std::shared_ptr<const Reading> reading = ledger.read();
  const auto record_of = [&](std::uint64_t index) -> Result<Record> {
    TRY_ASSIGN(StoredRecord stored, reading->record(index));
    return std::move(stored.record);
  };
  TRY_ASSIGN(CaptureResult result, capture_result(reading->state(), seal, record_of));
  TRY_ASSIGN(const SealEntry entry, reading->seal_entry(result.first));
  result.rollback = entry.rollback;
  return result;
}

// Whether admit() said all that result_of() would: not what is told of records of other captures.
bool is_whole(const CaptureResult& result) {
  return !result.repeated && std::ranges::none_of(result.events, &EventResult::duplicate);
}

Result<Json> capture_job(const Ledger& ledger, const CaptureResult& result,
                         std::string_view language) {
  const std::string time = date_time(result.time_ms);
  Reasons reasons_of(ledger, language);
  Json errors(Json::Array{});
  Json outcomes(Json::Array{});
  for (std::size_t i = 0; i < result.events.size(); ++i) {
    const EventResult& event = result.events[i];
    TRY_ASSIGN(Json reasons, reasons_of.of(event));
    if (event.verdict.outcome == Outcome::kRefused) errors.push(refusal(event, reasons, language));
    outcomes.push(outcome_json(event, i, std::move(reasons)));
  }
  Json job;
  job.set("captureID", hex(result.seal))
      .set("running", false)
      .set("success", errors.array().empty())
      .set("captureErrorBehaviour", result.rollback ? "rollback" : "proceed")
      .set("createdAt", time)
      .set("finishedAt", time)
      .set("errors", std::move(errors))
      .set("nianlun:outcomes", std::move(outcomes));
  return job;
}

Result<Response> job_response(const Ledger& ledger, const Result<CaptureResult>& result, int status,
                              std::string_view language) {
  if (!result) return Unexpected{result.error()};
  TRY_ASSIGN(const Json job, capture_job(ledger, *result, language));
  Response response = json_response(job);
  response.status = status;
  if (status == 202) response.with("Location", "/capture/" + hex(result->seal));
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
  const Stamp stamp{
      .now_ms = service.now_ms(), .salt = Salts(service), .rollback = behaviour != "proceed"};
  TRY_ASSIGN(Json document, Json::parse(request.body));
  const std::shared_ptr<const Reading> reading = service.ledger.read();
  TRY_ASSIGN(const auto book, reading->book());
  const auto key_of = [&](std::string_view did) { return service.keys.get(did); };
  TRY_ASSIGN(Capture capture, parse_capture(std::move(document), key_of, book->genesis().suite));
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
  Ledger::Done done = [&ledger, reply, language](Result<CaptureResult> result) {
    reply([&ledger, result = std::move(result), language] {
      Result<Response> response = job_response(
          ledger, !result || is_whole(*result) ? result : result_of(ledger, result->seal), 202,
          language);
      return response ? *std::move(response) : problem(response.error(), language);
    });
  };
  const Result<void> taken =
      ledger.submit(std::move(made->admission), std::move(made->disclosures), std::move(done));
  if (!taken) refuse(problem(taken.error(), language));
}

Result<Response> get_capture(const Service& service, const Request& request) {
  TRY_ASSIGN(const Hash seal, hash_from_hex(request.segment("id")));
  return job_response(service.ledger, result_of(service.ledger, seal), 200, request.language);
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
