#include <sys/wait.h>

#include <fstream>

#include "fixtures.h"
#include "vectors.h"

using nianlun::testing::read_file;
using nianlun::testing::TemporaryFolder;

namespace {

struct Run {
  int exit_code;
  std::string out, messages;
};

// Runs the program itself; arguments are words that no shell changes.
Run run(const TemporaryFolder& folder, const std::string& arguments) {
  const std::string out = (folder.path() / "out").string();
  const std::string messages = (folder.path() / "messages").string();
  // What the libraries lose is judged in this process; see leaks.cc.
  const std::string command = "ASAN_OPTIONS=detect_leaks=0 " LABELS_BINARY " " + arguments + " >" +
                              out + " 2>" + messages + " </dev/null";
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c)
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(out), read_file(messages)};
}

}  // namespace

TEST_CASE("help and version succeed, wrong usage is 2, failure is 1") {
  const TemporaryFolder folder;
  CHECK(run(folder, "--help").exit_code == 0);
  CHECK(run(folder, "--version").out == NIANLUN_VERSION "\n");
  for (const char* wrong :
       {"", "paint", "print", "allocate", "allocate --count 0", "--lang xx",
        "print --codes - --out x --format gif", "print --codes - --out x --format pdf --start 0"}) {
    CAPTURE(wrong);
    CHECK(run(folder, wrong).exit_code == 2);
  }
  const Run missing = run(folder, "print --codes /nonexistent --out x --format pdf --lang en");
  CHECK(missing.exit_code == 1);
  CHECK(missing.messages == "labels: cannot read /nonexistent\n");
  CHECK(run(folder, "print --codes - --out x --format pdf --layout a5 --lang en").exit_code == 1);
}

TEST_CASE("what is allocated can be printed, and messages come in the language asked for") {
  const TemporaryFolder folder;
  const std::string codes = (folder.path() / "codes").string();
  const std::string sheet = (folder.path() / "sheet.pdf").string();
  REQUIRE(run(folder, "allocate --count 30 --out " + codes).exit_code == 0);
  CHECK(read_file(codes).size() == 30 * 14);
  const std::string print = "print --codes " + codes + " --out " + sheet + " --format pdf";
  CHECK(run(folder, print + " --lang en").messages.starts_with("labels: line 1: a tag code needs"));
  const Run done = run(folder, print + " --host https://t.example.cn --lang zh");
  CHECK(done.exit_code == 0);
  CHECK(done.messages.starts_with("共 30 个标签"));
  CHECK(read_file(sheet).starts_with("%PDF-"));
  std::ofstream(codes, std::ios::app) << "7777777777777\n";
  const Run wrong = run(folder, print + " --host https://t.example.cn --lang en");
  CHECK(wrong.exit_code == 1);
  CHECK(wrong.messages.starts_with("labels: line 31: wrong check character"));
}
