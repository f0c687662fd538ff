#include "session.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>

#include "problem.h"

namespace nianlun::api {
namespace {

namespace http = beast::http;

constexpr std::size_t kReadBytes = 8 << 10;
constexpr std::size_t kReadBodyBytes = 64 << 10;
constexpr std::size_t kKeptBytes = 64 << 10;  // of a buffer, from one answer to the next
constexpr std::size_t kDrainBytes = 32 << 20;
constexpr auto kDrainTime = std::chrono::seconds(2);

}  // namespace

Session::Session(Socket socket, Worker& worker, SessionContext& context)
    : context_(context),
      worker_(worker),
      socket_(std::move(socket)),
      timer_(worker.loop().get_executor()),
      buffer_(context.limits.header_bytes + kReadBodyBytes) {
  ++worker_.sessions;
}

Session::~Session() {
  --worker_.sessions;
  const std::lock_guard lock(context_.mutex);
  context_.sessions.erase(this);
  context_.changed.notify_all();
}

void Session::start() {
  {  // not before: whoever stops the server takes a share of every session in this set
    const std::lock_guard lock(context_.mutex);
    context_.sessions.insert(this);
  }
  asio::post(worker_.loop(), [self = shared_from_this()] {
    Error ignored;
    self->socket_.non_blocking(true, ignored);
    self->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    self->begin();
    self->go_on();
  });
}

void Session::shut(bool at_once) {
  asio::post(worker_.loop(), [self = shared_from_this(), at_once] {
    if (at_once || !self->busy_) self->close();
  });
}

void Session::allow(std::chrono::milliseconds time) {
  deadline_ = Clock::now() + time;
  if (deadline_ < armed_) arm();
}

// The timer is not set anew for each request: it wakes at an earlier deadline that was met, and is
// then set to the one that holds.
void Session::arm() {
  armed_ = deadline_;
  timer_.expires_at(armed_);
  timer_.async_wait([self = shared_from_this()](Error error) {
    if (error || self->state_ == State::kClosed) return;
    self->armed_ = Clock::time_point::max();
    if (Clock::now() < self->deadline_) return self->arm();
    self->expired();
  });
}

void Session::expired() {
  keep_alive_ = false;
  if (state_ == State::kHandling) {
    return answer(number_, [this] { return problem(503, {}, language_); });
  }
  const bool begun = state_ == State::kReading && (parser_->got_some() || buffer_.size() > 0);
  if (!begun || context_.stopping) return close();
  Error ignored;
  socket_.cancel(ignored);  // the read that is under way
  busy_ = true;
  learn_language();
  send(problem(408, {}, language_));
}

// Those answers that no route makes are in the language that the request's header asks for.
void Session::learn_language() {
  language_ = context_.language;
  const std::string_view wanted = parser_->request.header("accept-language");
  if (!wanted.empty()) language_ = request_language({}, wanted);
}

void Session::begin() {
  state_ = State::kReading;
  busy_ = false;
  is_head_ = false;
  permitted_ = false;
  version_ = 11;
  if (context_.stopping) return close();
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(context_.limits.header_bytes));
  parser_->body_limit(context_.limits.body_bytes);
  allow(context_.limits.head);
}

void Session::read_on() {
  const std::size_t wanted =
      std::min(busy_ ? kReadBodyBytes : kReadBytes, buffer_.max_size() - buffer_.size());
  if (wanted == 0) return refuse(http::error::header_limit);  // a line without an end
  socket_.async_read_some(buffer_.prepare(wanted),
                          [self = shared_from_this()](Error error, std::size_t octets) {
                            if (self->state_ != State::kReading) return;
                            if (error) return self->close();
                            self->buffer_.commit(octets);
                            self->go_on();
                          });
}

// Requests that are answered at once are served in this loop, however many of them were sent
// together: answering one from within the other would go deeper and deeper.
void Session::go_on() {
  if (going_on_) return;
  going_on_ = true;
  while (state_ == State::kReading && parse()) dispatch();
  going_on_ = false;
}

// Whether a request is whole; if not, more is on its way or the connection is at its end.
bool Session::parse() {
  while (!parser_->is_done()) {
    if (buffer_.size() == 0) return read_on(), false;
    Error error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error == http::error::need_more) return read_on(), false;
    if (error) return refuse(error), false;
    if (busy_ || !parser_->is_header_done()) continue;
    busy_ = true;
    version_ = parser_->version;
    is_head_ = parser_->request.method == "HEAD";
    allow(context_.limits.body);
    const bool waits = beast::iequals(parser_->request.header("expect"), "100-continue");
    if (!waits || parser_->is_done()) continue;
    head_ = "HTTP/1.1 100 Continue\r\n\r\n";
    permitted_ = true;
    state_ = State::kWriting;
    write_on();
    if (state_ != State::kReading) return false;
  }
  return true;
}

// What the other side can still read is answered; when it is gone, it is not.
void Session::refuse(Error error) {
  keep_alive_ = false;
  busy_ = true;
  learn_language();
  if (error == http::error::body_limit) return send(problem(413, {}, language_));
  if (error == http::error::header_limit) return send(problem(431, {}, language_));
  send(problem(400, {}, language_));
}

void Session::dispatch() {
  learn_language();
  keep_alive_ = parser_->keep_alive();
  Request request = std::move(parser_->request);
  parser_.reset();
  state_ = State::kHandling;
  allow(context_.limits.handle);
  context_.handler(std::move(request), reply_to(++number_));
}

// The guard keeps the worker running until the reply is made or let go, however late that is.
Reply Session::reply_to(std::uint64_t number) {
  return [self = shared_from_this(), number,
          guard = asio::make_work_guard(worker_.loop())](std::function<Response()> make) {
    self->worker_.hand_over([self, number, made = std::move(make)] { self->answer(number, made); });
  };
}

// A second reply, or one that comes after the deadline, is dropped.
void Session::answer(std::uint64_t number, const std::function<Response()>& make) {
  if (state_ != State::kHandling || number != number_) return;
  if (context_.stopping) keep_alive_ = false;
  send(make());
  go_on();
}

void Session::send(Response response) {
  if (response.stream && !is_head_) return send_stream(std::move(response));
  const bool has_body = response.status != 204 && response.status != 304;
  Framing framing{.version = version_, .keep_alive = keep_alive_, .chunked = false, .length = {}};
  if (has_body && !response.stream) framing.length = response.body.size();
  head_.clear();
  append_head(head_, response, framing);
  if (has_body && !is_head_) body_ = std::move(response.body);
  state_ = State::kWriting;
  allow(context_.limits.write);
  write_on();
}

// Most answers fit into what the system takes at once, and cost one call.
void Session::write_on() {
  while (written_ < head_.size() + body_.size()) {
    const std::size_t of_head = std::min(written_, head_.size());
    const std::array<asio::const_buffer, 2> rest = {asio::buffer(head_) + of_head,
                                                    asio::buffer(body_) + (written_ - of_head)};
    Error error;
    written_ += socket_.write_some(rest, error);
    if (error == asio::error::would_block) {
      return socket_.async_wait(Socket::wait_write, [self = shared_from_this()](Error failed) {
        if (self->state_ == State::kClosed) return;
        if (failed) return self->close();
        self->write_on();
        self->go_on();
      });
    }
    if (error) return close();
  }
  written();
}

void Session::written() {
  written_ = 0;
  head_.clear();
  body_.clear();
  if (body_.capacity() > kKeptBytes) body_ = {};
  if (permitted_) {
    permitted_ = false;
    state_ = State::kReading;
    return;
  }
  finish();
}

void Session::finish() {
  if (keep_alive_ && !context_.stopping) return begin();
  // A close while the client still sends would reset the connection and lose the answer.
  state_ = State::kDraining;
  Error ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  allow(kDrainTime);
  drain(kDrainBytes);
}

void Session::drain(std::size_t octets_left) {
  socket_.async_read_some(asio::buffer(drained_),
                          [self = shared_from_this(), octets_left](Error error, std::size_t n) {
                            if (self->state_ == State::kClosed) return;
                            if (error || n >= octets_left) return self->close();
                            self->drain(octets_left - n);
                          });
}

void Session::close() {
  state_ = State::kClosed;
  timer_.cancel();
  Error ignored;
  socket_.close(ignored);
}

}  // namespace nianlun::api
