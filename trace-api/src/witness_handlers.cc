// Who vouches for the ledger, and what its witnesses saw.

#include "ledger/encoding.h"
#include "ledger/messages.h"
#include "ledger/time.h"
#include "service.h"

namespace nianlun::api {
namespace {

std::string time_of(std::uint64_t time_s) {
  return date_time(static_cast<std::int64_t>(time_s) * 1000);
}

std::shared_ptr<const CosignedCheckpoint> newest(const Service& service) {
  return service.witnesses == nullptr ? nullptr : service.witnesses->newest();
}

Json cosigned_json(const CosignedCheckpoint& cosigned) {
  Json by = Json::Array{};
  for (const WitnessedBy& one : cosigned.cosigned) {
    Json witness;
    witness.set("name", shown_name(one.name)).set("time", time_of(one.time_s));
    by.push(std::move(witness));
  }
  Json json;
  json.set("size", cosigned.checkpoint.size)
      .set("root", hex(cosigned.checkpoint.root))
      .set("by", std::move(by));
  return json;
}

Json status_json(const WitnessStatus& status, std::string_view language) {
  Json json;
  json.set("name", shown_name(status.name)).set("key", status.vkey);
  json.set("url", status.url.empty() ? Json() : Json(status.url));
  json.set("size", status.size == 0 ? Json() : Json(status.size));
  json.set("time", status.size == 0 ? Json() : Json(time_of(status.time_s)));
  Json error;
  if (status.error) {
    error.set("text", text(language, *status.error)).set("time", date_time(status.error_time_ms));
  }
  json.set("error", std::move(error));
  return json;
}

Result<Response> witnesses(const Service& service, const Request& request) {
  Json json;
  Json all = Json::Array{};
  const auto cosigned = newest(service);
  json.set("quorum", Json());
  if (service.witnesses != nullptr) {
    json.set("quorum", shown_name(service.witnesses->policy().quorum));
    for (const WitnessStatus& status : service.witnesses->status()) {
      all.push(status_json(status, request.language));
    }
  }
  json.set("signing", service.witnesses == nullptr || service.witnesses->signing());
  json.set("cosigned", cosigned == nullptr ? Json() : cosigned_json(*cosigned));
  json.set("witnesses", std::move(all));
  return json_response(json);
}

}  // namespace

std::string published_checkpoint(const Service& service) {
  const auto cosigned = newest(service);
  return cosigned ? cosigned->note : service.ledger.checkpoint();
}

std::vector<Route> witness_routes(const Service& service) {
  return {
      {"GET", "/witnesses", Access::kPublic, "",
       at_once([&service](const Request& request) { return witnesses(service, request); })},
  };
}

}  // namespace nianlun::api
