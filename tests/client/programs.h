#pragma once

// The programs as people run them. A test that makes a Server of a ledger has TRACE_API_BINARY
// defined.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern char** environ;  // NOLINT: POSIX has it so

namespace nianlun::testing {

struct Ran {
  int exit_code;
  std::string out;  // both outputs
  bool says(std::string_view part) const { return out.find(part) != out.npos; }
};

inline Ran run(const std::string& command) {
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  for (int octet = std::fgetc(pipe); octet != EOF; octet = std::fgetc(pipe)) {
    out += static_cast<char>(octet);
  }
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out};
}

inline void must(const Ran& ran) { REQUIRE_MESSAGE(ran.exit_code == 0, ran.out); }

/// A program that says on its first line that it listens, and where.
class Server {
 public:
#ifdef TRACE_API_BINARY
  explicit Server(const std::string& ledger)
      : Server({TRACE_API_BINARY, "--ledger", ledger, "--listen", "127.0.0.1:0"}) {}
#endif
  explicit Server(std::vector<std::string> arguments) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    REQUIRE(::posix_spawn_file_actions_init(&actions) == 0);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    REQUIRE(::posix_spawn(&process_, pointers[0], &actions, nullptr, pointers.data(), environ) ==
            0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    std::string line;
    char octet = 0;
    while (::read(ends[0], &octet, 1) == 1 && octet != '\n') line += octet;
    ::close(ends[0]);
    REQUIRE_MESSAGE(line.starts_with("listening on http://"), line);
    url_ = line.substr(13);
  }
  ~Server() { stop(SIGTERM); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void stop(int signal) {
    if (process_ <= 0) return;
    ::kill(process_, signal);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  const std::string& url() const { return url_; }

 private:
  pid_t process_ = -1;
  std::string url_;
};

}  // namespace nianlun::testing
