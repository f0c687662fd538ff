#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http.h"
#include "ledger/result.h"

namespace nianlun::api {

/// Every wait has a deadline and every input a bound.
struct Limits {
  std::size_t header_bytes = 16 << 10;
  std::size_t body_bytes = 16 << 20;
  std::size_t connections = 1024;  ///< beyond that, clients wait in the system's queue
  std::size_t streams = 8;         ///< streamed answers at a time; beyond that 503
  std::chrono::milliseconds head{
      60'000};  ///< from one answer to the end of the next header, else 408
  std::chrono::milliseconds body{60'000};    ///< from there to the end of the body, else 408
  std::chrono::milliseconds handle{30'000};  ///< until the handler replies, else 503
  std::chrono::milliseconds write{30'000};   ///< of an answer, or of a piece of a streamed one
  std::chrono::milliseconds stop{20'000};    ///< for what runs when the server stops
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: a free one
  unsigned threads = 2;
  std::string_view language = "en";  ///< of answers to requests that ask for none
  Limits limits;
};

/// An HTTP/1.1 server: it reads requests strictly, hands them to one handler and writes the
/// answers, in the order of the requests of a connection.
///
/// Threads: any thread may call stop(). The handler is called by the pool's threads, many at a
///          time, and must not block on what another request does.
/// Errors:  only start() fails; what is wrong with a connection ends that connection.
class Server {
 public:
  /// kInvalidArgument  no IP address
  /// kIo               the address can't be bound
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler);
  virtual ~Server() = default;  ///< stops

  /// "http://127.0.0.1:8080", with the port that was bound.
  virtual const std::string& url() const = 0;
  /// Takes no more connections and requests, finishes what runs, and returns when all is done.
  virtual void stop() = 0;
};

}  // namespace nianlun::api
