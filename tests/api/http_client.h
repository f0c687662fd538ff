#pragma once

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace nianlun::testing {

struct Answer {
  int status = 0;    ///< 0: the connection ended without a whole answer
  std::string head;  ///< status line and headers
  std::string body;

  std::string header(std::string_view name) const {
    std::string lines = head;
    std::transform(lines.begin(), lines.end(), lines.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t at = lines.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

/// One connection of a blocking client that can also break the rules of HTTP.
class Connection {
 public:
  explicit Connection(const std::string& url) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(socket_ >= 0);
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(std::string_view octets) {
    while (!octets.empty()) {
      const ssize_t sent = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server need not read all of a bad request
      octets.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  /// The next answer; `no_body` of HEAD.
  Answer receive(bool no_body = false) {
    Answer answer;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return answer;
    }
    answer.head = take(end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    if (no_body || answer.status == 204) return answer;
    bool whole = true;
    if (answer.header("transfer-encoding") == "chunked") {
      whole = receive_chunks(answer.body);
    } else if (const std::string length = answer.header("content-length"); !length.empty()) {
      const auto size = static_cast<std::size_t>(std::stoul(length));
      while (whole && buffer_.size() < size) whole = more();
      if (whole) answer.body = take(size);
    } else {
      while (more()) {
      }
      answer.body = take(buffer_.size());
    }
    if (!whole) answer.status = 0;
    return answer;
  }
  Answer request(std::string_view method, std::string_view target, std::string_view headers = "",
                 std::string_view body = "") {
    send(std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" +
         std::string(headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body));
    return receive(method == "HEAD");
  }
  /// Whether the server ends the connection, without another octet.
  bool is_closed() { return buffer_.empty() && !more() && !timed_out_; }

 private:
  bool more() {
    char part[16384];
    const ssize_t got = ::recv(socket_, part, sizeof part, 0);
    timed_out_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (got <= 0) return false;
    buffer_.append(part, static_cast<std::size_t>(got));
    return true;
  }
  std::string take(std::size_t size) {
    std::string out = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return out;
  }
  bool receive_chunks(std::string& body) {
    while (true) {
      std::size_t end = 0;
      while ((end = buffer_.find("\r\n")) == std::string::npos) {
        if (!more()) return false;
      }
      const std::size_t size = std::stoul(take(end + 2), nullptr, 16);
      while (buffer_.size() < size + 2) {
        if (!more()) return false;
      }
      body += take(size);
      take(2);
      if (size == 0) return true;
    }
  }

  int socket_ = -1;
  bool timed_out_ = false;
  std::string buffer_;
};

}  // namespace nianlun::testing
