#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ledger/http_client.h"
#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

/// The trace-api of a ledger, as far as those who write to it need it.
///
/// Threads: one caller at a time.
/// Errors:  those of HttpClient; kNotFound; kInvalidArgument if the server refused the request,
///          with what it said; kIo if it failed or makes no sense (client.server-failed)
class Api {
 public:
  static Result<Api> connect_to(std::string_view url, std::string_view language);

  Result<Json> get_json(const std::string& target);
  Result<std::string> get_text(const std::string& target);
  /// Sends a sealed document, of which each event is judged by itself; returns the CaptureJob.
  Result<Json> capture(const std::string& document);

 private:
  Api(std::unique_ptr<HttpClient> client, std::string_view language)
      : client_(std::move(client)), language_(language) {}
  Result<HttpResponse> send(HttpRequest request);
  std::unique_ptr<HttpClient> client_;
  std::string language_;
};

/// Whether an error says that the server is away or in trouble, so that the same may be done later.
bool is_unreachable(const Error& error);
/// The error of an answer that makes no sense.
Unexpected senseless_answer(std::string_view target);

/// Text as one segment of a path: all but RFC 3986's unreserved characters escaped.
std::string path_segment(std::string_view text);

}  // namespace nianlun
