#include "ledger/http_client.h"

#include <doctest/doctest.h>

#include <atomic>

#include "loopback_server.h"

using namespace nianlun;
using nianlun::testing::LoopbackServer;
using nianlun::testing::SeenRequest;

namespace {

std::unique_ptr<HttpClient> client_of(const std::string& url, HttpClient::Options options = {}) {
  auto client = HttpClient::connect_to(url, options);
  REQUIRE(client);
  return *std::move(client);
}

}  // namespace

TEST_CASE("a request and its answer pass as they are, over one connection") {
  LoopbackServer server([](const SeenRequest& request) {
    return LoopbackServer::response(202, "got " + request.body, "Location: /capture/7\r\n");
  });
  const auto client = client_of(server.url() + "/base/");
  for (int i = 0; i < 3; ++i) {
    const auto answer = client->send({.method = "POST",
                                      .target = "/capture?x=1",
                                      .headers = {{"Content-Type", "application/json"}},
                                      .body = "{}"});
    REQUIRE(answer);
    CHECK(answer->status == 202);
    CHECK(answer->body == "got {}");
    CHECK(answer->header("location") == "/capture/7");
    CHECK(answer->header("etag").empty());
  }
  CHECK(server.connections() == 1);
  const SeenRequest seen = server.seen().back();
  CHECK(seen.method == "POST");
  CHECK(seen.target == "/base/capture?x=1");
  CHECK(seen.head.find("Host: 127.0.0.1:" + std::to_string(server.port())) != seen.head.npos);
  CHECK(seen.head.find("Content-Type: application/json\r\n") != seen.head.npos);
}

TEST_CASE("a connection that the server closed meanwhile is made again") {
  LoopbackServer server([](const SeenRequest&) {
    return LoopbackServer::response(200, "ok", "Connection: close\r\n");
  });
  const auto client = client_of(server.url());
  CHECK(client->send({}));
  CHECK(client->send({}));
  CHECK(server.connections() == 2);
}

TEST_CASE("bodies in chunks and bodies that end with the connection are whole") {
  LoopbackServer server([](const SeenRequest& request) -> std::string {
    if (request.target == "/chunks") {
      return "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
             "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    }
    if (request.target == "/cut")
      return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nab";
    return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end";
  });
  const auto client = client_of(server.url());
  const auto chunks = client->send({.target = "/chunks"});
  REQUIRE(chunks);
  CHECK(chunks->body == "abcde");
  const auto end = client->send({.target = "/end"});
  REQUIRE(end);
  CHECK(end->body == "to the end");
  const auto cut = client->send({.target = "/cut"});
  REQUIRE(!cut);
  CHECK(cut.error().code == ErrorCode::kIo);
}

TEST_CASE("a busy server is asked again, as often as it may be, and never sooner than it says") {
  std::atomic<int> busy = 2;
  LoopbackServer server([&](const SeenRequest& request) {
    const std::string wait = request.target.substr(1);
    return busy-- > 0 ? LoopbackServer::response(503, "", "Retry-After: " + wait + "\r\n")
                      : LoopbackServer::response(200, "now");
  });
  const auto answer = client_of(server.url(), {.tries = 3})->send({.target = "/0"});
  REQUIRE(answer);
  CHECK(answer->body == "now");
  CHECK(server.seen().size() == 3);

  busy = 9;
  const auto twice = client_of(server.url(), {.tries = 2})->send({.target = "/0"});
  REQUIRE(!twice);
  CHECK(twice.error().code == ErrorCode::kBusy);
  CHECK(server.seen().size() == 5);

  // Longer than anybody here waits.
  const auto later = client_of(server.url(), {.tries = 5})->send({.target = "/3600"});
  REQUIRE(!later);
  CHECK(later.error().code == ErrorCode::kBusy);
  CHECK(later.error().arguments.back().second == "3600");
  CHECK(server.seen().size() == 6);
}

TEST_CASE("a connection that breaks is an error, and is tried again only if that was asked for") {
  std::atomic<int> breaks = 1;
  LoopbackServer server([&](const SeenRequest&) {
    return breaks-- > 0 ? std::string() : LoopbackServer::response(200, "ok");
  });
  const auto once = client_of(server.url())->send({});
  REQUIRE(!once);
  CHECK(once.error().code == ErrorCode::kIo);
  breaks = 1;
  const auto again = client_of(server.url(), {.tries = 2})->send({});
  REQUIRE(again);
  CHECK(again->body == "ok");
}

TEST_CASE("nothing waits for ever") {
  LoopbackServer server([](const SeenRequest&) { return std::string(LoopbackServer::kSilence); });
  const auto silent = client_of(server.url(), {.timeout = std::chrono::milliseconds(50)})->send({});
  REQUIRE(!silent);
  CHECK(silent.error().code == ErrorCode::kIo);
  CHECK(silent.error().message == "http.timeout");
}

TEST_CASE("an answer over the bound is refused, one at the bound is taken") {
  LoopbackServer server([](const SeenRequest& request) {
    return LoopbackServer::response(200, std::string(request.target == "/1000" ? 1000 : 1001, 'x'));
  });
  const auto client = client_of(server.url(), {.response_bytes_max = 1000});
  CHECK(client->send({.target = "/1000"}));
  const auto over = client->send({.target = "/1001"});
  REQUIRE(!over);
  CHECK(over.error().code == ErrorCode::kTooLarge);
}

TEST_CASE("a line that never ends is refused, in a header and between chunks") {
  const std::string endless(300'000, 'x');
  for (const std::string& head :
       {"HTTP/1.1 200 OK\r\nX-Long: " + endless,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + endless}) {
    LoopbackServer server([&head](const SeenRequest&) { return head; });
    const auto answer = client_of(server.url())->send({});
    REQUIRE(!answer);
    CHECK(answer.error().code == ErrorCode::kTooLarge);
  }
}

TEST_CASE("what a server sends without being asked answers no later request") {
  LoopbackServer server([](const SeenRequest& request) {
    const std::string asked = LoopbackServer::response(200, request.target);
    return request.target == "/1" ? asked + LoopbackServer::response(200, "unasked") : asked;
  });
  const auto client = client_of(server.url());
  for (const std::string target : {"/1", "/2"}) {
    const auto answer = client->send({.target = target});
    REQUIRE(answer);
    CHECK(answer->body == target);
  }
  CHECK(server.connections() == 2);
}

TEST_CASE("what is no HTTP server is an error") {
  LoopbackServer server([](const SeenRequest&) { return std::string("SSH-2.0-x\r\n\r\n"); });
  CHECK(!client_of(server.url())->send({}));
  int port = 0;
  {
    LoopbackServer gone([](const SeenRequest&) { return std::string(); });
    port = gone.port();
  }
  const auto refused = client_of("http://127.0.0.1:" + std::to_string(port))->send({});
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::kIo);
}

TEST_CASE("only http and https addresses of a server are taken") {
  for (const char* url :
       {"http://a", "HTTPS://A.example:8443/x/", "http://[::1]:80", "http://a_b"}) {
    CHECK_MESSAGE(HttpClient::connect_to(url, {}).has_value(), url);
  }
  for (const char* url : {"", "ftp://a", "http:/a", "http://", "http://:80", "http://u@a",
                          "http://a:0", "http://a:65536", "http://a:8 0", "http://a/?q",
                          "http://a/#f", "http://[::1", "http://a b", "http://a:", "http://a/\n"}) {
    const auto client = HttpClient::connect_to(url, {});
    REQUIRE_MESSAGE(!client.has_value(), url);
    CHECK(client.error().code == ErrorCode::kInvalidArgument);
  }
}
