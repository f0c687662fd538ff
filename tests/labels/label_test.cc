#include "labels/label.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "fixtures.h"
#include "ledger/tag_code.h"

using namespace nianlun;
using namespace nianlun::labels;
using nianlun::testing::some_code;

namespace {

// What each row of `text` becomes, and the error that ends them if there is one.
struct Read {
  std::vector<Label> labels;
  std::string error, line;
};

Read read(const std::string& text, std::vector<std::string> columns = {}) {
  std::istringstream in(text);
  LabelReader reader(in, {"https://t.example.cn", std::move(columns)});
  Read read;
  for (;;) {
    Label label;
    const auto more = reader.next(label);
    if (!more) {
      read.error = more.error().message;
      for (const auto& [name, value] : more.error().arguments) {
        if (name == "line") read.line = value;
      }
      return read;
    }
    if (!*more) return read;
    read.labels.push_back(label);
  }
}

const std::string kUri = "https://t.example.cn/item/1";

}  // namespace

TEST_CASE("a tag code becomes the address of its page, with scheme and host in capitals") {
  const std::string code = some_code();
  for (const char* host : {"https://t.example.cn", "t.example.cn", "https://t.example.cn/"}) {
    const auto label = make_label(code, host);
    REQUIRE(label);
    CHECK(label->payload == "HTTPS://T.EXAMPLE.CN/t/" + code);
    std::string caption = label->caption;
    CHECK(caption.substr(4, 1) == "-");
    std::erase(caption, '-');
    CHECK(caption == code);
    CHECK(label->lines.empty());
  }
  const auto typed = make_label(make_label(code, "t.example.cn")->caption, "t.example.cn");
  REQUIRE(typed);
  CHECK(typed->payload == "HTTPS://T.EXAMPLE.CN/t/" + code);
}

TEST_CASE("an address stays as it is after its host") {
  const auto label = make_label("https://Example.org:8443/Path/a?b=c#d", "");
  REQUIRE(label);
  CHECK(label->payload == "HTTPS://EXAMPLE.ORG:8443/Path/a?b=c#d");
  CHECK(label->caption == "Example.org:8443/Path/a?b=c#d");
  const auto tag = make_label("https://t.example.cn/t/" + some_code(), "");
  REQUIRE(tag);
  CHECK(tag->caption.find('-') == 4);
}

TEST_CASE("a GS1 Digital Link shows its element strings") {
  const auto label = make_label("https://id.example.cn/01/09506000134352/10/L26/21/77", "");
  REQUIRE(label);
  CHECK(label->lines == std::vector<std::string>{"(01) 09506000134352", "(10) L26", "(21) 77"});
  CHECK(label->caption.empty());
  CHECK(!make_label("https://id.example.cn/01/09506000134353/21/77", ""));  // check digit
}

TEST_CASE("what is neither a code nor an address on the web is refused") {
  for (const char* identifier :
       {"", "abc", "ftp://example.org/x", "https://", "https:///x", "https://user@example.org/",
        "https://example.org/a b", "https://example.org/树", "javascript://x", "https://a\"b/"}) {
    CAPTURE(identifier);
    CHECK(!make_label(identifier, "https://t.example.cn"));
  }
  CHECK(make_label(some_code(), "").error().message == "labels.no-host");
  CHECK(!make_label(some_code(), "https://t.example.cn/path"));
  CHECK(!make_label(some_code(), "ftp://t.example.cn"));
  CHECK(make_label("https://e.org/" + std::string(2034, 'x'), ""));
  CHECK(make_label("https://e.org/" + std::string(2035, 'x'), "").error().code ==
        ErrorCode::kTooLarge);
}

TEST_CASE("lines are read one by one, with any line end and a byte order mark") {
  const Read lines = read("\xef\xbb\xbf" + kUri + "\r\n\n  " + kUri + ",2 \n" + some_code());
  CHECK(lines.error.empty());
  REQUIRE(lines.labels.size() == 3);
  CHECK(lines.labels[1].payload == "HTTPS://T.EXAMPLE.CN/item/1,2");
  CHECK(read("").labels.empty());
}

TEST_CASE("columns of CSV become lines of text") {
  const std::string head = "树种,uri,text1,note\n";
  const Read all =
      read(head + "银杏," + kUri + ",\"年轮, \"\"一号\"\"\",\n\n柏," + kUri + ",,x y\n");
  REQUIRE(all.error.empty());
  REQUIRE(all.labels.size() == 2);
  CHECK(all.labels[0].lines == std::vector<std::string>{"树种：银杏", "年轮, \"一号\""});
  CHECK(all.labels[1].lines == std::vector<std::string>{"树种：柏", "note: x y"});
  const Read some = read(head + "银杏," + kUri + ",a,b\n", {"note", "树种"});
  REQUIRE(some.labels.size() == 1);
  CHECK(some.labels[0].lines == std::vector<std::string>{"note: b", "树种：银杏"});
}

TEST_CASE("a row that is wrong is named by its line") {
  struct Row {
    std::string text, error, line;
  };
  const std::string head = "uri,a\n";
  for (const Row& row : {Row{kUri + "\nnope\n", "tag-code.length", "2"},
                         Row{head + kUri + "\n", "labels.wrong-column-count", "2"},
                         Row{head + kUri + ",1,2\n", "labels.wrong-column-count", "2"},
                         Row{"uri,\"two\nlines\"\n" + kUri + ",1\n", "labels.not-text", "1"},
                         Row{head + kUri + ",\"1\n\n2\"\n", "labels.not-text", "2"},
                         Row{head + kUri + ",x\n" + kUri + ",\"open\n", "csv.open-quote", "3"},
                         Row{head + kUri + ",\xff\n", "csv.not-utf8", "2"},
                         Row{head + kUri + ",\xe5\xb9\n", "csv.not-utf8", "2"},
                         Row{head + kUri + ",\xed\xa0\x80\n", "csv.not-utf8", "2"},
                         Row{head + kUri +
                                 ",a\x1b"
                                 "b\n",
                             "labels.not-text", "2"},
                         Row{std::string(20'000, 'x'), "csv.row-too-long", "1"}}) {
    const Read wrong = read(row.text);
    CAPTURE(row.text.substr(0, 60));
    CHECK(wrong.error.substr(0, 40) == row.error);
    CHECK(wrong.line == row.line);
  }
  CHECK(read(head + kUri + ",1\n", {"b"}).error == "labels.no-such-column");
  CHECK(read(kUri + "\n", {"b"}).error == "labels.no-code-column");
}

TEST_CASE("new codes are valid and differ") {
  std::set<std::string> codes;
  for (int i = 0; i < 1000; ++i) {
    const auto code = new_tag_code();
    REQUIRE(code);
    CHECK(is_tag_code(*code));
    codes.insert(*code);
  }
  CHECK(codes.size() == 1000);
}

TEST_CASE("a mistyped code is refused, a carelessly typed one is not") {
  const std::string code = some_code();
  std::string careless = display_tag_code(code);
  std::transform(careless.begin(), careless.end(), careless.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  REQUIRE(make_label(careless, "t.example.cn"));
  CHECK(make_label(careless, "t.example.cn")->payload == "HTTPS://T.EXAMPLE.CN/t/" + code);
  for (std::size_t i = 0; i < code.size(); ++i) {
    std::string wrong = code;
    wrong[i] = wrong[i] == '7' ? '8' : '7';
    CHECK(make_label(wrong, "t.example.cn").error().message == "tag-code.check");
  }
  CHECK(!make_label(code.substr(1), "t.example.cn"));
  CHECK(!make_label(code + "0", "t.example.cn"));
}
