#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ledger/http_client.h"
#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun::scanner {

/// The trace-api of a ledger, as far as a device needs it.
///
/// Threads: one caller at a time.
/// Errors:  those of HttpClient; kNotFound; kInvalidArgument if the server refused the request,
/// with
///          what it said; kIo if it failed or makes no sense (scanner.server-failed)
class Api {
 public:
  static Result<Api> connect_to(std::string_view url, std::string_view language);

  Result<Json> get_json(const std::string& target);
  Result<std::string> get_text(const std::string& target);
  /// Sends a sealed document; returns the CaptureJob.
  Result<Json> capture(const std::string& document);

 private:
  Api(std::unique_ptr<HttpClient> client, std::string_view language)
      : client_(std::move(client)), language_(language) {}
  Result<HttpResponse> send(HttpRequest request);
  std::unique_ptr<HttpClient> client_;
  std::string language_;
};

/// Text as one segment of a path: all but RFC 3986's unreserved characters escaped.
std::string path_segment(std::string_view text);

}  // namespace nianlun::scanner
