#include "server.h"

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <deque>
#include <mutex>

#include "session.h"

namespace nianlun::api {
namespace {

using Tcp = asio::ip::tcp;
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

class BoundServer final : public Server {
 public:
  BoundServer(const ServerOptions& options, Handler handler)
      : workers_(std::max(options.threads, 1U)),
        streams_(std::max<std::size_t>(options.limits.streams, 1)),
        acceptor_(workers_.front().loop()),
        pause_(workers_.front().loop().get_executor()) {
    context_.limits = options.limits;
    context_.language = options.language;
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
    asio::post(workers_.front().loop(), [this] { accept(); });
    return {};
  }

  const std::string& url() const override { return url_; }

  void stop() override {
    const std::lock_guard once(stop_mutex_);
    if (stopped_) return;
    stopped_ = true;
    context_.stopping = true;
    asio::post(workers_.front().loop(), [this] {
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
    streams_.join();  // first: what streams waits for the workers
    for (Worker& worker : workers_) worker.join();
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
    asio::post(workers_.front().loop(),
               [sessions = std::move(kept_)] {});  // not let go under the lock
    kept_.clear();
  }

  bool is_full() {
    const std::lock_guard lock(context_.mutex);
    return context_.sessions.size() >= context_.limits.connections;
  }

  void accept() {
    if (context_.stopping) return;
    if (is_full()) return accept_later();
    // The thread with the fewest connections takes the next.
    Worker& worker = *std::ranges::min_element(
        workers_, {}, [](const Worker& each) { return each.sessions.load(); });
    acceptor_.async_accept(
        worker.loop(), [this, &worker](boost::system::error_code error, Session::Socket socket) {
          if (context_.stopping) return;
          // Out of descriptors, say: others end, and it goes on.
          if (error) return accept_later();
          std::make_shared<Session>(std::move(socket), worker, context_)->start();
          accept();
        });
  }

  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](boost::system::error_code error) {
      if (!error) accept();
    });
  }

  using Acceptor = asio::basic_socket_acceptor<Tcp, Worker::Executor>;
  using Clock = std::chrono::steady_clock;
  using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Worker::Executor>;

  SessionContext context_;  // before the threads: they hold sessions, which use it
  std::deque<Worker> workers_;
  asio::thread_pool streams_;
  Acceptor acceptor_;
  Timer pause_;
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
