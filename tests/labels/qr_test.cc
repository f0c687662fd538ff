#include "labels/qr.h"

#include <algorithm>
#include <string>

#include "labels/picture.h"
#include "scanner/decode.h"
#include "vectors.h"

using namespace nianlun;
using namespace nianlun::labels;

TEST_CASE("a symbol reads back as its payload at every level of correction") {
  for (const char* payload :
       {"HTTPS://T.EXAMPLE.CN/t/7KQ4M2X0", "https://example.org/01/09521234543213/21/x?17=271231",
        "树种：银杏", "a", "0123456789"}) {
    for (const Correction correction :
         {Correction::kLow, Correction::kMedium, Correction::kQuartile, Correction::kHigh}) {
      const auto matrix = make_qr(payload, correction);
      REQUIRE(matrix);
      CHECK(matrix->size % 4 == 1);
      CHECK(verify_qr(*matrix, payload));
      CHECK(!verify_qr(*matrix, std::string(payload) + "x"));
    }
  }
}

TEST_CASE("capitals make a smaller symbol than small letters") {
  const auto lower =
      make_qr("https://t.example.cn/01/09521234543213/10/L2601/21/000000001", Correction::kMedium);
  const auto upper =
      make_qr("HTTPS://T.EXAMPLE.CN/01/09521234543213/10/L2601/21/000000001", Correction::kMedium);
  REQUIRE(lower);
  REQUIRE(upper);
  CHECK(lower->size == 33);
  CHECK(upper->size == 29);
}

TEST_CASE("a payload that is empty, holds a zero octet or is too long makes no symbol") {
  CHECK(make_qr("", Correction::kMedium).error().code == ErrorCode::kInvalidArgument);
  CHECK(make_qr(std::string_view("a\0b", 3), Correction::kMedium).error().code ==
        ErrorCode::kInvalidArgument);
  CHECK(make_qr(std::string(2331, 'a'), Correction::kMedium));
  CHECK(make_qr(std::string(2332, 'a'), Correction::kMedium).error().code == ErrorCode::kTooLarge);
}

TEST_CASE("a corrupted matrix is caught") {
  const std::string payload = "HTTPS://T.EXAMPLE.CN/t/7KQ4M2X00000P";
  const auto made = make_qr(payload, Correction::kMedium);
  REQUIRE(made);
  Matrix blank = *made;
  std::fill(blank.dark.begin(), blank.dark.end(), std::uint8_t{0});
  CHECK(verify_qr(blank, payload).error().code == ErrorCode::kCorrupted);
  Matrix smudged = *made;
  for (int row = 9; row < 20; ++row) {
    for (int column = 9; column < 20; ++column) {
      smudged.dark[static_cast<std::size_t>(row * smudged.size + column)] ^= 1U;
    }
  }
  CHECK(verify_qr(smudged, payload).error().code == ErrorCode::kCorrupted);
  const auto other = make_qr("HTTPS://T.EXAMPLE.CN/t/7KQ4M2X00001P", Correction::kMedium);
  REQUIRE(other);
  CHECK(verify_qr(*other, payload).error().code == ErrorCode::kCorrupted);
}

TEST_CASE("a PNG holds whole pixels per module and reads back") {
  const std::string payload = "HTTPS://T.EXAMPLE.CN/t/7KQ4M2X00000P";
  const auto matrix = make_qr(payload, Correction::kQuartile);
  REQUIRE(matrix);
  for (const int pixels : {1, 3, 4, 10}) {
    const auto png = make_png(*matrix, {.module_pixels = pixels, .dots_per_inch = 300});
    REQUIRE(png);
    const auto image = scanner::load_image(*png);
    REQUIRE(image);
    CHECK(image->width == (matrix->size + 2 * kQuietModules) * pixels);
    CHECK(image->height == image->width);
    const auto at = [&](int column, int row) {
      return image->luma[static_cast<std::size_t>(row * image->width + column)];
    };
    const int first = kQuietModules * pixels;
    CHECK(at(first - 1, first) == 255);
    CHECK(at(first, first) == 0);
    const auto read = scanner::decode_pure(*image);
    REQUIRE(read);
    CHECK(read->text == payload);
  }
  CHECK(!make_png(*matrix, {.module_pixels = 0, .dots_per_inch = 300}));
  CHECK(!make_png(*matrix, {.module_pixels = 101, .dots_per_inch = 300}));
}

TEST_CASE("an SVG draws each dark module once, in one path, and escapes what it quotes") {
  const auto matrix = make_qr("a&b", Correction::kLow);
  REQUIRE(matrix);
  const std::string svg = make_svg(*matrix, {"a&b", "<&\">", {}, "x"}, 0.5);
  CHECK(svg.find("<path") == svg.rfind("<path"));
  CHECK(svg.find("<title>a&amp;b</title>") != std::string::npos);
  CHECK(svg.find("&lt;&amp;&quot;&gt;</text>") != std::string::npos);
  CHECK(svg.find("width=\"14.500mm\"") != std::string::npos);  // (21 + 8) modules
  int dark = 0;
  for (std::size_t run = svg.find('h', svg.find(" d=\"")); run != std::string::npos;
       run = svg.find('h', run + 1)) {
    const std::size_t back = svg.find("v1h-", run);
    if (back == std::string::npos) break;
    dark += std::stoi(svg.substr(run + 1));
    run = back + 4;
  }
  CHECK(dark == std::count(matrix->dark.begin(), matrix->dark.end(), 1));
}
