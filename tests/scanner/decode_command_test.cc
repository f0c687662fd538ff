#include "decode_command.h"

#include <algorithm>
#include <sstream>

#include "ledger/json.h"
#include "photos.h"

using namespace nianlun;
using namespace nianlun::scanner;
using nianlun::testing::photos;

namespace {

struct Run {
  int exit_code;
  std::string out, messages;
};

Run run(const DecodeArguments& arguments, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream messages;
  const int exit_code = run_decode(arguments, in, out, messages);
  return {exit_code, out.str(), messages.str()};
}

}  // namespace

TEST_CASE("a line per code says file and text") {
  const std::string path = photos("qrcode-1")[0].string();
  const Run done = run({.paths = {path}});
  CHECK(done.exit_code == 0);
  CHECK(done.messages.empty());
  REQUIRE(done.out.starts_with(path + '\t'));
  const Run json = run({.paths = {path}, .json = true});
  const auto line = Json::parse(json.out);
  REQUIRE(line);
  CHECK(line->text("file") == path);
  CHECK(path + '\t' + std::string(line->text("text")) + '\n' == done.out);
  CHECK(line->find("corners")->array().size() == 4);
}

TEST_CASE("a folder is read in the order of its names, and an image without code is a failure") {
  const std::string folder = photos("qrcode-1")[0].parent_path().string();
  const Run done = run({.paths = {folder}});
  CHECK(done.exit_code == 0);
  CHECK(std::count(done.out.begin(), done.out.end(), '\n') == 8);
  const Run none = run({.paths = {photos("falsepositives-2")[0].string()}});
  CHECK(none.exit_code == 1);
  CHECK(none.out.empty());
  CHECK(none.messages.find("no code was found") != std::string::npos);
  CHECK(run({.paths = {"/nonexistent"}}).exit_code == 1);
}

TEST_CASE("lines of a hand-held scanner pass through, bounded and harmless") {
  const Run done = run({.paths = {"-"}}, "HTTPS://T.EXAMPLE.CN/t/ABC\r\n\n\x1b[2J\nend");
  CHECK(done.exit_code == 0);
  CHECK(done.out == "-\tHTTPS://T.EXAMPLE.CN/t/ABC\n-\t\\x1b[2J\n-\tend\n");
  const Run longest = run({.paths = {"-"}}, std::string(2048, 'x') + "\n");
  CHECK(longest.exit_code == 0);
  const Run over = run({.paths = {"-"}}, std::string(2049, 'x') + "\nnext\n");
  CHECK(over.exit_code == 1);
  CHECK(over.out == "-\tnext\n");
}

TEST_CASE("whatever could fool a reader of the output is escaped") {
  CHECK(printable("年轮 a") == "年轮 a");
  CHECK(printable("a\tb\nc") == "a\\x09b\\x0ac");
  CHECK(printable("\\x41") == "\\\\x41");
  CHECK(printable("\x7f\xc2\x9b") == "\\x7f\\xc2\\x9b");
  CHECK(printable("\xe2\x80\xae") == "\\xe2\\x80\\xae");       // right-to-left override
  CHECK(printable("\xe2\x81\xa6") == "\\xe2\\x81\\xa6");       // isolate
  CHECK(printable("\xff\xc0\x80") == "\\xff\\xc0\\x80");       // no UTF-8
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");       // a surrogate
  CHECK(printable("\xf4\x90\x80\x80").starts_with("\\xf4"));   // above U+10FFFF
  CHECK(printable("\xe5\xb9") == "\\xe5\\xb9");                // cut short
  CHECK(printable("\xf0\x9f\x8c\xb3") == "\xf0\x9f\x8c\xb3");  // beyond the basic plane
}
