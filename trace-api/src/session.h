#pragma once

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "http.h"
#include "request_parser.h"
#include "response_head.h"
#include "server.h"
#include "worker.h"

namespace nianlun::api {

namespace asio = boost::asio;
namespace beast = boost::beast;

class Session;

/// What the sessions of a server share. It outlives them: the threads are joined before it goes.
struct SessionContext {
  Limits limits;
  Handler handler;
  std::string_view language;             ///< where a request asks for none
  asio::thread_pool* streams = nullptr;  ///< threads that make streamed answers
  std::atomic<std::size_t> streaming = 0;
  std::atomic<bool> stopping = false;

  std::mutex mutex;
  std::condition_variable changed;
  std::set<Session*> sessions;  ///< guarded by mutex
};

/// One connection: reads a request, hands it over, writes the answer, and again.
///
/// Threads: its members run in its worker's thread; start() and shut() may be called from any.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Socket = asio::basic_stream_socket<asio::ip::tcp, Worker::Executor>;

  Session(Socket socket, Worker& worker, SessionContext& context);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start();
  /// Closes the connection: when nothing is under way, or at once.
  void shut(bool at_once);

 private:
  using Error = beast::error_code;
  using Clock = std::chrono::steady_clock;
  using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Worker::Executor>;
  enum class State {
    kReading,    // a request
    kHandling,   // the handler has not replied yet
    kWriting,    // an answer, or the permission to send a body
    kStreaming,  // an answer that is made piece by piece
    kDraining,   // what the client still sends after the last answer
    kClosed,
  };

  void allow(std::chrono::milliseconds time);
  void arm();
  void expired();
  void learn_language();

  void begin();
  void read_on();
  void go_on();
  bool parse();
  void refuse(Error error);
  void dispatch();
  Reply reply_to(std::uint64_t number);
  void answer(std::uint64_t number, const std::function<Response()>& make);
  void send(Response response);
  void write_on();
  void written();
  void finish();
  void drain(std::size_t octets_left);
  void close();

  void send_stream(Response response);
  void run_stream(bool chunked);
  bool send_piece(std::string_view piece, bool chunked);
  void stream_done(bool whole, bool chunked);

  SessionContext& context_;
  Worker& worker_;
  Socket socket_;
  Timer timer_;
  Clock::time_point deadline_ = Clock::time_point::max();  // of what it does now
  Clock::time_point armed_ = Clock::time_point::max();     // when the timer wakes
  State state_ = State::kReading;
  bool going_on_ = false;    // go_on() runs
  bool busy_ = false;        // a request was begun and its answer is not written yet
  bool keep_alive_ = false;  // the rest is of the request, for its answer
  bool is_head_ = false;
  bool permitted_ = false;  // to send the body
  unsigned version_ = 11;
  std::string_view language_;  // one of ours
  std::uint64_t number_ = 0;
  beast::flat_buffer buffer_;
  std::optional<RequestParser> parser_;
  std::string head_;  // of the answer, and its body
  std::string body_;
  std::size_t written_ = 0;                               // octets of both
  std::function<Result<void>(const Write& write)> made_;  // pieces of a streamed answer
  std::array<char, 4096> drained_{};
};

}  // namespace nianlun::api
