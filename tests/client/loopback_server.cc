#include "loopback_server.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace nianlun::testing {

LoopbackServer::LoopbackServer(Handler handler, unsigned threads) : handler_(std::move(handler)) {
  // Of several threads that wait for a connection, one gets it, and the others must not hang.
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener_, generic, size) == 0);
  REQUIRE(::listen(listener_, 16) == 0);
  REQUIRE(::getsockname(listener_, generic, &size) == 0);
  port_ = ntohs(address.sin_port);
  REQUIRE(::pipe(stop_) == 0);
  for (; threads > 0; --threads) threads_.emplace_back([this] { run(); });
}

LoopbackServer::~LoopbackServer() {
  ::close(stop_[1]);
  for (std::thread& thread : threads_) thread.join();
  ::close(stop_[0]);
  ::close(listener_);
}

std::string LoopbackServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<SeenRequest> LoopbackServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

std::string LoopbackServer::response(int status, std::string_view body, std::string_view headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Answer\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// False once the server is to stop.
bool LoopbackServer::wait_for(int descriptor) const {
  pollfd waited[] = {{descriptor, POLLIN, 0}, {stop_[0], POLLIN, 0}};
  return ::poll(waited, 2, -1) > 0 && waited[1].revents == 0;
}

void LoopbackServer::run() {
  while (wait_for(listener_)) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    ++connections_;
    serve(connection);
    ::close(connection);
  }
}

void LoopbackServer::serve(int connection) {
  std::string read;
  while (true) {
    std::size_t end = read.find("\r\n\r\n");
    const std::size_t length_at = read.find("Content-Length: ");
    std::size_t length = 0;
    if (end != read.npos && length_at < end) {
      length = std::strtoul(read.c_str() + length_at + 16, nullptr, 10);
    }
    if (end == read.npos || read.size() < end + 4 + length) {
      char octets[4096];
      if (!wait_for(connection)) return;
      const ssize_t got = ::read(connection, octets, sizeof octets);
      if (got <= 0) return;
      read.append(octets, static_cast<std::size_t>(got));
      continue;
    }
    SeenRequest request{.method = read.substr(0, read.find(' ')),
                        .target = {},
                        .head = read.substr(0, end + 2),
                        .body = read.substr(end + 4, length)};
    const std::size_t target_at = request.method.size() + 1;
    request.target = read.substr(target_at, read.find(' ', target_at) - target_at);
    read.erase(0, end + 4 + length);
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(request);
    }
    const std::string answer = handler_(request);
    if (answer.empty()) return;
    if (answer == kSilence) continue;
    if (::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
    if (answer.find("Connection: close") != answer.npos) return;
  }
}

}  // namespace nianlun::testing
