#include "scanned.h"

#include <doctest/doctest.h>

#include <sstream>

#include "ledger/tag_code.h"
#include "photos.h"

using namespace nianlun;
using namespace nianlun::scanner;

namespace {

constexpr std::string_view kDomain = "https://id.example.org";

std::string code() { return make_tag_code("abcdefgh"); }

std::string named(std::string_view read) {
  const auto item = item_named(read, kDomain);
  return item ? *item : "error: " + item.error().message;
}

}  // namespace

TEST_CASE("a tag is the same item however it was printed or typed") {
  const std::string tag = "https://id.example.org/t/" + code();
  std::string small;
  for (const char c : code()) small += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  CHECK(named(code()) == tag);
  CHECK(named(small) == tag);
  CHECK(named(display_tag_code(code())) == tag);
  CHECK(named("https://other.example.cn/t/" + code()) == tag);
  CHECK(named("HTTPS://OTHER.EXAMPLE.CN/T/" + code()) == tag);
  CHECK(named("http://other.example.cn/shop/t/" + small + "/?utm=1#x") == tag);
  CHECK(named(tag) == tag);
  CHECK(is_tag(tag, kDomain));
  CHECK(!is_tag("https://other.example.cn/t/" + code(), kDomain));
  CHECK(!is_tag("https://id.example.org/t/", kDomain));
}

TEST_CASE("identifiers become canonical, and what is none says why") {
  CHECK(named("https://example.com/01/09506000134352/21/A") ==
        "https://id.gs1.org/01/09506000134352/21/A");
  CHECK(named("HTTPS://ID.EXAMPLE.ORG/book/1") == "https://id.example.org/book/1");
  CHECK(named("urn:epc:id:sgtin:9506000.013435.A") == "https://id.gs1.org/01/09506000134352/21/A");
  CHECK(named("https://example.com/01/09506000134353/21/A") == "error: identifier.check-digit");
  CHECK(named("0123456789ABC") == "error: tag-code.check");
  CHECK(named("h*llo") == "error: tag-code.character");
  CHECK(named("") == "error: tag-code.length");
  // An address that ends in what is no code stays an address.
  CHECK(named("https://id.example.org/t/menu") == "https://id.example.org/t/menu");
}

TEST_CASE("codes come from images, from lines and from arguments") {
  std::istringstream in("urn:x:y\r\n\nurn:x:z");
  std::ostringstream out;
  const Terminal terminal{.in = in, .out = out, .messages = out, .language = "en", .json = false};
  ScanReader reader(terminal, std::string(kDomain));
  std::vector<Scan> scans;
  const auto take = [&scans](const Scan& scan) { scans.push_back(scan); };
  reader.read("-", take);
  reader.read(code(), take);
  reader.read(nianlun::testing::photos("qrcode-1")[0].string(), take);
  reader.read(nianlun::testing::photos("falsepositives-2")[0].string(), take);
  REQUIRE(scans.size() == 5);
  CHECK(*scans[0].item == "urn:x:y");
  CHECK(*scans[1].item == "urn:x:z");
  CHECK(is_tag(*scans[2].item, kDomain));
  CHECK(scans[3].source == nianlun::testing::photos("qrcode-1")[0].string());
  CHECK(scans[3].read != scans[3].source);
  REQUIRE(!scans[4].item);
  CHECK(scans[4].item.error().message == "scanner.no-code");
}
