#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";  ///< path and query
  std::vector<std::pair<std::string, std::string>> headers{};
  Buffer body{};
};
struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  Buffer body;
  std::string_view header(std::string_view name) const;
};

/// Requests to one server over one connection that is kept and made again when it is lost.
///
/// Threads: one caller at a time.
/// Errors:  kInvalidArgument  not an http: or https: URL
///          kIo               no connection, or it broke; nothing is known of what was sent
///          kTooLarge         a response over the bound
///          kBusy             503 or 429 after all tries; the Retry-After of the server was kept
class HttpClient {
 public:
  struct Options {
    std::chrono::milliseconds timeout{30'000};  ///< of connecting, and of each read and write
    /// Of a whole answer, from when the request is sent; a long one may come slowly. 0: no bound.
    std::chrono::milliseconds answer_timeout{0};
    std::size_t response_bytes_max = 64 << 20;
    unsigned tries = 1;  ///< of a request whose repetition does no harm
  };
  static Result<std::unique_ptr<HttpClient>> connect_to(std::string_view url, Options options);
  virtual ~HttpClient() = default;
  virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

}  // namespace nianlun
