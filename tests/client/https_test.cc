#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "ledger/http_client.h"
#include "loopback_server.h"
#include "temporary_folder.h"

using namespace nianlun;
using nianlun::testing::LoopbackServer;
using nianlun::testing::TemporaryFolder;

extern char** environ;  // NOLINT: POSIX has it so

namespace {

// A program with its standard output at the other end of a pipe.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    REQUIRE(::posix_spawn_file_actions_init(&actions) == 0);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/zero", O_RDONLY, 0);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const int failed =
        ::posix_spawnp(&process_, pointers[0], &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
    REQUIRE_MESSAGE(failed == 0, "openssl is not installed");
  }
  ~Program() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
    ::close(output_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::string line() const {
    std::string line;
    char octet = 0;
    while (::read(output_, &octet, 1) == 1 && octet != '\n') line += octet;
    return line;
  }
  int exit_code() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WEXITSTATUS(status);
  }

 private:
  pid_t process_ = -1;
  int output_ = -1;
};

// A server with a certificate for `name`, signed by itself.
class TlsServer {
 public:
  explicit TlsServer(const std::string& name) {
    Program made({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                  "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=test",
                  "-addext", "subjectAltName=" + name, "-keyout", key(), "-out", certificate()});
    REQUIRE(made.exit_code() == 0);
    server_ = std::make_unique<Program>(std::vector<std::string>{"openssl", "s_server", "-accept",
                                                                 "127.0.0.1:0", "-www", "-key",
                                                                 key(), "-cert", certificate()});
    for (std::string line = server_->line(); !line.empty(); line = server_->line()) {
      if (line.starts_with("ACCEPT ")) {
        port_ = line.substr(line.rfind(':') + 1);
        break;
      }
    }
    REQUIRE(!port_.empty());
  }
  std::string certificate() const { return (folder_.path() / "certificate.pem").string(); }
  std::string url(const std::string& host) const { return "https://" + host + ":" + port_; }

 private:
  std::string key() const { return (folder_.path() / "key.pem").string(); }
  TemporaryFolder folder_;
  std::unique_ptr<Program> server_;
  std::string port_;
};

Result<HttpResponse> get(const std::string& url, const std::string& trusted) {
  ::setenv("SSL_CERT_FILE", trusted.c_str(), 1);
  const auto client = HttpClient::connect_to(url, {});
  REQUIRE(client);
  auto answer = (*client)->send({});
  ::unsetenv("SSL_CERT_FILE");
  return answer;
}

}  // namespace

TEST_CASE("https is spoken only with the server that its certificate is for") {
  const TlsServer server("IP:127.0.0.1");
  const auto good = get(server.url("127.0.0.1"), server.certificate());
  REQUIRE_MESSAGE(good.has_value(), good.error().arguments.back().second);
  CHECK(good->status == 200);
  CHECK(good->body.find("TLS") != std::string::npos);

  const auto other_host = get(server.url("localhost"), server.certificate());
  REQUIRE(!other_host);
  CHECK(other_host.error().code == ErrorCode::kIo);
  CHECK(other_host.error().message == "http.certificate");
}

TEST_CASE("a certificate that nobody vouches for is refused") {
  const TlsServer server("IP:127.0.0.1");
  const auto unknown = get(server.url("127.0.0.1"), "/dev/null");
  REQUIRE(!unknown);
  CHECK(unknown.error().message == "http.certificate");
}

TEST_CASE("https to a server without TLS is an error, and is not waited for longer than asked") {
  LoopbackServer plain([](const nianlun::testing::SeenRequest&) { return std::string("x"); });
  const auto client = HttpClient::connect_to("https://127.0.0.1:" + std::to_string(plain.port()),
                                             {.timeout = std::chrono::milliseconds(100)});
  REQUIRE(client);
  const auto answer = (*client)->send({});
  REQUIRE(!answer);
  CHECK(answer.error().code == ErrorCode::kIo);
}
