#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "http.h"
#include "server.h"

namespace nianlun::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

class Session;

/// What the sessions of a server share. It outlives them: the pools are joined before it goes.
struct SessionContext {
  Limits limits;
  Handler handler;
  asio::thread_pool* streams = nullptr;  ///< threads that make streamed answers
  std::atomic<std::size_t> streaming = 0;
  std::atomic<bool> stopping = false;

  std::mutex mutex;
  std::condition_variable changed;
  std::set<Session*> sessions;  ///< guarded by mutex
};

/// One connection: reads a request, hands it over, writes the answer, and again.
///
/// Threads: its members run in its strand, one at a time; shut() may be called from any thread.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, SessionContext& context);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void start();
  /// Closes the connection: when nothing is under way, or at once.
  void shut(bool at_once);

 private:
  using Parser = http::request_parser<http::string_body>;
  using Error = beast::error_code;
  class Pieces;

  void read_header();
  void on_header(Error error);
  void read_body();
  void refuse(Error error);
  void dispatch();
  void answer(std::uint64_t number, const std::function<Response()>& make);
  void send(Response response);
  void send_stream(Response response);
  void run_stream(const std::function<Result<void>(const Write&)>& stream, bool chunked);
  bool send_piece(std::string_view piece, bool chunked);
  void stream_done(bool whole, bool chunked);
  void sent(Error error);
  void drain(std::size_t octets_left);
  void close();
  http::response_header<> header_of(const Response& response) const;

  SessionContext& context_;
  beast::tcp_stream stream_;
  asio::steady_timer timer_;  // of the handler
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::optional<http::response<http::string_body>> response_;
  std::optional<http::response<http::empty_body>> head_;
  std::optional<http::response_serializer<http::empty_body>> serializer_;
  std::array<char, 4096> drained_{};
  std::uint64_t number_ = 0;  // of the request
  bool handling_ = false;     // the handler has not replied yet
  bool busy_ = false;         // a request was begun and its answer is not written yet
  bool keep_alive_ = false;
  bool is_head_ = false;
  unsigned version_ = 11;
};

}  // namespace nianlun::api
