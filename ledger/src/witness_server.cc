#include "witness_server.h"

#include <utility>

#include "ledger/messages.h"
#include "try.h"

namespace nianlun {
namespace {

using api::Request;
using api::Response;

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kSizeType = "text/x.tlog.size";  // c2sp.org/tlog-witness

Response plain(int status, std::string body, std::string_view type = kText) {
  Response response{.status = status, .headers = {}, .body = std::move(body), .stream = {}};
  response.with("Content-Type", type).with("Cache-Control", "no-cache");
  return response;
}

Response says(const Request& request, int status, const Error& error) {
  const std::string_view wanted = request.header("accept-language");
  const std::string_view language =
      wanted.empty() ? request.language : api::request_language({}, wanted);
  return plain(status, text(language, error) + "\n");
}
Response says(const Request& request, int status, std::string_view message) {
  return says(request, status, Error{ErrorCode::kInvalidArgument, std::string(message), {}});
}

/// The "<hash>" of "/<hash>/checkpoint", or "".
std::string_view hash_of_path(std::string_view path) {
  constexpr std::string_view kEnd = "/checkpoint";
  if (!path.starts_with('/') || !path.ends_with(kEnd)) return {};
  path.remove_prefix(1);
  return path.substr(0, path.size() - std::min(path.size(), kEnd.size()));
}

}  // namespace

Result<std::unique_ptr<WitnessServer>> WitnessServer::start(WitnessStore& store,
                                                            WitnessServerOptions options) {
  options.server.limits.body_bytes = kAddCheckpointBytesMax;
  std::unique_ptr<WitnessServer> started(new WitnessServer(store, std::move(options)));
  TRY_ASSIGN(started->server_,
             api::Server::start(started->options_.server,
                                [serving = started.get()](Request request, api::Reply reply) {
                                  serving->handle(std::move(request), reply);
                                }));
  started->thread_ = std::thread([serving = started.get()] { serving->run(); });
  return started;
}

WitnessServer::WitnessServer(WitnessStore& store, WitnessServerOptions options)
    : store_(store), options_(std::move(options)) {}

WitnessServer::~WitnessServer() { stop(); }

void WitnessServer::stop() {
  if (server_) server_->stop();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void WitnessServer::handle(Request request, const api::Reply& reply) {
  const auto answer = [&](Response response) {
    reply([made = std::move(response)] { return made; });
  };
  request.language = options_.server.language;
  request.path = request.target.substr(0, request.target.find('?'));
  if (request.path == "/add-checkpoint") {
    if (request.method != "POST") {
      return answer(says(request, 405, "witness.method").with("Allow", "POST"));
    }
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= options_.queue_max) {
      return answer(says(request, 503, "witness.busy").with("Retry-After", "1"));
    }
    waiting_.push_back({std::move(request), reply});
    changed_.notify_one();
    return;
  }
  const std::string_view hash = hash_of_path(request.path);
  if (hash.empty() && request.path != "/") return answer(says(request, 404, "witness.no-page"));
  if (request.method != "GET" && request.method != "HEAD") {
    return answer(says(request, 405, "witness.method").with("Allow", "GET, HEAD"));
  }
  if (hash.empty()) return answer(plain(200, store_.vkeys()));
  std::string note = store_.latest(hash);
  if (note.empty()) return answer(says(request, 404, "witness.no-checkpoint"));
  answer(plain(200, std::move(note)));
}

void WitnessServer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    next.reply([made = added(next.request)] { return made; });
    lock.lock();
  }
}

Response WitnessServer::added(const Request& request) {
  const Result<void> taken = store_.take_new_logs();
  if (!taken && options_.failed) options_.failed(taken.error());
  const std::int64_t now_s = options_.now_ms() / 1000;
  const WitnessAnswer answer =
      store_.add_checkpoint(request.body, static_cast<std::uint64_t>(now_s));
  if (answer.status == 200) return plain(200, answer.signature);
  if (answer.status == 409) {
    return plain(409, std::to_string(answer.latest_size) + "\n", kSizeType);
  }
  if (answer.status == 500 && options_.fatal) options_.fatal(answer.error);
  // What failed on our side is said here; a client can't use the names of our files.
  if (answer.status == 500) return says(request, 500, "witness.failed");
  return says(request, answer.status, answer.error);
}

}  // namespace nianlun
