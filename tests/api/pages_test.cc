#include "pages.h"

#include <array>

#include "html.h"
#include "pages_world.h"
#include "time_zone.h"

namespace nianlun {
namespace {

using testing::good;
using testing::kPageBook;
using testing::PagesWorld;

Viewer in(std::string_view language) { return {"", {}, language}; }

std::string page_of(const PagesWorld& world, std::string_view language) {
  const Page page = item_page(world.ledger, world.code, in(language), world.checkpoint());
  CHECK(page.status == 200);
  CHECK(page.html.size() < 30'000);
  return page.html;
}

bool has(const std::string& html, std::string_view text) { return html.find(text) != html.npos; }

TEST_CASE("what stands in an event is text on a page, never markup") {
  PagesWorld world;
  for (const char* language : {"en", "zh"}) {
    const std::string html = page_of(world, language);
    CHECK_FALSE(has(html, "<script>"));
    CHECK(has(html, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; Rings"));
  }
  const std::string typed = "\"><script>x</script>";
  const Page page = item_page(world.ledger, typed, in("en"), world.checkpoint());
  CHECK(page.status == 404);
  CHECK_FALSE(has(page.html, "<script"));
  Html html;
  html << std::string_view("<b a='1'>&\"");
  CHECK(std::move(html).take() == "&lt;b a=&#39;1&#39;&gt;&amp;&quot;");
}

TEST_CASE("a page loads nothing from elsewhere and needs neither script nor inline style") {
  PagesWorld world;
  for (const std::string& html : {page_of(world, "en"), page_of(world, "zh"),
                                  home_page(world.ledger, in("zh"), world.checkpoint()).html,
                                  not_found_page(in("en")).html}) {
    for (const char* attribute : {"src=\"http", "href=\"http", "style=\"", "onclick", "<style"}) {
      CHECK_FALSE(has(html, attribute));
    }
    CHECK(has(html, asset_path("style.css")));
  }
  CHECK(kPagePolicy.find("unsafe") == kPagePolicy.npos);
}

TEST_CASE("each language says the same, in a document of that language with a way to the other") {
  PagesWorld world;
  world.book("2026-05-10T01:00:00.000Z", "lent", "lent", R"(,"nianlun:due":"2026-06-01")");
  const std::string english = page_of(world, "en");
  const std::string chinese = page_of(world, "zh");
  CHECK(has(english, "<html lang=\"en\">"));
  CHECK(has(chinese, "<html lang=\"zh-Hans\">"));
  CHECK(has(english, "Lent until 2026-06-01"));
  CHECK(has(chinese, "借出，2026-06-01 前归还"));
  CHECK(has(english, "10 May 2026, 09:00"));  // UTC+8
  CHECK(has(chinese, "2026年5月10日 09:00"));
  CHECK(has(english, "East Branch (librarian)"));
  CHECK(has(chinese, "East Branch（馆员）"));
  CHECK(has(english, "lang=\"zh-Hans\" hreflang=\"zh-Hans\""));
  CHECK_FALSE(has(english, "did:key"));
}

TEST_CASE("each verdict has words of its own, in both languages") {
  struct Expected {
    const char* english;
    const char* chinese;
  };
  const auto check = [](const PagesWorld& world, const Expected& expected) {
    CHECK(has(page_of(world, "en"), expected.english));
    CHECK(has(page_of(world, "zh"), expected.chinese));
  };
  {
    PagesWorld world;
    check(world, {"<h1>Genuine: On the shelf</h1>", "<h1>真实有效：在架</h1>"});
    world.book("2026-05-10T01:00:00.000Z", "lent", "worn");
    check(world, {"<h1>Take care: Worn</h1>", "<h1>请注意：破损</h1>"});
    world.book("2026-05-11T01:00:00.000Z", "lent", "gone");
    check(world, {"<h1>Ended: Discarded</h1>", "<h1>已结束：已剔除</h1>"});
    const std::uint64_t index = world.book("2026-05-12T01:00:00.000Z", "lent", "shelved", "",
                                           {Outcome::kDisputed, "", {"due-soon"}});
    world.dispute(index);
    check(world, {"<h1>Unsettled: On the shelf</h1>", "<h1>有疑问，待核实：在架</h1>"});
    check(world, {"<li>Lent for too long</li>", "<li>借期过长</li>"});
    check(world, {"Disputed: Lent for too long", "有疑问：借期过长"});
    world.ledger.writable().erase(open_exception_key(index, "due-soon"));
    check(world,
          {"Was disputed, settled since: Lent for too long", "曾有疑问，现已处理：借期过长"});
    Actor branch = *good(find_actor(world.ledger.state(), "did:key:z城东分馆 East Branch"));
    branch.revoked = world.ledger.size();
    branch.compromised_since_ms = good(parse_date_time("2026-05-11T01:00:00.000Z"));
    world.ledger.writable().put(actor_key(branch.did), encode(branch));
    check(world, {"later reported stolen or copied, from ", "后来据报自 "});
    world.recall();
    check(world, {"<h1>Recalled: do not use</h1>", "<h1>已召回，请勿使用</h1>"});
    check(world, {"Pages are missing: 3 to 9", "缺页：3 to 9"});
    check(world, {"<dd>On the shelf, withdrawn</dd>", "<dd>在架，已撤回</dd>"});
  }
  PagesWorld world;
  const std::string tag = make_tag_code("abcdefgh");
  world.happen("2026-05-03T01:00:00.000Z", "printed", 1,
               {{"https://id.example.org/t/" + tag, "tag", {"issued", "", "", 0}}});
  world.code = tag;
  check(world, {"<h1>Not yet in use</h1>", "<h1>尚未启用</h1>"});
  const std::string other = make_tag_code("hgfedcba");
  for (const auto& [language, words] :
       {std::pair("en", "<h1>Unknown code</h1>"), std::pair("zh", "<h1>未知编码</h1>")}) {
    const Page page = item_page(world.ledger, other, in(language), world.checkpoint());
    CHECK(page.status == 404);
    CHECK(has(page.html, words));
  }
  std::string mistyped = tag;
  mistyped.back() = mistyped.back() == '0' ? '1' : '0';
  const Page page = item_page(world.ledger, mistyped, in("en"), world.checkpoint());
  CHECK(page.status == 404);
  CHECK(has(page.html, "<h1>This is not a code</h1>"));
}

TEST_CASE("a page on which something is wrong says whom to tell, where the server knows it") {
  PagesWorld world;
  const auto page = [&](std::string_view code, std::string_view contact, const char* language) {
    return item_page(world.ledger, code, in(language), world.checkpoint(), contact).html;
  };
  const std::string other = make_tag_code("hgfedcba");
  CHECK(has(page(other, "Desk, 12345", "en"), "<p>Report it to: Desk, 12345</p>"));
  CHECK(has(page(other, "tel:12345", "zh"), "<p>举报请联系： <a href=\"tel:12345\">12345</a></p>"));
  CHECK(has(page(other, "https://example.org/?a=1&b", "en"),
            "<a href=\"https://example.org/?a=1&amp;b\">https://example.org/?a=1&amp;b</a>"));
  const std::string hostile = page(other, "javascript:alert(1)\"><script>", "en");
  CHECK_FALSE(has(hostile, "href=\"javascript"));
  CHECK_FALSE(has(hostile, "<script"));
  CHECK_FALSE(has(page(other, "", "en"), "Report it to:"));
  CHECK_FALSE(has(page(world.code, "Desk", "en"), "Report it to: Desk"));
  const std::uint64_t index = world.book("2026-05-12T01:00:00.000Z", "lent", "shelved", "",
                                         {Outcome::kDisputed, "", {"due-soon"}});
  world.dispute(index);
  CHECK(has(page(world.code, "Desk", "en"), "Report it to: Desk"));
  world.recall();
  CHECK(has(page(world.code, "Desk", "zh"), "举报请联系： Desk"));
}

TEST_CASE("a voided entry stays on the page and says who declared it an error") {
  PagesWorld world;
  const std::uint64_t index = world.book("2026-05-10T01:00:00.000Z", "lent", "lent");
  world.happen("2026-05-10T01:00:00.000Z", "lent", 2, {},
               R"(,"errorDeclaration":{"declarationTime":"2026-05-11T01:00:00.000Z"})");
  world.ledger.void_entry(std::string(kPageBook), index);
  const std::string html = page_of(world, "en");
  CHECK(has(html, " class=\"void\"><p class=\"say\">"));
  CHECK(has(html, "Declared an error by 城东分馆 East Branch on 10 May 2026, 09:01"));
}

TEST_CASE("a position opens the map of the phone, and only a position is a link") {
  PagesWorld world;
  world.title(R"("geo:39.1,115.9")");
  CHECK(has(page_of(world, "en"), "<dd><a href=\"geo:39.1,115.9\">39.1,115.9</a></dd>"));
  world.title(R"("geo:1\" onclick=\"x")");
  CHECK_FALSE(has(page_of(world, "en"), "\" onclick"));
  world.title(R"("javascript:x")");
  CHECK(has(page_of(world, "en"), "<dd>javascript:x</dd>"));
}

TEST_CASE("what a thing comes from is shown as recalled where it is") {
  PagesWorld world;
  const std::string note = "<span class=\"note\"> · Recalled: do not use</span>";
  CHECK_FALSE(has(page_of(world, "en"), note));
  world.recall();
  CHECK(has(page_of(world, "en"), note));
}

TEST_CASE("what existed before the ledger is shown as such") {
  PagesWorld world;
  const std::string old = "https://id.example.org/book/old";
  world.happen("2026-05-03T01:00:00.000Z", "baseline", 1, {{old, "book", {"shelved", "", "", 1}}});
  const Page page = item_page(world.ledger, old, in("en"), world.checkpoint());
  CHECK(has(page.html, "Existed before this ledger"));
  CHECK_FALSE(has(page_of(world, "en"), "Existed before this ledger"));
}

TEST_CASE("the proof names the record, links the receipt, and waits for a checkpoint") {
  PagesWorld world;
  const std::string before = world.checkpoint();
  const std::uint64_t index = world.book("2026-05-10T01:00:00.000Z", "lent", "lent");
  CHECK(has(page_of(world, "en"), "/records/" + std::to_string(index) + "/receipt"));
  CHECK(
      has(page_of(world, "en"), "ledger verify record-" + std::to_string(index) + ".receipt.json"));
  const Page early = item_page(world.ledger, world.code, in("en"), before);
  CHECK_FALSE(has(early.html, "/receipt"));
  CHECK(has(early.html, "The next checkpoint will cover it"));
  CHECK(has(page_of(world, "en"), "does not prove that nothing newer"));
}

TEST_CASE("a long life is cut and says where the rest is") {
  PagesWorld world;
  for (int i = 0; i < 150; ++i) world.book("2026-05-10T01:00:00.000Z", "lent", "lent");
  CHECK(has(page_of(world, "zh"), "/items/https%3A%2F%2Fid.example.org%2Fbook%2F1"));
}

TEST_CASE("assets are found under the hash of their bytes only, and beside each other") {
  const std::string path = asset_path("style.css");
  REQUIRE(path.starts_with("/assets/"));
  const std::string hash = path.substr(8, path.rfind('/') - 8);
  CHECK(asset(hash, "style.css")->content_type == "text/css; charset=utf-8");
  CHECK_FALSE(asset("0000000000000000", "style.css"));
  CHECK(asset(hash, "check.js")->content_type == "text/javascript; charset=utf-8");
  CHECK(asset_path("icon.svg") == "/assets/" + hash + "/icon.svg");
  CHECK_FALSE(asset(hash, "../style.css"));
}

TEST_CASE("times are told in the zone of the ledger, whatever the season") {
  const TimeZone berlin = TimeZone::named("Europe/Berlin");
  const auto at = [&](std::string_view iso) {
    return local_time(good(parse_date_time(iso)), berlin, "en");
  };
  CHECK(at("2026-01-15T12:00:00Z") == "15 Jan 2026, 13:00");
  CHECK(at("2026-07-15T12:00:00Z") == "15 Jul 2026, 14:00");
  CHECK(at("2026-03-29T00:59:59Z") == "29 Mar 2026, 01:59");
  CHECK(at("2026-03-29T01:00:00Z") == "29 Mar 2026, 03:00");
  for (const char* name : {"", "../../etc/passwd", "/etc/passwd", "No/Where"}) {
    CHECK(TimeZone::named(name).name() == "UTC");
  }
  CHECK(local_time(-1, TimeZone::named("UTC"), "zh") == "1969年12月31日 23:59");
}

}  // namespace
}  // namespace nianlun
