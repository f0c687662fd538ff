#include "scanner/decode.h"

#include "photos.h"

using namespace nianlun;
using namespace nianlun::scanner;
using nianlun::testing::photos;
using nianlun::testing::read_file;

namespace {

struct Count {
  int read = 0;     // images with a symbol
  int correct = 0;  // whose text is that of the .txt beside it
};

std::string without_line_ends(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
  return text;
}

Count count(const std::string& folder) {
  Count count;
  for (std::filesystem::path path : photos(folder)) {
    const auto image = load_image(read_file(path));
    REQUIRE_MESSAGE(image, path.string());
    const auto codes = decode(*image);
    if (codes.empty()) continue;
    ++count.read;
    const auto expected = path.replace_extension(".txt");
    if (!std::filesystem::exists(expected)) continue;
    if (without_line_ends(read_file(expected)) == without_line_ends(codes[0].text)) {
      ++count.correct;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("photos of QR codes are read at least as well as ever before") {
  // Folder, images read, and read with exactly the text beside them, as measured.
  struct Row {
    const char* folder;
    int read, correct;
  };
  for (const Row& row : {Row{"qrcode-1", 8, 8}, Row{"qrcode-2", 52, 51}, Row{"qrcode-3", 16, 16},
                         Row{"qrcode-4", 16, 16}, Row{"qrcode-5", 14, 14}, Row{"qrcode-6", 15, 15},
                         Row{"datamatrix-1", 26, 26}, Row{"datamatrix-2", 13, 13},
                         Row{"datamatrix-3", 20, 19}, Row{"datamatrix-4", 21, 21}}) {
    CAPTURE(row.folder);
    const Count now = count(row.folder);
    CHECK(now.read >= row.read);
    CHECK(now.correct >= row.correct);
  }
}

TEST_CASE("nothing is read where there is no code") {
  CHECK(count("falsepositives-1").read == 0);
  CHECK(count("falsepositives-2").read == 0);
}

TEST_CASE("a code is found once, whether or not many are looked for, and where it stands") {
  const auto image = load_image(read_file(photos("qrcode-1")[0]));
  REQUIRE(image);
  const auto one = decode(*image);
  const auto many = decode(*image, {.many = true, .try_harder = true});
  REQUIRE(one.size() == 1);
  REQUIRE(many.size() == 1);
  CHECK(one[0].text == many[0].text);
  CHECK(one[0].symbology == "QRCode");
  for (const Point& corner : one[0].corners) {
    CHECK(corner.x >= 0);
    CHECK(corner.y >= 0);
    CHECK(corner.x < image->width);
    CHECK(corner.y < image->height);
  }
}

TEST_CASE("every code of an image is found when many are looked for") {
  const auto path = nianlun::testing::vectors() / "codes/zxing-cpp/multi-1/multi-qr.png";
  const auto image = load_image(read_file(path));
  REQUIRE(image);
  CHECK(decode(*image, {.many = true, .try_harder = false}).size() == 4);
}

TEST_CASE("images without pixels and of one pixel hold no code") {
  CHECK(decode(Image{}).empty());
  CHECK(decode(Image{1, 1, {0}}, {.many = true, .try_harder = true}).empty());
  CHECK(decode(Image{40, 1, std::vector<std::uint8_t>(40, 0)}).empty());
  CHECK(!decode_pure(Image{1, 1, {0}}));
}
