#pragma once

#include <csignal>
#include <string>
#include <string_view>

#include "ledger/result.h"
#include "server.h"

namespace nianlun::api {

// What the main functions of servers share.

/// Fills in where to listen: "127.0.0.1:8080" or "[::1]:8080"; port 0 is a free one.
/// kInvalidArgument  no such address
Result<void> listen_at(std::string_view address, ServerOptions& options);

/// Writes the port of a server's URL into a file, whole or not at all; "": nowhere.
/// kIo  it cannot be written
Result<void> write_port_file(const std::string& path, const std::string& url);

/// Waits for SIGTERM or SIGINT, which no thread gets that is started after this was made. A client
/// that has gone does not end the process.
class StopSignals {
 public:
  StopSignals();
  void wait() const;

 private:
  sigset_t signals_;
};

}  // namespace nianlun::api
