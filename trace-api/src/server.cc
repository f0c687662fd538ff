#include "server.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <mutex>

#include "session.h"

namespace nianlun::api {
namespace {

using Tcp = asio::ip::tcp;
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

class BoundServer final : public Server {
 public:
  BoundServer(const ServerOptions& options, Handler handler)
      : pool_(std::max(options.threads, 1U)),
        streams_(std::max<std::size_t>(options.limits.streams, 1)),
        strand_(asio::make_strand(pool_)),
        acceptor_(strand_),
        pause_(strand_) {
    context_.limits = options.limits;
    context_.handler = std::move(handler);
    context_.streams = &streams_;
  }
  ~BoundServer() override { stop(); }

  Result<void> bind(const ServerOptions& options) {
    boost::system::error_code error;
    const asio::ip::address address = asio::ip::make_address(options.address, error);
    if (error) {
      return fail(ErrorCode::kInvalidArgument, "api.no-address", {{"address", options.address}});
    }
    const Tcp::endpoint endpoint(address, options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return fail(ErrorCode::kIo, "api.cannot-listen",
                  {{"address", options.address + ":" + std::to_string(options.port)},
                   {"reason", error.message()}});
    }
    const std::string host =
        address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    url_ = "http://" + host + ":" + std::to_string(acceptor_.local_endpoint().port());
    asio::post(strand_, [this] { accept(); });
    return {};
  }

  const std::string& url() const override { return url_; }

  void stop() override {
    const std::lock_guard once(stop_mutex_);
    if (stopped_) return;
    stopped_ = true;
    context_.stopping = true;
    asio::post(strand_, [this] {
      boost::system::error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
    });
    shut_all(false);
    {
      std::unique_lock lock(context_.mutex);
      context_.changed.wait_for(lock, context_.limits.stop,
                                [this] { return context_.sessions.empty(); });
    }
    shut_all(true);
    streams_.join();  // first: what streams waits for the pool
    pool_.join();
  }

 private:
  void shut_all(bool at_once) {
    const std::lock_guard lock(context_.mutex);
    for (Session* session : context_.sessions) {
      // A session that is just being destroyed has nothing to close any more.
      if (const std::shared_ptr<Session> alive = session->weak_from_this().lock()) {
        kept_.push_back(alive);
      }
    }
    for (const auto& session : kept_) session->shut(at_once);
    asio::post(strand_, [sessions = std::move(kept_)] {});  // not let go under the lock
    kept_.clear();
  }

  bool is_full() {
    const std::lock_guard lock(context_.mutex);
    return context_.sessions.size() >= context_.limits.connections;
  }

  void accept() {
    if (context_.stopping) return;
    if (is_full()) return accept_later();
    acceptor_.async_accept(asio::make_strand(pool_),
                           [this](boost::system::error_code error, Tcp::socket socket) {
                             if (context_.stopping) return;
                             // Out of descriptors, say: others end, and it goes on.
                             if (error) return accept_later();
                             std::make_shared<Session>(std::move(socket), context_)->start();
                             accept();
                           });
  }

  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](boost::system::error_code error) {
      if (!error) accept();
    });
  }

  SessionContext context_;  // before the pools: their handlers hold sessions, which use it
  asio::thread_pool pool_;
  asio::thread_pool streams_;
  asio::strand<asio::thread_pool::executor_type> strand_;
  Tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::string url_;
  std::vector<std::shared_ptr<Session>> kept_;
  std::mutex stop_mutex_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler) {
  auto server = std::make_unique<BoundServer>(options, std::move(handler));
  if (Result<void> bound = server->bind(options); !bound) {
    return Unexpected{std::move(bound).error()};
  }
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace nianlun::api
