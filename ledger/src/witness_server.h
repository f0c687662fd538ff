#pragma once

// A witness as an HTTP server (c2sp.org/tlog-witness).

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "server.h"
#include "witness_store.h"

namespace nianlun {

struct WitnessServerOptions {
  api::ServerOptions server;
  std::function<std::int64_t()> now_ms;  ///< since 1970 UTC
  std::size_t queue_max = 256;           ///< requests that wait; beyond that 503
  /// Called when a checkpoint could not be kept: the process must end.
  std::function<void(const Error&)> fatal;
  /// Called when logs that were added could not be taken; those that are known are served on.
  std::function<void(const Error&)> failed;
};

/// Serves a store: what changes it, in one thread, in the order in which it came.
///
/// Threads: one thread starts and stops it.
/// Errors:  start() as Server::start().
class WitnessServer {
 public:
  static Result<std::unique_ptr<WitnessServer>> start(WitnessStore& store,
                                                      WitnessServerOptions options);
  ~WitnessServer();  ///< stops

  const std::string& url() const { return server_->url(); }
  /// Answers what was taken, and returns.
  void stop();

 private:
  struct Waiting {
    api::Request request;
    api::Reply reply;
  };
  WitnessServer(WitnessStore& store, WitnessServerOptions options);
  void handle(api::Request request, const api::Reply& reply);
  void run();
  api::Response added(const api::Request& request);

  WitnessStore& store_;
  WitnessServerOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;  // guarded by mutex_
  bool stopping_ = false;        // guarded by mutex_
  std::unique_ptr<api::Server> server_;
  std::thread thread_;
};

}  // namespace nianlun
