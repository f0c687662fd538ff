#include "ledger/http_client.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/read_size.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <optional>
#include <thread>

#include "http_url.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;
using ErrorValue = beast::error_code;
using Parser = http::response_parser<http::string_body>;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kFirstPause{200};  // before a second try; doubles with each further one
constexpr std::uint32_t kHeaderBytesMax = 64 << 10;
constexpr std::size_t kReadBytesMax = 64 << 10;

struct Exchange {
  HttpResponse response;
  bool keep_alive = false;
};

class Client final : public HttpClient {
 public:
  Client(HttpUrl url, Options options)
      : url_(std::move(url)), options_(options), tls_(asio::ssl::context::tls_client) {}

  /// Whom a server's certificate must be vouched for by: the system's authorities, or those of
  /// SSL_CERT_FILE and SSL_CERT_DIR.
  Result<void> prepare() {
    if (!url_.secure) return {};
    ErrorValue error;
    tls_.set_default_verify_paths(error);
    if (error) return broken(error);
    SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
    tls_.set_verify_mode(asio::ssl::verify_peer, error);
    if (error) return broken(error);
    return {};
  }

  Result<HttpResponse> send(const HttpRequest& request) override {
    milliseconds pause = kFirstPause;
    for (unsigned left = std::max(options_.tries, 1U);; --left, pause *= 2) {
      auto response = exchange(request);
      if (!response) {
        disconnect();
        if (left <= 1 || response.error().code != ErrorCode::kIo) return response;
        std::this_thread::sleep_for(std::min(pause, options_.timeout));
        continue;
      }
      if (response->status != 503 && response->status != 429) return response;
      const auto asked = parse_decimal(response->header("retry-after"));
      const milliseconds wait = asked ? seconds_of(*asked) : pause;
      if (left <= 1 || wait > options_.timeout) {
        return fail(ErrorCode::kBusy, "http.busy",
                    {{"host", url_.host}, {"seconds", std::to_string(asked.value_or(1))}});
      }
      std::this_thread::sleep_for(wait);
    }
  }

 private:
  using TlsStream = asio::ssl::stream<beast::tcp_stream>;
  /// What a stream calls back. One type for all steps, and no composed operation of Beast: its
  /// templates took three times as long to compile as the rest of this file.
  using Handler = std::function<void(const ErrorValue&, std::size_t)>;

  static milliseconds seconds_of(std::uint64_t seconds) {
    return std::chrono::seconds(std::min<std::uint64_t>(seconds, 1'000'000));
  }

  Unexpected broken(const ErrorValue& error) const {
    if (error == beast::error::timeout) {
      return fail(ErrorCode::kIo, "http.timeout", {{"host", url_.host}});
    }
    return fail(ErrorCode::kIo, "http.broken", {{"host", url_.host}, {"reason", error.message()}});
  }

  /// Runs what was started until it has called back. Each step of a stream has the stream's own
  /// deadline, after which it calls back with an error. Nothing else is waited for: a look-up that
  /// was given up may still be under way.
  Result<void> finish(const std::optional<ErrorValue>& result) {
    io_.restart();
    while (!result) {
      if (io_.run_one() == 0) return broken(asio::error::operation_aborted);
    }
    if (*result) return broken(*result);
    return {};
  }

  beast::tcp_stream& tcp() { return url_.secure ? secure_->next_layer() : *plain_; }

  void disconnect() {
    if (secure_ || plain_) tcp().close();
    secure_.reset();
    plain_.reset();
    read_.clear();
  }

  /// Whether the connection that was kept is still there. A server may have closed it meanwhile;
  /// whatever it has sent without being asked makes the connection useless too.
  bool is_alive() {
    if (!secure_ && !plain_) return false;
    char octet = 0;
    const ssize_t got = ::recv(tcp().socket().native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  Result<Tcp::resolver::results_type> resolve() {
    // The answer outlives this call, since a look-up cannot be interrupted.
    struct Answer {
      std::optional<ErrorValue> error;
      Tcp::resolver::results_type found;
    };
    const auto answer = std::make_shared<Answer>();
    Tcp::resolver resolver(io_);
    resolver.async_resolve(url_.host, url_.port,
                           [answer](const ErrorValue& error, Tcp::resolver::results_type found) {
                             answer->error = error;
                             answer->found = std::move(found);
                           });
    io_.restart();
    io_.run_for(options_.timeout);
    if (!answer->error) return broken(beast::error::timeout);
    if (*answer->error) return broken(*answer->error);
    return answer->found;
  }

  Result<void> connect() {
    disconnect();
    TRY_ASSIGN(const Tcp::resolver::results_type endpoints, resolve());
    if (url_.secure) {
      secure_ = std::make_unique<TlsStream>(io_, tls_);
    } else {
      plain_ = std::make_unique<beast::tcp_stream>(io_);
    }
    std::optional<ErrorValue> result;
    tcp().expires_after(options_.timeout);
    tcp().async_connect(
        endpoints, [&result](const ErrorValue& error, const Tcp::endpoint&) { result = error; });
    TRY(finish(result));
    ErrorValue ignored;
    tcp().socket().set_option(Tcp::no_delay(true), ignored);
    return url_.secure ? shake_hands() : Result<void>();
  }

  Result<void> shake_hands() {
    // Names are sent in the handshake, addresses are not (RFC 6066, 3).
    if (!url_.is_address && SSL_ctrl(secure_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME,
                                     TLSEXT_NAMETYPE_host_name, url_.host.data()) != 1) {
      return fail(ErrorCode::kIo, "http.certificate", {{"host", url_.host}, {"reason", "SNI"}});
    }
    ErrorValue failed;
    secure_->set_verify_callback(asio::ssl::host_name_verification(url_.host), failed);
    if (failed) return broken(failed);
    std::optional<ErrorValue> result;
    tcp().expires_after(options_.timeout);
    secure_->async_handshake(asio::ssl::stream_base::client,
                             [&result](const ErrorValue& error) { result = error; });
    const auto done = finish(result);
    if (const long verdict = SSL_get_verify_result(secure_->native_handle());
        !done && verdict != X509_V_OK) {
      return fail(ErrorCode::kIo, "http.certificate",
                  {{"host", url_.host}, {"reason", X509_verify_cert_error_string(verdict)}});
    }
    return done;
  }

  Result<HttpResponse> exchange(const HttpRequest& request) {
    if (!is_alive()) {
      if (auto connected = connect(); !connected) {
        disconnect();
        return Unexpected{std::move(connected).error()};
      }
    }
    auto result = exchange_once(request);
    if (!result) {
      disconnect();
      return Unexpected{std::move(result).error()};
    }
    if (!result->keep_alive || read_.size() > 0) disconnect();
    return std::move(result->response);
  }

  Result<Exchange> exchange_once(const HttpRequest& request) {
    const bool bounded = options_.answer_timeout > milliseconds(0);
    answer_by_ = bounded ? Clock::now() + options_.answer_timeout : Clock::time_point::max();
    TRY(write(octets_of(request)));
    Parser parser;
    parser.eager(true);
    parser.header_limit(kHeaderBytesMax);
    parser.body_limit(options_.response_bytes_max);
    parser.skip(request.method == "HEAD");
    while (true) {
      TRY(parse(parser));
      if (parser.is_done()) break;
      const std::size_t room = beast::read_size(read_, kReadBytesMax);
      if (room == 0) return too_large();  // neither a line nor a header ends within the buffer
      TRY_ASSIGN(const std::size_t came, read_some(read_.prepare(room)));
      read_.commit(came);
      if (came > 0) continue;
      ErrorValue cut = http::error::end_of_stream;
      if (parser.got_some()) parser.put_eof(cut);  // nothing is missing if the end was to tell
      if (cut) return broken(cut);
      break;
    }
    return to_exchange(parser);
  }

  std::string octets_of(const HttpRequest& request) const {
    std::string octets = request.method + " " + url_.prefix + request.target + " HTTP/1.1\r\n";
    const auto add = [&octets](std::string_view name, std::string_view value) {
      octets.append(name).append(": ").append(value).append("\r\n");
    };
    add("Host", url_.authority);
    add("User-Agent", "nianlun");
    for (const auto& [name, value] : request.headers) add(name, value);
    if (!request.body.empty() || request.method == "POST") {
      add("Content-Length", std::to_string(request.body.size()));
    }
    return octets.append("\r\n").append(request.body);
  }

  Result<void> write(std::string_view octets) {
    while (!octets.empty()) {
      TRY_ASSIGN(const std::size_t taken, step([&](const Handler& handler) {
                   const asio::const_buffer from = asio::buffer(octets);
                   if (url_.secure) {
                     secure_->async_write_some(from, handler);
                   } else {
                     plain_->async_write_some(from, handler);
                   }
                 }));
      if (taken == 0) return broken(asio::error::eof);
      octets.remove_prefix(taken);
    }
    return {};
  }

  /// Nothing comes only where the server has ended the connection in order.
  Result<std::size_t> read_some(const asio::mutable_buffer& into) {
    return step([&](const Handler& handler) {
      if (url_.secure) {
        secure_->async_read_some(into, handler);
      } else {
        plain_->async_read_some(into, handler);
      }
    });
  }

  /// How many octets went; the deadline is that of each step, unless the whole has one too.
  Result<std::size_t> step(const std::function<void(const Handler&)>& start) {
    std::optional<ErrorValue> result;
    std::size_t octets = 0;
    tcp().expires_at(std::min(Clock::now() + options_.timeout, answer_by_));
    start([&](const ErrorValue& error, std::size_t count) {
      result = error == asio::error::eof ? ErrorValue() : error;
      octets = count;
    });
    TRY(finish(result));
    return octets;
  }

  /// Takes what was read, as far as it goes.
  Result<void> parse(Parser& parser) {
    while (read_.size() > 0 && !parser.is_done()) {
      ErrorValue error;
      read_.consume(parser.put(read_.data(), error));
      if (error == http::error::need_more) return {};
      if (error == http::error::body_limit || error == http::error::header_limit) {
        return too_large();
      }
      if (error) return broken(error);
    }
    return {};
  }

  Unexpected too_large() const {
    return fail(ErrorCode::kTooLarge, "http.too-large",
                {{"host", url_.host}, {"max", std::to_string(options_.response_bytes_max)}});
  }

  static Exchange to_exchange(Parser& parser) {
    Exchange exchange;
    exchange.keep_alive = parser.keep_alive();
    auto message = parser.release();
    exchange.response.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
      std::string name(field.name_string());
      std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      });
      exchange.response.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    exchange.response.body = std::move(message.body());
    return exchange;
  }

  HttpUrl url_;
  Options options_;
  asio::ssl::context tls_;
  Clock::time_point answer_by_ = Clock::time_point::max();
  asio::io_context io_{1};
  std::unique_ptr<beast::tcp_stream> plain_;
  std::unique_ptr<TlsStream> secure_;
  beast::flat_buffer read_{kHeaderBytesMax * 4};
};

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Result<std::unique_ptr<HttpClient>> HttpClient::connect_to(std::string_view url, Options options) {
  TRY_ASSIGN(HttpUrl parsed, parse_http_url(url));
  auto client = std::make_unique<Client>(std::move(parsed), options);
  TRY(client->prepare());
  return std::unique_ptr<HttpClient>(std::move(client));
}

}  // namespace nianlun
