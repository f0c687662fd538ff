#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace nianlun::testing {

struct SeenRequest {
  std::string method, target, head, body;
};

/// Answers requests on a free port of 127.0.0.1, in threads of its own, each one connection after
/// the other: with one thread, no two handlers run at once. What a handler returns is sent as it
/// is, so that a test can break any rule of HTTP; nothing at all closes the connection.
class LoopbackServer {
 public:
  using Handler = std::function<std::string(const SeenRequest& request)>;
  static constexpr std::string_view kSilence = "silence";  ///< answer nothing and keep the line

  explicit LoopbackServer(Handler handler, unsigned threads = 1);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string url() const;
  int port() const { return port_; }
  std::vector<SeenRequest> seen() const;
  int connections() const { return connections_; }

  /// A response with its Content-Length.
  static std::string response(int status, std::string_view body, std::string_view headers = "");

 private:
  void run();
  void serve(int connection);
  bool wait_for(int descriptor) const;

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  int stop_[2] = {-1, -1};
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  std::vector<std::thread> threads_;
};

}  // namespace nianlun::testing
