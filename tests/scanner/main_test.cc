#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdio>
#include <string>

#include "ledger/json.h"
#include "temporary_folder.h"

namespace {

struct Ran {
  int exit_code;
  std::string out;  // both outputs
};

Ran scanner(const std::string& arguments) {
  const std::string command = std::string(SCANNER_BINARY) + " " + arguments + " 2>&1";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  for (int octet = std::fgetc(pipe); octet != EOF; octet = std::fgetc(pipe)) {
    out += static_cast<char>(octet);
  }
  const int status = ::pclose(pipe);
  REQUIRE(WIFEXITED(status));
  return {WEXITSTATUS(status), out};
}

}  // namespace

TEST_CASE("every subcommand has help in both languages, and wrong options are a usage error") {
  for (const std::string name :
       {"decode", "keygen", "enrol", "pull", "show", "record", "outbox", "send"}) {
    const Ran english = scanner("--lang en " + name + " --help");
    const Ran chinese = scanner("--lang=zh " + name + " --help");
    CHECK(english.exit_code == 0);
    CHECK(chinese.exit_code == 0);
    CHECK_MESSAGE(english.out.find("scanner.help") == std::string::npos, english.out);
    CHECK(chinese.out.find("输出 JSON") != std::string::npos);
    CHECK(scanner(name + " --no-such-option").exit_code == 2);
  }
  CHECK(scanner("").exit_code == 2);
}

TEST_CASE("the program makes a key and asks for its enrolment") {
  const nianlun::testing::TemporaryFolder folder;
  const std::string key = (folder.path() / "key.pem").string();
  CHECK(scanner("keygen --key " + key).exit_code == 0);
  const Ran enrol = scanner("enrol --key " + key + " --ledger a#b --party urn:x:p");
  CHECK(enrol.exit_code == 0);
  const auto json = nianlun::Json::parse(enrol.out);
  REQUIRE(json);
  CHECK(json->text("type") == "KeyEnrolment");
  const Ran neither = scanner("--lang en enrol --key " + key + " --party urn:x:p");
  CHECK(neither.exit_code == 1);
  CHECK(neither.out.find("--ledger or --store") != std::string::npos);
}

TEST_CASE("a server that cannot be reached has an exit code of its own") {
  const nianlun::testing::TemporaryFolder folder;
  const std::string key = (folder.path() / "key.pem").string();
  REQUIRE(scanner("keygen --key " + key).exit_code == 0);
  const Ran send = scanner("--lang en send --server http://127.0.0.1:1 --key " + key + " --store " +
                           (folder.path() / "store").string());
  CHECK(send.exit_code == 4);
  CHECK(send.out.find("Nothing is lost") != std::string::npos);
}
