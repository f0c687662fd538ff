#include "server.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "http_client.h"

namespace nianlun::testing {
namespace {

using api::Reply;
using api::Request;
using api::Response;

// Says back what it got; /later replies when it is told to; /never does not; /stream is long.
struct Echo {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Reply> later;

  void operator()(Request request, Reply reply) {
    if (request.target == "/later" || request.target == "/never") {
      const std::lock_guard lock(mutex);
      later.push_back(std::move(reply));
      changed.notify_all();
      return;
    }
    Response response;
    response.body = request.method + " " + request.target + " " + request.body;
    if (request.target.starts_with("/stream")) {
      const bool broken = request.target == "/stream-broken";
      response.stream = [broken](const api::Write& write) -> Result<void> {
        for (int i = 0; i < 100'000; ++i) {
          if (!write("line " + std::to_string(i) + "\n")) return {};
        }
        if (broken) return fail(ErrorCode::kIo, "api.no-file");
        return {};
      };
    }
    reply([response] { return response; });
  }
  Reply wait_for_later() {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(20), [this] { return !later.empty(); }));
    Reply reply = std::move(later.back());
    later.pop_back();
    return reply;
  }
};

struct Running {
  Echo echo;
  std::unique_ptr<api::Server> server;

  explicit Running(api::Limits limits = {}) {
    api::ServerOptions options;
    options.limits = limits;
    auto started = api::Server::start(options, [this](Request request, Reply reply) {
      echo(std::move(request), std::move(reply));
    });
    REQUIRE(started);
    server = *std::move(started);
  }
  const std::string& url() const { return server->url(); }
};

TEST_CASE("a connection is kept for one request after the other") {
  Running running;
  Connection connection(running.url());
  for (int i = 0; i < 3; ++i) {
    const Answer answer = connection.request("POST", "/x", "", "body" + std::to_string(i));
    CHECK(answer.status == 200);
    CHECK(answer.body == "POST /x body" + std::to_string(i));
    CHECK(!answer.header("date").empty());
  }
}

TEST_CASE("pipelined requests are answered in their order") {
  Running running;
  Connection connection(running.url());
  connection.send(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  CHECK(connection.receive().body == "GET /1 ");
  CHECK(connection.receive().body == "GET /2 ");
  CHECK(connection.receive().body == "GET /3 ");
  CHECK(connection.is_closed());
}

TEST_CASE("thousands of requests in one go are answered one after the other") {
  Running running;
  Connection connection(running.url());
  constexpr int kRequests = 5000;
  std::string all;
  for (int i = 0; i < kRequests; ++i) {
    all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }
  connection.send(all);
  for (int i = 0; i < kRequests; ++i) {
    REQUIRE(connection.receive().body == "GET /" + std::to_string(i) + " ");
  }
}

TEST_CASE("an answer that the client takes slowly arrives whole") {
  Running running;
  Connection connection(running.url());
  const std::string body(12 << 20, 'x');
  CHECK(connection.request("POST", "/x", "", body).body == "POST /x " + body);
  CHECK(connection.request("GET", "/x").body == "GET /x ");
}

TEST_CASE("HEAD is answered with the length and without the body") {
  Running running;
  Connection connection(running.url());
  const Answer head = connection.request("HEAD", "/x");
  CHECK(head.status == 200);
  CHECK(head.header("content-length") == "8");
  CHECK(connection.request("GET", "/x").body == "GET /x ");
}

TEST_CASE("what is no HTTP is answered 400 and the connection ends") {
  for (const std::string bad :
       {"nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nbroken header\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    CAPTURE(bad);
    Running running;
    Connection connection(running.url());
    connection.send(bad);
    const Answer answer = connection.receive();
    CHECK(answer.status == 400);
    CHECK(answer.header("content-type") == "application/problem+json");
    CHECK(connection.is_closed());
  }
}

TEST_CASE("a header over the limit is 431, a body over it 413, and just under it is taken") {
  api::Limits limits;
  limits.header_bytes = 1000;
  limits.body_bytes = 1000;
  Running running(limits);
  Connection big_header(running.url());
  CHECK(big_header.request("GET", "/", "X: " + std::string(1000, 'a') + "\r\n").status == 431);
  Connection big_body(running.url());
  const Answer refused =
      big_body.request("POST", "/", "Accept-Language: zh\r\n", std::string(1001, 'a'));
  CHECK(refused.status == 413);
  CHECK_MESSAGE(refused.body.find("内容过大") != std::string::npos, refused.body);
  Connection in_chunks(running.url());
  in_chunks.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                 std::string(1001, 'a') + "\r\n0\r\n\r\n");
  CHECK(in_chunks.receive().status == 413);
  Connection endless_line(running.url());
  endless_line.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                    std::string(1 << 20, 'a'));
  CHECK(endless_line.receive().status == 431);
  Connection fits(running.url());
  CHECK(fits.request("POST", "/", "", std::string(1000, 'a')).status == 200);
}

TEST_CASE("a request that comes too slowly is answered with 408, silence is not answered") {
  api::Limits limits;
  limits.head = limits.body = std::chrono::milliseconds(50);
  Running running(limits);
  Connection silent(running.url());
  CHECK(silent.is_closed());
  Connection half_header(running.url());
  half_header.send("GET / HTTP/1.1\r\nHost:");
  const Answer slow = half_header.receive();
  CHECK(slow.status == 408);
  CHECK(slow.header("connection") == "close");
  CHECK(slow.header("content-type") == "application/problem+json");
  CHECK(half_header.is_closed());
  Connection second(running.url());
  CHECK(second.request("GET", "/").status == 200);
  CHECK(second.is_closed());  // what was answered is not answered again
  Connection half_body(running.url());
  half_body.send(
      "POST / HTTP/1.1\r\nHost: h\r\nAccept-Language: zh-CN\r\nContent-Length: 10\r\n\r\nabc");
  const Answer cut = half_body.receive();
  CHECK(cut.status == 408);
  CHECK_MESSAGE(cut.body.find("未能及时送达") != std::string::npos, cut.body);
  CHECK(half_body.is_closed());
  Connection gone(running.url());
  gone.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  gone.finish_sending();
  CHECK(gone.is_closed());
  Connection next(running.url());
  CHECK(next.request("GET", "/").status == 200);
}

TEST_CASE("100-continue is answered before the body is sent") {
  Running running;
  Connection connection(running.url());
  connection.send(
      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(connection.receive(true).status == 100);
  connection.send("ok");
  CHECK(connection.receive().body == "POST /x ok");
}

TEST_CASE("a handler that does not reply in time is answered for with 503") {
  api::Limits limits;
  limits.handle = std::chrono::milliseconds(50);
  Running running(limits);
  Connection connection(running.url());
  const Answer answer = connection.request("GET", "/never", "Accept-Language: zh\r\n");
  CHECK(answer.status == 503);
  CHECK_MESSAGE(answer.body.find("请稍后再试") != std::string::npos, answer.body);
  CHECK(answer.header("retry-after") == "1");
  running.echo.wait_for_later()([] { return Response(); });  // too late: dropped
  CHECK(connection.is_closed());
}

TEST_CASE("a streamed answer comes whole, and is cut off visibly when it fails") {
  Running running;
  Connection connection(running.url());
  const Answer whole = connection.request("GET", "/stream");
  CHECK(whole.status == 200);
  CHECK(whole.body.starts_with("line 0\nline 1\n"));
  CHECK(whole.body.ends_with("line 99999\n"));
  CHECK(connection.request("GET", "/x").status == 200);
  CHECK(connection.request("GET", "/stream-broken").status == 0);
  Connection old(running.url());
  old.send("GET /stream HTTP/1.0\r\n\r\n");
  CHECK(old.receive().body == whole.body);
}

TEST_CASE("a streamed answer ends when its client has gone") {
  api::Limits limits;
  limits.streams = 1;
  Running running(limits);
  {
    Connection connection(running.url());
    connection.send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  // Its place is free again as soon as the server has noticed.
  int status = 503;
  for (int i = 0; status == 503 && i < 2000; ++i) {
    status = Connection(running.url()).request("GET", "/stream").status;
    ::poll(nullptr, 0, 5);
  }
  CHECK(status == 200);
}

TEST_CASE("connections over the limit wait until another ends") {
  api::Limits limits;
  limits.connections = 1;
  Running running(limits);
  auto first = std::make_unique<Connection>(running.url());
  CHECK(first->request("GET", "/1").status == 200);
  Connection second(running.url());
  second.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(first->request("GET", "/1").status == 200);
  first.reset();
  CHECK(second.receive().status == 200);
}

TEST_CASE("a server that stops finishes what runs, and closes what is idle") {
  Running running;
  Connection idle(running.url());
  CHECK(idle.request("GET", "/x").status == 200);
  Connection busy(running.url());
  busy.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  Reply reply = running.echo.wait_for_later();
  auto stopped = std::async(std::launch::async, [&] { running.server->stop(); });
  CHECK(idle.is_closed());
  reply([] {
    Response response;
    response.body = "done";
    return response;
  });
  reply = nullptr;  // stop() waits for every reply to be let go
  const Answer answer = busy.receive();
  CHECK(answer.body == "done");
  CHECK(answer.header("connection") == "close");
  CHECK(busy.is_closed());
}

TEST_CASE("an address that is none, or that is taken, is refused") {
  const auto ignore = [](const Request&, const Reply&) {};
  api::ServerOptions options;
  options.address = "no address";
  const auto none = api::Server::start(options, ignore);
  REQUIRE(!none);
  CHECK(none.error().code == ErrorCode::kInvalidArgument);
  const Running running;
  options.address = "127.0.0.1";
  options.port =
      static_cast<std::uint16_t>(std::stoi(running.url().substr(running.url().rfind(':') + 1)));
  const auto taken = api::Server::start(options, ignore);
  REQUIRE(!taken);
  CHECK(taken.error().code == ErrorCode::kIo);
}

}  // namespace
}  // namespace nianlun::testing
