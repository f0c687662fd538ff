#include "scanner/image.h"

#include <array>
#include <cstdint>

#include "photos.h"

using namespace nianlun;
using namespace nianlun::scanner;
using nianlun::testing::photos;
using nianlun::testing::read_file;

namespace {

std::string seed(const std::string& extension) {
  for (const auto& path : photos("qrcode-2")) {
    if (path.extension() == extension) return read_file(path);
  }
  FAIL("no seed");
  return {};
}

std::string big_endian(std::uint32_t value) {
  std::string out;
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    out.push_back(static_cast<char>((value >> (shift - 8)) & 255U));
  }
  return out;
}

// The check sum of PNG chunks (ISO/IEC 15948, annex D), bit by bit.
std::uint32_t crc(std::string_view bytes) {
  std::uint32_t sum = 0xffffffffU;
  for (const char c : bytes) {
    sum ^= static_cast<std::uint8_t>(c);
    for (int i = 0; i < 8; ++i) sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~sum;
}

}  // namespace

TEST_CASE("PNG, JPEG and WebP are told apart by their first bytes") {
  for (const char* extension : {".png", ".jpg", ".webp"}) {
    CAPTURE(extension);
    const auto image = load_image(seed(extension));
    REQUIRE(image);
    CHECK(image->width > 0);
    CHECK(image->luma.size() == static_cast<std::size_t>(image->width * image->height));
  }
}

TEST_CASE("a truncated image of any format is refused") {
  for (const char* extension : {".png", ".jpg", ".webp"}) {
    CAPTURE(extension);
    const std::string whole = seed(extension);
    for (const std::size_t bytes :
         {std::size_t{3}, std::size_t{12}, std::size_t{30}, whole.size() / 2, whole.size() - 40}) {
      CAPTURE(bytes);
      CHECK(!load_image(std::string_view(whole).substr(0, bytes)));
    }
  }
}

TEST_CASE("what is no image is refused") {
  for (const char* text : {"", "GIF89a", "hello", "RIFFxxxxWAVE", "\x89PNG", "<svg/>"}) {
    const auto image = load_image(text);
    REQUIRE(!image);
    CHECK(image.error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("a header that promises too many pixels is refused before anything is decoded") {
  const std::string ihdr =
      "IHDR" + big_endian(60'000) + big_endian(60'000) + std::string({8, 0, 0, 0, 0});
  const std::string png = "\x89PNG\r\n\x1a\n" + big_endian(13) + ihdr + big_endian(crc(ihdr)) +
                          big_endian(0) + "IDAT" + big_endian(crc("IDAT"));
  std::string jpeg = seed(".jpg");
  std::size_t frame = 0;
  for (const char* marker : {"\xff\xc0", "\xff\xc2"}) {
    const std::size_t found = jpeg.find(marker);
    if (found != std::string::npos && frame == 0) frame = found;
  }
  REQUIRE(frame != 0);
  jpeg.replace(frame + 5, 4, "\xff\x10\xff\x10");
  std::string webp = seed(".webp");  // 14 bits each for width and height, lossy or lossless
  const bool lossy = webp.substr(12, 4) == "VP8 ";
  REQUIRE((lossy || webp.substr(12, 4) == "VP8L"));
  if (lossy) webp.replace(26, 4, "\xff\x3f\xff\x3f");
  if (!lossy) webp.replace(21, 4, "\xff\xff\xff\x0f");
  for (const std::string& file : {png, jpeg, webp}) {
    const auto image = load_image(file);
    REQUIRE(!image);
    CHECK(image.error().code == ErrorCode::kTooLarge);
    CHECK(image.error().message == "scanner.image-too-large");
  }
}

TEST_CASE("limits on bytes and pixels hold exactly") {
  const std::string file = seed(".png");
  const auto image = load_image(file);
  REQUIRE(image);
  ImageLimits limits;
  limits.bytes_max = file.size();
  limits.pixels_max = image->luma.size();
  CHECK(load_image(file, limits));
  --limits.pixels_max;
  CHECK(!load_image(file, limits));
  ++limits.pixels_max;
  --limits.bytes_max;
  CHECK(!load_image(file, limits));
}

TEST_CASE("a JPEG larger than wanted is decoded at a fraction of its size") {
  const std::string file = seed(".jpg");
  const auto whole = load_image(file);
  REQUIRE(whole);
  ImageLimits limits;
  limits.jpeg_pixels_wanted = whole->luma.size() / 3;
  const auto half = load_image(file, limits);
  REQUIRE(half);
  CHECK(half->width == (whole->width + 1) / 2);
  CHECK(half->height == (whole->height + 1) / 2);
}
