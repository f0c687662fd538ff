// A device, a server and a ledger, each the program that people run.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>

#include "client/library.h"
#include "ledger/tag_code.h"
#include "temporary_folder.h"

using nianlun::testing::TemporaryFolder;

extern char** environ;  // NOLINT: POSIX has it so

namespace {

struct Ran {
  int exit_code;
  std::string out;  // both outputs
  bool says(std::string_view part) const { return out.find(part) != out.npos; }
};

Ran run(const std::string& command) {
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  for (int octet = std::fgetc(pipe); octet != EOF; octet = std::fgetc(pipe)) {
    out += static_cast<char>(octet);
  }
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out};
}

void must(const Ran& ran) { REQUIRE_MESSAGE(ran.exit_code == 0, ran.out); }

class Server {
 public:
  explicit Server(const std::string& ledger) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    REQUIRE(::posix_spawn_file_actions_init(&actions) == 0);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string arguments[] = {TRACE_API_BINARY, "--ledger", ledger, "--listen", "127.0.0.1:0"};
    char* const pointers[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(),
                              arguments[3].data(), arguments[4].data(), nullptr};
    REQUIRE(::posix_spawn(&process_, pointers[0], &actions, nullptr, pointers, environ) == 0);
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

const std::string kBook = "https://id.example.org/book/";

// A ledger with one party, and a device whose key may record for it.
class World {
 public:
  World() {
    std::ofstream(file("library.json")) << nianlun::testing::kLibrary;
    must(ledger("keygen " + file("authority.pem")));
    must(ledger("init " + file("ledger") +
                " --origin example.org/library --domain https://id.example.org --authority " +
                file("authority.pem") + " --profile " + file("library.json") +
                " --languages en --languages zh"));
  }
  void enrol(const Server& server) const {
    const std::string by = " --server " + server.url() + " --key " + file("authority.pem");
    must(ledger("party" + by + " --party urn:x:house --name en=House --name zh=馆"));
    must(scanner("keygen --key " + file("device.pem")));
    must(scanner("pull --server " + server.url() + store()));
    must(run(std::string(SCANNER_BINARY) + " enrol --party urn:x:house --key " +
             file("device.pem") + store() + " >" + file("possession.json")));
    must(ledger("enrol " + file("possession.json") + by + " --role library/librarian"));
  }
  Ran ledger(const std::string& arguments) const {
    return run(std::string(LEDGER_BINARY) + " --lang en " + arguments);
  }
  Ran scanner(const std::string& arguments) const {
    return run(std::string(SCANNER_BINARY) + " --lang en " + arguments);
  }
  Ran record(const std::string& arguments) const {
    return scanner("record --step library/" + arguments + store());
  }
  Ran send(const std::string& url) const {
    return scanner("send --server " + url + store() + " --key " + file("device.pem"));
  }
  std::string file(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string store() const { return " --store " + file("store"); }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("what a device records without a network is in the ledger once it was sent") {
  const World world;
  const std::string code = nianlun::make_tag_code("abcdefgh");
  {
    Server server(world.file("ledger"));
    world.enrol(server);
    server.stop(SIGKILL);
    must(world.record("added --item " + kBook + "1 --item " + kBook +
                      "2 --value ilmd.nianlun:title=Water --value nianlun:price=9"));
    must(world.record("tagged --item " + kBook + "1 --item nianlun:tag=" + code));
    must(world.record("lent --item https://any.example.cn/t/" + code));
    must(world.record("lent --item " + code));
    CHECK(world.send(server.url()).exit_code == 4);
  }
  Server server(world.file("ledger"));
  const Ran sent = world.send(server.url());
  CHECK_MESSAGE(sent.exit_code == 3, sent.out);
  CHECK_MESSAGE(sent.says("received 4, disputed 1, refused 0"), sent.out);
  CHECK_MESSAGE(sent.says("The book is lent already"), sent.out);
  const Ran again = world.send(server.url());
  CHECK(again.exit_code == 0);
  CHECK(again.says("nothing waits"));
  const Ran listed = world.scanner("outbox" + world.store());
  CHECK_MESSAGE(listed.says("waiting 0, sending 0, received 5, refused 0"), listed.out);

  const Ran book = world.scanner("show " + kBook + "2 --server " + server.url());
  CHECK_MESSAGE(book.exit_code == 0, book.out);
  CHECK_MESSAGE(book.says("Book (book), On the shelf (shelved)"), book.out);
  CHECK_MESSAGE(book.says("library/lent: Lent"), book.out);
  const Ran tag = world.scanner("show " + code + " --server " + server.url());
  CHECK_MESSAGE(tag.says(kBook + "1"), tag.out);
  server.stop(SIGTERM);
  must(world.ledger("check " + world.file("ledger")));
}

TEST_CASE("the events of a key that nobody enrolled are kept, and said to be disputed or refused") {
  const World world;
  Server server(world.file("ledger"));
  must(world.scanner("keygen --key " + world.file("device.pem")));
  must(world.scanner("pull --server " + server.url() + world.store()));
  must(world.record("added --item " + kBook +
                    "1 --value ilmd.nianlun:title=Water --value nianlun:price=9"));
  const Ran sent = world.send(server.url());
  CHECK_MESSAGE(sent.exit_code == 3, sent.out);
  CHECK_MESSAGE(sent.says("received 0, disputed 0, refused 1"), sent.out);
}
