#include "ledger/api.h"

#include "try.h"

namespace nianlun {
namespace {

constexpr unsigned kTries = 3;  // all that is sent here may be sent again

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// What a problem (RFC 7807) says, or else the status alone.
Unexpected refusal(const HttpResponse& response) {
  std::string why;
  if (const auto problem = Json::parse(response.body); problem && problem->is_object()) {
    why = problem->text("detail").empty() ? problem->text("title") : problem->text("detail");
  }
  const Arguments arguments = {{"status", std::to_string(response.status)}, {"reason", why}};
  if (response.status == 404) {
    return fail(ErrorCode::kNotFound, "client.server-refused", arguments);
  }
  if (response.status >= 400 && response.status < 500) {
    return fail(ErrorCode::kInvalidArgument, "client.server-refused", arguments);
  }
  return fail(ErrorCode::kIo, "client.server-failed", arguments);
}

Result<Json> json_of(const HttpResponse& response) {
  auto json = Json::parse(response.body, {.bytes_max = 64 << 20});
  if (json && json->is_object()) return json;
  return fail(ErrorCode::kIo, "client.server-failed",
              {{"status", std::to_string(response.status)}, {"reason", "JSON"}});
}

}  // namespace

std::string path_segment(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      out += {'%', kDigits[octet >> 4U], kDigits[octet & 15U]};
    }
  }
  return out;
}

bool is_unreachable(const Error& error) {
  const bool of_server =
      error.message.starts_with("http.") || error.message == "client.server-failed";
  return of_server && (error.code == ErrorCode::kIo || error.code == ErrorCode::kBusy);
}

Unexpected senseless_answer(std::string_view target) {
  return fail(ErrorCode::kIo, "client.server-failed",
              {{"status", "200"}, {"reason", std::string(target)}});
}

Result<Api> Api::connect_to(std::string_view url, std::string_view language) {
  TRY_ASSIGN(auto client, HttpClient::connect_to(url, {.tries = kTries}));
  return Api(std::move(client), language);
}

Result<HttpResponse> Api::send(HttpRequest request) {
  request.headers.emplace_back("Accept-Language", language_);
  TRY_ASSIGN(HttpResponse response, client_->send(request));
  if (response.status < 200 || response.status >= 300) return refusal(response);
  return response;
}

Result<Json> Api::get_json(const std::string& target) {
  TRY_ASSIGN(const HttpResponse response,
             send({.target = target, .headers = {{"Accept", "application/json"}}}));
  return json_of(response);
}

Result<std::string> Api::get_text(const std::string& target) {
  TRY_ASSIGN(HttpResponse response, send({.target = target}));
  return std::move(response.body);
}

Result<Json> Api::capture(const std::string& document) {
  // Each event is judged on its own: one that is refused must not undo a day's work.
  TRY_ASSIGN(const HttpResponse response,
             send({.method = "POST",
                   .target = "/capture",
                   .headers = {{"Content-Type", "application/json"},
                               {"Accept", "application/json"},
                               {"GS1-Capture-Error-Behaviour", "proceed"}},
                   .body = document}));
  return json_of(response);
}

}  // namespace nianlun
