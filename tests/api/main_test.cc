#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "http_client.h"
#include "served_ledger.h"

namespace nianlun::testing {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The program itself, as another process.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), NIANLUN_TRACE_API);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ != 0) return;
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    for (const int stream : {1, 2}) {
      const std::string path = folder_.path() / std::to_string(stream);
      ::dup2(::open(path.c_str(), O_WRONLY | O_CREAT, 0600), stream);
    }
    ::execv(pointers.front(), pointers.data());
    ::_exit(127);
  }
  ~Program() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void signal(int number) const { ::kill(pid_, number); }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string out() const { return read_file(folder_.path() / "1"); }
  std::string error() const { return read_file(folder_.path() / "2"); }
  /// The address, once it listens.
  std::string url() const {
    for (int i = 0; i < 20'000; ++i) {
      const std::string said = out();
      if (said.ends_with('\n')) return said.substr(13, said.size() - 14);
      std::this_thread::yield();
      ::poll(nullptr, 0, 1);
    }
    FAIL("it does not listen: " << error());
    return {};
  }

 private:
  TemporaryFolder folder_;
  pid_t pid_ = 0;
};

TEST_CASE("the program serves, says where, and stops with a signal and a checkpoint") {
  TemporaryFolder folder;
  LedgerOptions options;
  options.directory = folder.path() / "ledger";
  create_ledger(options);
  const std::string port_file = folder.path() / "port";
  for (const int number : {SIGTERM, SIGINT}) {
    Program program({"--ledger", options.directory, "--listen", "127.0.0.1:0", "--port-file",
                     port_file, "--lang", "en"});
    const std::string url = program.url();
    CHECK(read_file(port_file) == url.substr(url.rfind(':') + 1) + "\n");
    Connection connection(url);
    CHECK(connection.request("GET", "/health").status == 200);
    Program second({"--ledger", options.directory, "--listen", "127.0.0.1:0", "--lang", "en"});
    CHECK(second.wait() == 1);
    CHECK(second.error().starts_with("trace-api: "));
    program.signal(number);
    CHECK(program.wait() == 0);
  }
}

TEST_CASE("a policy that is not there, or has a wrong line, ends with a reason") {
  TemporaryFolder folder;
  LedgerOptions options;
  options.directory = folder.path() / "ledger";
  create_ledger(options);
  const std::string policy = folder.path() / "policy.txt";
  const auto refused = [&] {
    Program program({"--ledger", options.directory, "--listen", "127.0.0.1:0", "--policy", policy,
                     "--lang", "en"});
    CHECK(program.wait() == 1);
    return program.error();
  };
  CHECK(refused().find(policy) != std::string::npos);
  std::ofstream(policy) << "# nobody\nquorum press\n";
  CHECK(refused().find("line 2 of the policy") != std::string::npos);
  std::ofstream(policy) << "quorum none\n";
  Program program({"--ledger", options.directory, "--listen", "127.0.0.1:0", "--policy", policy});
  Connection connection(program.url());
  CHECK(connection.request("GET", "/witnesses").body.starts_with("{\"quorum\":\"none\""));
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
}

TEST_CASE("wrong arguments and a ledger that is not there end with a reason") {
  TemporaryFolder folder;
  Program none({"--ledger", folder.path() / "none", "--listen", "127.0.0.1:0", "--lang", "zh"});
  CHECK(none.wait() == 1);
  CHECK(none.error().starts_with("trace-api: "));
  Program no_option({"--nonsense"});
  CHECK(no_option.wait() == 2);
  Program no_port({"--ledger", folder.path(), "--listen", "127.0.0.1", "--lang", "en"});
  CHECK(no_port.wait() == 1);
  CHECK(no_port.error().find("127.0.0.1 is not an IP address and port") != std::string::npos);
  Program no_contact({"--ledger", folder.path(), "--report-contact", "two\nlines", "--lang", "zh"});
  CHECK(no_contact.wait() == 2);
  CHECK(no_contact.error().find("联系方式须为一行") != std::string::npos);
  Program version({"--version"});
  CHECK(version.wait() == 0);
}

}  // namespace
}  // namespace nianlun::testing
