// The answers of a session that are made piece by piece, in threads of their own.
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <future>

#include "problem.h"
#include "session.h"

namespace nianlun::api {
namespace {

namespace http = beast::http;

constexpr std::size_t kPieceBytes = 64 << 10;

}  // namespace

void Session::send_stream(Response response) {
  if (context_.streaming.fetch_add(1) >= context_.limits.streams) {
    --context_.streaming;
    return send(problem(503, {}, language_));
  }
  const bool chunked = version_ >= 11;
  if (!chunked) keep_alive_ = false;  // the end of the connection is the end of the answer
  state_ = State::kStreaming;
  made_ = std::move(response.stream);
  head_.clear();
  append_head(head_, response,
              {.version = version_, .keep_alive = keep_alive_, .chunked = chunked, .length = {}});
  allow(context_.limits.write);
  asio::async_write(
      socket_, asio::buffer(head_), [self = shared_from_this(), chunked](Error error, std::size_t) {
        self->head_.clear();
        if (error || self->state_ == State::kClosed) {
          --self->context_.streaming;
          self->made_ = nullptr;
          return self->close();
        }
        asio::post(*self->context_.streams, [self, chunked] { self->run_stream(chunked); });
      });
}

// In a thread of the streams' pool: it may wait for the client, whose deadline is the write's.
void Session::run_stream(bool chunked) {
  std::string pending;
  bool open = true;
  const Result<void> made = made_([&](std::string_view piece) {
    pending += piece;
    if (open && pending.size() >= kPieceBytes) {
      open = send_piece(pending, chunked);
      pending.clear();
    }
    return open;
  });
  if (open && made && !pending.empty()) open = send_piece(pending, chunked);
  const bool whole = open && made.has_value();
  made_ = nullptr;
  --context_.streaming;
  asio::post(worker_.loop(),
             [self = shared_from_this(), whole, chunked] { self->stream_done(whole, chunked); });
}

bool Session::send_piece(std::string_view piece, bool chunked) {
  std::promise<bool> promise;
  std::future<bool> sent = promise.get_future();
  asio::post(worker_.loop(), [this, &promise, piece, chunked] {
    allow(context_.limits.write);
    const asio::const_buffer octets(piece.data(), piece.size());
    const auto done = [&promise](Error error, std::size_t) { promise.set_value(!error); };
    if (chunked) {
      asio::async_write(socket_, http::make_chunk(octets), done);
    } else {
      asio::async_write(socket_, octets, done);
    }
  });
  return sent.get();
}

void Session::stream_done(bool whole, bool chunked) {
  if (state_ == State::kClosed) return;
  if (!whole) {  // cut off without the last chunk
    keep_alive_ = false;
    return close();
  }
  state_ = State::kWriting;
  if (chunked) {
    head_ = "0\r\n\r\n";
    allow(context_.limits.write);
  }
  write_on();
  go_on();
}

}  // namespace nianlun::api
