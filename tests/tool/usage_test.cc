#include <doctest/doctest.h>

#include <string>

#include "tool_world.h"

using namespace nianlun::testing;

namespace {

Ran in_language(const std::string& language, const std::string& arguments) {
  return run(std::string(LEDGER_BINARY) + " " + arguments + " --lang " + language);
}

}  // namespace

TEST_CASE("every subcommand has help in both languages, and wrong options are a usage error") {
  for (const std::string name : {"init",          "token",   "keygen",
                                 "party",         "possess", "enrol",
                                 "roles",         "revoke",  "adopt",
                                 "answer",        "check",   "compact",
                                 "rebuild",       "show",    "export",
                                 "verify",        "import",  "profile",
                                 "profile check", "vault",   "vault accept-loss",
                                 "mirror",        "audit",   "endorse",
                                 "replace-key",   "bundle",  "erase"}) {
    const Ran english = ToolWorld::tool(name + " --help");
    CHECK(english.exit_code == 0);
    CHECK_MESSAGE(!english.says("tool.help"), english.out);
    const Ran chinese = run(std::string(LEDGER_BINARY) + " --lang=zh " + name + " --help");
    CHECK(chinese.exit_code == 0);
    CHECK_MESSAGE(!chinese.says("tool.help"), chinese.out);
    CHECK(chinese.out != english.out);
    CHECK(ToolWorld::tool(name + " --no-such-option").exit_code == 2);
  }
  CHECK(in_language("zh", "keygen --help").says("密钥"));
  CHECK(ToolWorld::tool("").exit_code == 2);
  CHECK(ToolWorld::tool("no-such-command").exit_code == 2);
  CHECK(run(std::string(LEDGER_BINARY) + " --lang fr check .").exit_code == 2);
}

TEST_CASE("what is wrong with a command line is said in the language that was asked for") {
  struct Wrong {
    const char* arguments;
    const char* english;
    const char* chinese;
  };
  const Wrong cases[] = {
      {"", "A subcommand is missing.", "缺少子命令。"},
      {"keygen", "FILE is missing.", "缺少 FILE。"},
      {"keygen --no-such x", "Nobody knows what to do with: --no-such",
       "无法识别的参数：--no-such"},
      {"keygen x --type rsa",
       "--type has a value that is not allowed; allowed are {p256,ed25519,sm2}",
       "--type 的值不被允许；允许的值：{p256,ed25519,sm2}"},
      {"init x --threshold 9", "allowed are [1 - 8]", "允许的值：[1 - 8]"},
      {"export x --from many", "many is no value for --from.", "many 不是 --from 的有效值。"},
      {"keygen x --type", "--type needs a value.", "--type 需要一个值。"},
      {"export a --from 1 --from 2", "--from was given more often than it may be.",
       "--from 给出的次数过多。"},
      {"roles --server u --key k",
       "Exactly one of these is to be given:", "以下必须且只能给出一个："}};
  for (const Wrong& wrong : cases) {
    const std::string tool(LEDGER_BINARY);  // --lang stands first: an option may lack its value
    const Ran english = run(tool + " --lang en " + wrong.arguments);
    const Ran chinese = run(tool + " --lang zh " + wrong.arguments);
    CHECK(english.exit_code == 2);
    CHECK(chinese.exit_code == 2);
    CHECK_MESSAGE(english.says(wrong.english), english.out);
    CHECK_MESSAGE(chinese.says(wrong.chinese), chinese.out);
    CHECK(english.says("--help says what there is."));
    CHECK(chinese.says("可用 --help 查看说明。"));
  }
}

TEST_CASE("the headings of a help are in its language, and so is what stands beside an option") {
  const Ran chinese = in_language("zh", "roles --help");
  for (const char* words :
       {"用法: ", "[选项]", "选项:", "参数:", "以下任选其一：", "显示本说明并退出", "必填"}) {
    CHECK_MESSAGE(chinese.says(words), chinese.out);
  }
  const Ran english = in_language("en", "roles --help");
  for (const char* words : {"Usage: ", "[OPTIONS]", "Options:", "One of these:"}) {
    CHECK_MESSAGE(english.says(words), english.out);
    CHECK_MESSAGE(!chinese.says(words), chinese.out);
  }
  CHECK(in_language("zh", "--help").says("子命令:"));
  CHECK(in_language("zh", "--help").says("显示版本并退出"));
}

TEST_CASE("the version is a number, and not an error") {
  const Ran version = run(std::string(LEDGER_BINARY) + " --version");
  CHECK(version.exit_code == 0);
  CHECK(version.out.find_first_not_of("0123456789.\n") == std::string::npos);
}

TEST_CASE("what goes wrong is said in the language that was asked for, wherever --lang stands") {
  const TemporaryFolder folder;
  const std::string missing = "check " + (folder.path() / "none").string();
  const Ran english = in_language("en", missing);
  const Ran chinese = in_language("zh", missing);
  CHECK(english.exit_code == 1);
  CHECK(chinese.exit_code == 1);
  CHECK(english.out != chinese.out);
  CHECK(run(std::string(LEDGER_BINARY) + " --lang zh " + missing).out == chinese.out);
  CHECK(run(std::string(LEDGER_BINARY) + " --lang=zh " + missing).out == chinese.out);
  CHECK(run("LC_ALL=zh_CN.UTF-8 " + std::string(LEDGER_BINARY) + " " + missing).out == chinese.out);
}

TEST_CASE("a key file is made once, and only for its owner") {
  const TemporaryFolder folder;
  const std::string key = (folder.path() / "key.pem").string();
  const Ran made = ToolWorld::tool("keygen " + key + " --type ed25519");
  CHECK(made.exit_code == 0);
  CHECK(made.out.starts_with("did:key:z6Mk"));
  CHECK((std::filesystem::status(key).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(ToolWorld::tool("keygen " + key).exit_code == 1);
  CHECK(ToolWorld::tool("keygen " + key + " --type rsa").exit_code == 2);
}

TEST_CASE("a ledger is made only in a new folder, by enough keys, with rules that can be read") {
  const ToolWorld world;
  const std::string before = ToolWorld::output("export " + world.ledger());
  const Ran again = ToolWorld::tool("init " + world.ledger() + world.init_options());
  CHECK(again.exit_code == 1);
  CHECK(ToolWorld::output("export " + world.ledger()) == before);

  const auto refused = [&](const std::string& name, const std::string& options) {
    const Ran ran = ToolWorld::tool("init " + world.file(name) + world.init_options() + options);
    CHECK_MESSAGE(ran.exit_code == 1, ran.out);
    CHECK(!std::filesystem::exists(world.file(name)));
  };
  refused("threshold", " --threshold 2");
  world.write("bad.json", R"({"id": "library"})");
  refused("profile", " --profile " + world.file("bad.json"));
  world.write("text.json", "no JSON");
  refused("text", " --profile " + world.file("text.json"));
  std::string monolingual(kLibrary);
  const std::string chinese = R"(, "zh": "入藏")";
  monolingual.erase(monolingual.find(chinese), chinese.size());
  world.write("monolingual.json", monolingual);
  refused("languages", " --profile " + world.file("monolingual.json"));
  const Ran told = ToolWorld::tool("init " + world.file("languages") + world.init_options() +
                                   " --profile " + world.file("monolingual.json"));
  CHECK_MESSAGE(told.says("lacks a text in the language zh"), told.out);
  CHECK(told.says("/steps/added/name"));
  must(ToolWorld::tool("init " + world.file("english") +
                       " --origin example.org/l --domain https://id.example.org --authority " +
                       world.file("authority.pem") + " --languages en --profile " +
                       world.file("monolingual.json")));
  refused("none", " --profile " + world.file("none.json"));
  CHECK(ToolWorld::tool("init " + world.file("x") + world.init_options() + " --threshold 0")
            .exit_code == 2);
}
