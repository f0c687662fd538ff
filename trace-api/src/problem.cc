#include "problem.h"

#include <algorithm>
#include <array>

#include "ledger/messages.h"

namespace nianlun::api {
namespace {

struct Kind {
  int status;
  std::string_view exception;  // EPCIS 2.0, 12: the name after "epcisException:"
  std::string_view title;      // message id
};
constexpr std::array kKinds = {
    Kind{400, "ValidationException", "api.title-invalid"},
    Kind{401, "SecurityException", "api.title-token"},
    Kind{403, "SecurityException", "api.title-forbidden"},
    Kind{404, "NoSuchResourceException", "api.title-not-found"},
    Kind{405, "ImplementationException", "api.title-method"},
    Kind{408, "ImplementationException", "api.title-timeout"},
    Kind{409, "ResourceAlreadyExistsException", "api.title-conflict"},
    Kind{413, "CaptureLimitExceededException", "api.title-too-large"},
    Kind{415, "UnsupportedMediaTypeException", "api.title-media-type"},
    Kind{431, "URITooLongException", "api.title-headers"},
    Kind{503, "ImplementationException", "api.title-busy"},
    Kind{500, "ImplementationException", "api.title-failed"},
};

const Kind& kind_of(int status) {
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                   [&](const Kind& kind) { return kind.status == status; });
  return found == kKinds.end() ? kKinds.back() : *found;
}

}  // namespace

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kForbidden:
      return 403;
    case ErrorCode::kBusy:
      return 503;
    case ErrorCode::kCorrupted:
    case ErrorCode::kIo:
      return 500;
  }
  return 500;
}

Json problem_json(int status, std::string_view detail, std::string_view language) {
  const Kind& kind = kind_of(status);
  Json json;
  json.set("type", "epcisException:" + std::string(kind.exception))
      .set("title", text(language, kind.title))
      .set("status", status);
  if (!detail.empty()) json.set("detail", detail);
  return json;
}

Response problem(int status, std::string_view detail, std::string_view language) {
  Response response{.status = status,
                    .headers = {},
                    .body = problem_json(status, detail, language).dump(),
                    .stream = nullptr};
  response.with("Content-Type", "application/problem+json");
  if (status == 503) response.with("Retry-After", "1");
  if (status == 401) response.with("WWW-Authenticate", "Bearer");
  return response;
}

Response problem(const Error& error, std::string_view language) {
  const int status = http_status(error.code);
  // What failed on our side is in our log; a client can't use the names of our files.
  if (status == 500) return problem(status, {}, language);
  Response response = problem(status, text(language, error), language);
  for (const auto& [name, value] : error.arguments) {
    if (name == "seconds" && status == 503) {
      const auto is_retry = [](const auto& header) { return header.first == "Retry-After"; };
      std::ranges::find_if(response.headers, is_retry)->second = value;
    }
    if (name != "pointer") continue;
    Json json = problem_json(status, text(language, error), language);
    json.set("nianlun:pointer", value);
    response.body = json.dump();
  }
  return response;
}

}  // namespace nianlun::api
