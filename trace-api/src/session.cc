#include "session.h"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <ctime>
#include <future>

#include "problem.h"

namespace nianlun::api {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr std::size_t kDrainBytes = 32 << 20;
constexpr auto kDrainTime = std::chrono::seconds(2);

std::string http_date() {  // RFC 9110, 5.6.7
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 40> out{};
  const std::size_t size =
      std::strftime(out.data(), out.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {out.data(), size};
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

Session::Session(asio::ip::tcp::socket socket, SessionContext& context)
    : context_(context), stream_(std::move(socket)), timer_(stream_.get_executor()) {
  const std::lock_guard lock(context_.mutex);
  context_.sessions.insert(this);
}

Session::~Session() {
  const std::lock_guard lock(context_.mutex);
  context_.sessions.erase(this);
  context_.changed.notify_all();
}

void Session::start() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->read_header(); });
}

void Session::shut(bool at_once) {
  asio::post(stream_.get_executor(), [self = shared_from_this(), at_once] {
    if (at_once || !self->busy_) self->close();
  });
}

void Session::read_header() {
  if (context_.stopping) return close();
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(context_.limits.header_bytes));
  parser_->body_limit(context_.limits.body_bytes);
  is_head_ = false;
  version_ = 11;
  stream_.expires_after(context_.limits.head);
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Error error, std::size_t) { self->on_header(error); });
}

void Session::on_header(Error error) {
  if (error) return refuse(error);
  busy_ = true;
  is_head_ = parser_->get().method() == http::verb::head;
  version_ = parser_->get().version();
  stream_.expires_after(context_.limits.body);
  if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) return read_body();
  head_.emplace(http::status::continue_, version_);
  http::async_write(stream_, *head_, [self = shared_from_this()](Error failed, std::size_t) {
    if (failed) return self->close();
    self->read_body();
  });
}

void Session::read_body() {
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](Error error, std::size_t) {
                     if (error) return self->refuse(error);
                     self->dispatch();
                   });
}

// What the other side can still read is answered; when it is gone or too slow, it is not.
void Session::refuse(Error error) {
  keep_alive_ = false;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return close();
  if (error == http::error::body_limit) return send(problem(413, {}, "en"));
  if (error == http::error::header_limit) return send(problem(431, {}, "en"));
  if (error.category() == make_error_code(http::error::bad_version).category()) {
    return send(problem(400, {}, "en"));
  }
  close();
}

void Session::dispatch() {
  Parser::value_type message = parser_->release();
  keep_alive_ = message.keep_alive();
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) {
    request.headers.emplace_back(lower(field.name_string()), field.value());
  }
  request.body = std::move(message.body());
  stream_.expires_never();  // the timer is the deadline while the handler works
  handling_ = true;
  const std::uint64_t number = ++number_;
  timer_.expires_after(context_.limits.handle);
  timer_.async_wait([self = shared_from_this(), number](Error error) {
    if (error) return;
    self->keep_alive_ = false;
    self->answer(number, [] { return problem(503, {}, "en"); });
  });
  // The guard keeps the pool alive until the reply is made or dropped, however late that is.
  auto reply = [self = shared_from_this(), number,
                guard =
                    asio::make_work_guard(stream_.get_executor())](std::function<Response()> make) {
    asio::post(self->stream_.get_executor(),
               [self, number, made = std::move(make)] { self->answer(number, made); });
  };
  context_.handler(std::move(request), std::move(reply));
}

// A second reply, or one that comes after the deadline, is dropped.
void Session::answer(std::uint64_t number, const std::function<Response()>& make) {
  if (!handling_ || number != number_) return;
  handling_ = false;
  timer_.cancel();
  if (context_.stopping) keep_alive_ = false;
  send(make());
}

http::response_header<> Session::header_of(const Response& response) const {
  http::response_header<> header;
  header.version(version_);
  header.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) header.insert(name, value);
  header.set(http::field::date, http_date());
  header.set(http::field::server, "nianlun");
  return header;
}

void Session::send(Response response) {
  if (response.stream && !is_head_) return send_stream(std::move(response));
  stream_.expires_after(context_.limits.write);
  const bool has_body = response.status != 204 && response.status != 304;
  const auto done = [self = shared_from_this()](Error error, std::size_t) { self->sent(error); };
  if (is_head_ || !has_body) {
    head_.emplace(header_of(response));
    if (has_body && !response.stream) head_->content_length(response.body.size());
    head_->keep_alive(keep_alive_);
    // Without a serializer of its own, the length would be taken from the empty body.
    serializer_.emplace(*head_);
    http::async_write_header(stream_, *serializer_, done);
    return;
  }
  response_.emplace(header_of(response), std::move(response.body));
  response_->keep_alive(keep_alive_);
  response_->prepare_payload();
  http::async_write(stream_, *response_, done);
}

void Session::send_stream(Response response) {
  if (context_.streaming.fetch_add(1) >= context_.limits.streams) {
    --context_.streaming;
    return send(problem(503, {}, "en"));
  }
  const bool chunked = version_ >= 11;
  if (!chunked) keep_alive_ = false;  // the end of the connection is the end of the answer
  head_.emplace(header_of(response));
  head_->keep_alive(keep_alive_);
  if (chunked) head_->chunked(true);
  serializer_.emplace(*head_);
  stream_.expires_after(context_.limits.write);
  http::async_write_header(stream_, *serializer_,
                           [self = shared_from_this(), chunked, make = std::move(response.stream)](
                               Error error, std::size_t) {
                             if (error) {
                               --self->context_.streaming;
                               return self->close();
                             }
                             asio::post(*self->context_.streams,
                                        [self, chunked, make] { self->run_stream(make, chunked); });
                           });
}

// In a thread of the streams' pool: it may wait for the client, whose deadline is the write's.
void Session::run_stream(const std::function<Result<void>(const Write&)>& stream, bool chunked) {
  std::string pending;
  bool open = true;
  const Result<void> made = stream([&](std::string_view piece) {
    pending += piece;
    if (open && pending.size() >= kPieceBytes) {
      open = send_piece(pending, chunked);
      pending.clear();
    }
    return open;
  });
  if (open && made && !pending.empty()) open = send_piece(pending, chunked);
  const bool whole = open && made.has_value();
  --context_.streaming;
  asio::post(stream_.get_executor(),
             [self = shared_from_this(), whole, chunked] { self->stream_done(whole, chunked); });
}

bool Session::send_piece(std::string_view piece, bool chunked) {
  std::promise<bool> promise;
  std::future<bool> sent = promise.get_future();
  asio::post(stream_.get_executor(), [this, &promise, piece, chunked] {
    stream_.expires_after(context_.limits.write);
    const asio::const_buffer octets(piece.data(), piece.size());
    const auto done = [&promise](Error error, std::size_t) { promise.set_value(!error); };
    if (chunked) {
      asio::async_write(stream_, http::make_chunk(octets), done);
    } else {
      asio::async_write(stream_, octets, done);
    }
  });
  return sent.get();
}

void Session::stream_done(bool whole, bool chunked) {
  if (!whole) {  // cut off without the last chunk
    keep_alive_ = false;
    return close();
  }
  if (!chunked) return sent({});
  stream_.expires_after(context_.limits.write);
  asio::async_write(stream_, http::make_chunk_last(),
                    [self = shared_from_this()](Error error, std::size_t) { self->sent(error); });
}

void Session::sent(Error error) {
  if (error) return close();
  serializer_.reset();
  response_.reset();
  head_.reset();
  if (keep_alive_ && !context_.stopping) {
    busy_ = false;
    return read_header();
  }
  // A close while the client still sends would reset the connection and lose the answer.
  Error ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.expires_after(kDrainTime);
  drain(kDrainBytes);
}

void Session::drain(std::size_t octets_left) {
  stream_.async_read_some(asio::buffer(drained_), [self = shared_from_this(), octets_left](
                                                      Error error, std::size_t octets) {
    if (error || octets >= octets_left) return self->close();
    self->drain(octets_left - octets);
  });
}

void Session::close() {
  handling_ = false;
  timer_.cancel();
  Error ignored;
  stream_.socket().close(ignored);
}

}  // namespace nianlun::api
