#include "scanner/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "ledger/src/try.h"
#include "worker_protocol.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NIANLUN_SHADOW_MEMORY 1  // terabytes of address space, which no limit may forbid
#endif

namespace nianlun::scanner {
namespace {

using Clock = std::chrono::steady_clock;

enum class Transfer { kDone, kBroken, kLate };

// Moves exactly `bytes` octets through a non-blocking socket before the deadline.
template <class Step>
Transfer transfer(int socket, short event, std::size_t bytes, Clock::time_point deadline,
                  Step step) {
  std::size_t done = 0;
  while (done < bytes) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return Transfer::kLate;
    pollfd wait{socket, event, 0};
    const int ready = poll(&wait, 1, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return Transfer::kBroken;
    if (ready <= 0) continue;
    const ssize_t moved = step(done);
    if (moved > 0) done += static_cast<std::size_t>(moved);
    if (moved == 0) return Transfer::kBroken;
    if (moved < 0 && errno != EAGAIN && errno != EINTR) return Transfer::kBroken;
  }
  return Transfer::kDone;
}

Transfer send_all(int socket, Bytes bytes, Clock::time_point deadline) {
  return transfer(socket, POLLOUT, bytes.size(), deadline, [&](std::size_t done) {
    return send(socket, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL | MSG_DONTWAIT);
  });
}

Transfer receive_all(int socket, Buffer& bytes, Clock::time_point deadline) {
  return transfer(socket, POLLIN, bytes.size(), deadline, [&](std::size_t done) {
    return recv(socket, bytes.data() + done, bytes.size() - done, MSG_DONTWAIT);
  });
}

void limit(int resource, rlim_t value) {
  rlimit now{};
  getrlimit(static_cast<__rlimit_resource>(resource), &now);
  now.rlim_cur = std::min(value, now.rlim_max);
  setrlimit(static_cast<__rlimit_resource>(resource), &now);
}

// The limit counts the whole life of the child, so it is moved ahead for each image.
void limit_cpu(int seconds) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  limit(RLIMIT_CPU, static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1 + seconds));
}

// Leaves the child with one descriptor, no output, default signals and bounded resources.
void confine(int socket, [[maybe_unused]] const DecodeWorkerOptions& options) {
  constexpr int kSocket = 3;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  for (const int number : {SIGABRT, SIGBUS, SIGFPE, SIGHUP, SIGILL, SIGINT, SIGSEGV, SIGTERM}) {
    std::signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard = 0; standard < 3; ++standard) dup2(null, standard);
  if (socket != kSocket) dup2(socket, kSocket);
  close_range(kSocket + 1, ~0U, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, kSocket + 1);
#ifndef NIANLUN_SHADOW_MEMORY
  limit(RLIMIT_AS, options.memory_bytes_max);
#endif
}

Result<std::vector<Code>> work(Bytes file, const DecodeWorkerOptions& options) {
  if (options.work) return options.work(file);
  TRY_ASSIGN(const Image image, load_image(file, options.limits));
  return decode(image, options.decode);
}

[[noreturn]] void serve(int original_socket, const DecodeWorkerOptions& options) {
  confine(original_socket, options);
  constexpr int kSocket = 3;
  try {
    for (;;) {
      Buffer header(kFrameHeaderBytes, '\0');
      // poll() takes milliseconds in an int, hence the far but finite deadline.
      const auto next = Clock::now() + std::chrono::hours(240);
      if (receive_all(kSocket, header, next) != Transfer::kDone) break;
      Buffer file(frame_bytes(header), '\0');
      if (receive_all(kSocket, file, next) != Transfer::kDone) break;
      limit_cpu(options.cpu_seconds_max);
      const Buffer answer = pack(work(file, options));
      if (send_all(kSocket, frame_header(answer.size()) + answer, next) != Transfer::kDone) break;
    }
  } catch (...) {
    // Most likely out of memory: the parent sees a dead child.
  }
  _exit(1);
}

}  // namespace

struct DecodeWorker::Impl {
  DecodeWorkerOptions options;
  pid_t child = -1;
  int socket = -1;

  ~Impl() { end(); }

  void end() {
    if (child < 0) return;
    close(socket);
    kill(child, SIGKILL);
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
    child = -1;
  }

  Result<void> begin() {
    if (child >= 0) return {};
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      return fail(ErrorCode::kIo, "scanner.worker-start", {{"reason", std::strerror(errno)}});
    }
    const pid_t forked = fork();
    if (forked == 0) serve(ends[1], options);
    const int reason = errno;
    close(ends[1]);
    if (forked < 0) {
      close(ends[0]);
      return fail(ErrorCode::kIo, "scanner.worker-start", {{"reason", std::strerror(reason)}});
    }
    child = forked;
    socket = ends[0];
    return {};
  }

  Unexpected give_up(Transfer why) {
    end();
    if (why == Transfer::kLate) {
      return fail(ErrorCode::kInvalidArgument, "scanner.worker-late",
                  {{"milliseconds", std::to_string(options.time_max.count())}});
    }
    return fail(ErrorCode::kInvalidArgument, "scanner.worker-died");
  }
};

DecodeWorker::DecodeWorker(DecodeWorkerOptions options) : impl_(new Impl{std::move(options)}) {}
DecodeWorker::~DecodeWorker() = default;
DecodeWorker::DecodeWorker(DecodeWorker&&) noexcept = default;
DecodeWorker& DecodeWorker::operator=(DecodeWorker&&) noexcept = default;

Result<std::vector<Code>> DecodeWorker::decode(Bytes file) {
  if (file.size() > impl_->options.limits.bytes_max) {
    return fail(ErrorCode::kTooLarge, "scanner.file-too-large",
                {{"max", std::to_string(impl_->options.limits.bytes_max)}});
  }
  TRY(impl_->begin());
  const auto deadline = Clock::now() + impl_->options.time_max;
  const int socket = impl_->socket;
  Transfer moved = send_all(socket, frame_header(file.size()), deadline);
  if (moved == Transfer::kDone) moved = send_all(socket, file, deadline);
  Buffer answer(kFrameHeaderBytes, '\0');
  if (moved == Transfer::kDone) moved = receive_all(socket, answer, deadline);
  if (moved != Transfer::kDone) return impl_->give_up(moved);
  const std::size_t bytes = frame_bytes(answer);
  if (bytes > kAnswerBytesMax) return impl_->give_up(Transfer::kBroken);
  answer.assign(bytes, '\0');
  moved = receive_all(socket, answer, deadline);
  if (moved != Transfer::kDone) return impl_->give_up(moved);
  return unpack(answer);
}

Result<std::vector<Code>> DecodeWorker::decode_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::error_code ignored;
  if (!in || std::filesystem::is_directory(path, ignored)) {
    return fail(ErrorCode::kNotFound, "client.cannot-read", {{"path", path.string()}});
  }
  // One octet above the limit is enough to know; the size of a pipe or device is not told ahead.
  const std::size_t limit_bytes = impl_->options.limits.bytes_max + 1;
  Buffer file;
  constexpr std::size_t kPieceBytes = 1 << 20;
  while (in && file.size() < limit_bytes) {
    const std::size_t before = file.size();
    const std::size_t wanted = std::min(kPieceBytes, limit_bytes - before);
    file.resize(before + wanted);
    in.read(file.data() + before, static_cast<std::streamsize>(wanted));
    file.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return fail(ErrorCode::kIo, "client.cannot-read", {{"path", path.string()}});
  return decode(file);
}

}  // namespace nianlun::scanner
