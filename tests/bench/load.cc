// The load of the capture and trace rows: signs everything beforehand, then sends it over kept
// connections, one thread each, and measures every answer.
//
//   bench_load capture PORT SETUP.json     sends captures; SETUP as in rows/served.py
//   bench_load get PORT TARGETS REQUESTS CONNECTIONS [RATE]
//                                          GETs, drawn at random from a file of paths; RATE
//                                          requests a second, or each connection's next one at once
//
// With a rate an answer's time counts from when its request was due, though its connection may have
// waited for the answer before: whoever asks does not wait for others.
//
// Prints one JSON object: requests, seconds, p50_ms, p99_ms, failures.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <thread>

#include "ledger/capture.h"
#include "ledger/data_integrity.h"
#include "ledger/seal.h"
#include "ledger/time.h"

namespace {

using namespace nianlun;
using Clock = std::chrono::steady_clock;

[[noreturn]] void stop(const std::string& why) {
  std::cerr << "bench_load: " << why << '\n';
  std::exit(1);
}

template <class T>
T must(Result<T> result, const char* what) {
  if (!result) stop(std::string(what) + ": " + result.error().message);
  return *std::move(result);
}

/// One kept connection that speaks as much HTTP as our server does.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // The socket interface wants its own kind of pointer.
    void* where = &address;
    if (connect(socket_, static_cast<sockaddr*>(where), sizeof address) != 0) stop("no connection");
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { close(socket_); }

  /// Sends a whole request and returns the status of the answer, which is read to its end.
  int exchange(const std::string& request) {
    for (std::size_t sent = 0; sent < request.size();) {
      const ssize_t some = write(socket_, request.data() + sent, request.size() - sent);
      if (some <= 0) return 0;
      sent += static_cast<std::size_t>(some);
    }
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == buffer_.npos) {
      if (!fill()) return 0;
    }
    const int status = std::atoi(buffer_.c_str() + 9);
    const std::size_t at = buffer_.find("Content-Length: ");
    if (at == buffer_.npos || at > end) stop("an answer without Content-Length");
    const std::size_t length = std::strtoul(buffer_.c_str() + at + 16, nullptr, 10);
    while (buffer_.size() < end + 4 + length) {
      if (!fill()) return 0;
    }
    body_ = buffer_.substr(end + 4, length);
    buffer_.erase(0, end + 4 + length);
    return status;
  }
  const std::string& body() const { return body_; }

 private:
  bool fill() {
    char piece[65536];
    const ssize_t some = read(socket_, piece, sizeof piece);
    if (some <= 0) return false;
    buffer_.append(piece, static_cast<std::size_t>(some));
    return true;
  }
  int socket_;
  std::string buffer_;
  std::string body_;
};

struct Figures {
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;
  double seconds = 0;
  std::vector<double> milliseconds;
  void print() {
    std::sort(milliseconds.begin(), milliseconds.end());
    const auto percentile = [&](double part) {
      if (milliseconds.empty()) return 0.0;
      return milliseconds[static_cast<std::size_t>(part *
                                                   static_cast<double>(milliseconds.size() - 1))];
    };
    std::printf(R"({"requests":%llu,"failures":%llu,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f})"
                "\n",
                static_cast<unsigned long long>(requests),
                static_cast<unsigned long long>(failures), seconds, percentile(0.5),
                percentile(0.99));
  }
};

/// `next` yields the request of that number for a connection, or nothing at its end. `rate` is in
/// requests a second; 0: as many as are answered.
template <class Next>
Figures drive(std::uint16_t port, unsigned connections, int wanted, const Next& next,
              double rate = 0) {
  std::vector<Figures> parts(connections);
  std::vector<std::thread> threads;
  const auto begin = Clock::now();
  for (unsigned c = 0; c < connections; ++c) {
    threads.emplace_back([&, c] {
      Connection connection(port);
      for (std::uint64_t n = 0;; ++n) {
        const std::string* request = next(c, n);
        if (request == nullptr) return;
        auto sent = Clock::now();
        if (rate > 0) {
          const auto order = static_cast<double>(n * connections + c);
          sent = begin + std::chrono::duration_cast<Clock::duration>(
                             std::chrono::duration<double>(order / rate));
          std::this_thread::sleep_until(sent);
        }
        if (connection.exchange(*request) != wanted) {
          if (parts[c].failures++ == 0) std::cerr << connection.body() << '\n';
        }
        ++parts[c].requests;
        parts[c].milliseconds.push_back(
            std::chrono::duration<double, std::milli>(Clock::now() - sent).count());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Figures all;
  all.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  for (Figures& part : parts) {
    all.requests += part.requests;
    all.failures += part.failures;
    all.milliseconds.insert(all.milliseconds.end(), part.milliseconds.begin(),
                            part.milliseconds.end());
  }
  return all;
}

std::string post(const std::string& body) {
  return "POST /capture HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
         "GS1-Capture-Error-Behaviour: proceed\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

struct Device {
  PrivateKey key;
  std::uint64_t sequence = 0;
  std::optional<Hash> previous;

  std::string seal(const std::vector<CaptureEvent>& events, const std::string& ledger,
                   std::int64_t now) {
    SealDraft draft;
    draft.ledger = ledger;
    draft.leaves = leaves_of(events);
    draft.sequence = ++sequence;
    draft.previous = previous;
    draft.sealed_at_ms = now;
    draft.boot = "bench";
    const PrivateKey* signer = &key;
    const Json seal = must(make_seal(draft, {&signer, 1}), "seal");
    previous = must(parse_seal(seal), "seal").hash;
    return post(capture_document(events, seal, {}, now).dump());
  }
};

PrivateKey device_key(std::uint32_t number) {
  std::string seed(32, '\1');
  for (std::size_t i = 0; i < 4; ++i) seed[i] = static_cast<char>(number >> (8 * i));
  return must(PrivateKey::from_seed(KeyType::kP256, seed), "key");
}

CaptureEvent event_of(const Json& json) { return must(capture_event(json, nullptr), "event"); }

/// Enrols every device in one capture of the authority.
void enrol(Connection& connection, const Json& setup, std::vector<Device>& devices,
           std::int64_t now) {
  const std::string ledger(setup.text("identity"));
  const std::string party(setup.text("party"));
  Device authority{
      must(PrivateKey::load(std::string(setup.text("authority"))), "authority"), 0, {}};
  std::vector<CaptureEvent> events;
  const auto registry = [&](const char* type) {
    Json event;
    event.set("@context", our_context())
        .set("type", type)
        .set("eventID", "urn:bench:registry:" + std::to_string(events.size()))
        .set("eventTime", date_time(now))
        .set("eventTimeZoneOffset", "+00:00")
        .set("nianlun:party", party);
    return event;
  };
  Json name;
  name.set("en", "Bench").set("zh", "测速");
  Json enrolled = registry("nianlun:PartyEnrolled");
  events.push_back(event_of(enrolled.set("nianlun:name", name)));
  for (const Device& device : devices) {
    const std::string did = device.key.public_key().did();
    Json statement;
    statement.set("type", "KeyEnrolment").set("ledger", ledger).set("party", party).set("key", did);
    Json event = registry("nianlun:KeyEnrolled");
    event.set("nianlun:key", did)
        .set("nianlun:roles", Json(Json::Array{Json(setup.text("role"))}))
        .set("nianlun:possession",
             must(make_proof(statement, device.key, date_time(now)), "proof"));
    events.push_back(event_of(event));
  }
  if (connection.exchange(authority.seal(events, ledger, now)) != 202 ||
      connection.body().find(R"("outcome":"refused")") != std::string::npos) {
    stop("the devices were not enrolled: " + connection.body());
  }
}

int capture(std::uint16_t port, const std::string& setup_file) {
  std::ifstream in(setup_file);
  std::stringstream content;
  content << in.rdbuf();
  const Json setup = must(Json::parse(content.str()), "setup");
  const auto number = [&](const char* name) {
    return static_cast<std::uint64_t>(must(setup.integer(name), name));
  };
  const auto connections = static_cast<unsigned>(number("connections"));
  const std::uint64_t captures = number("captures");
  const std::uint64_t per_capture = number("events");
  const std::uint64_t first_item = number("first_item");
  const std::uint64_t items = number("items");  // events go around them in turn
  const auto templates = setup.find("templates")->array();
  const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count();
  std::vector<Device> devices;
  for (std::uint32_t i = 0; i < connections; ++i) {
    devices.push_back({device_key(i + static_cast<std::uint32_t>(number("device"))), 0, {}});
  }
  {
    Connection connection(port);
    enrol(connection, setup, devices, now - 60'000);
  }
  std::vector<std::vector<std::string>> requests(connections);
  std::uint64_t event_bytes = 0;
  for (unsigned c = 0; c < connections; ++c) {
    for (std::uint64_t n = c; n < captures; n += connections) {
      std::vector<CaptureEvent> events;
      for (std::uint64_t e = 0; e < per_capture; ++e) {
        const std::uint64_t serial = n * per_capture + e;
        // An item stays with one device, so that its events arrive in their order.
        const std::uint64_t round = serial / items;
        const std::string text =
            replaced(replaced(replaced(templates[std::min(round, templates.size() - 1)].string(),
                                       "{item}", std::to_string(first_item + serial % items)),
                              "{serial}", std::to_string(first_item * 1000 + serial)),
                     "{time}", date_time(now - 30'000 + static_cast<std::int64_t>(round)));
        events.push_back(event_of(must(Json::parse(text), "template")));
        event_bytes += events.back().bytes.size();
      }
      requests[c].push_back(devices[c].seal(events, std::string(setup.text("identity")), now));
    }
  }
  std::cerr << "signed; " << event_bytes / (captures * per_capture) << " bytes per event\n";
  Figures figures = drive(port, connections, 202, [&](unsigned c, std::uint64_t n) {
    return n < requests[c].size() ? &requests[c][n] : nullptr;
  });
  figures.print();
  return figures.failures == 0 ? 0 : 1;
}

int get(std::uint16_t port, const std::string& file, std::uint64_t requests, unsigned connections,
        double rate) {
  std::ifstream in(file);
  std::vector<std::string> targets;
  for (std::string line; std::getline(in, line);) {
    targets.push_back("GET " + line +
                      " HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\n\r\n");
  }
  std::vector<std::mt19937_64> draws;
  for (unsigned c = 0; c < connections; ++c) draws.emplace_back(20260101 + c);
  const auto next = [&](unsigned c, std::uint64_t n) {
    return n < requests / connections ? &targets[draws[c]() % targets.size()] : nullptr;
  };
  Figures figures = drive(port, connections, 200, next, rate);
  figures.print();
  return figures.failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 3 && arguments[0] == "capture") {
    return capture(static_cast<std::uint16_t>(std::stoul(arguments[1])), arguments[2]);
  }
  if ((arguments.size() == 5 || arguments.size() == 6) && arguments[0] == "get") {
    return get(static_cast<std::uint16_t>(std::stoul(arguments[1])), arguments[2],
               std::stoull(arguments[3]), static_cast<unsigned>(std::stoul(arguments[4])),
               arguments.size() == 6 ? std::stod(arguments[5]) : 0);
  }
  std::cerr << "usage: bench_load capture PORT SETUP | get PORT TARGETS REQUESTS CONNECTIONS "
               "[RATE]\n";
  return 2;
}
