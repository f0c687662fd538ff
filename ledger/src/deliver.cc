#include "ledger/deliver.h"

#include "ledger/messages.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kOutcomesKept = 100;

std::vector<std::string> strings_at(const Json& json, std::string_view name) {
  std::vector<std::string> values;
  const Json* list = json.find(name);
  if (list == nullptr || !list->is_array()) return values;
  for (const Json& item : list->array()) {
    if (item.is_string()) values.push_back(item.string());
  }
  return values;
}

/// What a server says of a request that it did not take: the detail of its problem document.
Unexpected refused(const HttpResponse& response) {
  std::string reason = "HTTP " + std::to_string(response.status);
  if (const auto problem = Json::parse(response.body)) {
    const std::string_view detail = problem->text("detail");
    reason = detail.empty() ? std::string(problem->text("title")) : std::string(detail);
  }
  const bool again = response.status == 503 || response.status == 429;
  return fail(again ? ErrorCode::kBusy : ErrorCode::kInvalidArgument, "deliver.refused",
              {{"reason", std::move(reason)}, {"status", std::to_string(response.status)}});
}

void tally(const Json& job, Delivery& delivery) {
  const Json* outcomes = job.find("nianlun:outcomes");
  if (outcomes == nullptr || !outcomes->is_array()) return;
  for (const Json& outcome : outcomes->array()) {
    const std::string_view text = outcome.text("outcome");
    if (text == "accepted") {
      ++delivery.accepted;
      continue;
    }
    ++(text == "disputed" ? delivery.disputed : delivery.refused);
    if (delivery.outcomes_not_accepted.size() < kOutcomesKept) {
      delivery.outcomes_not_accepted.push_back(outcome);
    }
  }
}

}  // namespace

Result<LedgerInfo> parse_ledger_info(const Json& json) {
  LedgerInfo info;
  info.identity = json.text("identity");
  info.origin = json.text("origin");
  info.domain = json.text("domain");
  info.log_key = json.text("logKey");
  info.time_zone = json.text("timeZone");
  info.languages = strings_at(json, "languages");
  info.profiles = strings_at(json, "profiles");
  if (info.identity.empty() || info.domain.empty()) {
    return fail(ErrorCode::kInvalidArgument, "deliver.no-ledger");
  }
  return info;
}

Result<LedgerInfo> ledger_info(HttpClient& client) {
  TRY_ASSIGN(const HttpResponse response,
             client.send({.method = "GET", .target = "/ledger", .headers = {}, .body = {}}));
  if (response.status != 200) return refused(response);
  TRY_ASSIGN(const Json json, Json::parse(response.body));
  return parse_ledger_info(json);
}

Result<Delivery> deliver(Outbox& outbox, HttpClient& client, const DeliverOptions& options) {
  Delivery delivery;
  for (;;) {
    Outbox::SealContext context = options.context;
    if (options.stamp) options.stamp(context);
    TRY_ASSIGN(const std::optional<Json> document, outbox.next_document(context));
    if (!document) return delivery;
    TRY_ASSIGN(const HttpResponse response,
               client.send({.method = "POST",
                            .target = "/capture",
                            .headers = {{"Content-Type", "application/json"},
                                        {"GS1-Capture-Error-Behaviour",
                                         options.all_or_none ? "rollback" : "proceed"}},
                            .body = document->dump()}));
    if (response.status != 202) return refused(response);
    TRY_ASSIGN(const Json job, Json::parse(response.body));
    TRY(outbox.answered(job));
    tally(job, delivery);
    if (options.progress) {
      options.progress(delivery.accepted + delivery.disputed + delivery.refused);
    }
  }
}

}  // namespace nianlun
