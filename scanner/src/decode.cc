#include "scanner/decode.h"

#define ZX_USE_UTF8 1  // else text() is a wide string
#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <cstdlib>

#include "filters.h"

namespace nianlun::scanner {
namespace {

// Debian's ZXing 1.4.0 has assertions on, and its linear and Micro QR readers trip them on clean
// images. With these two formats no photo of ours did, but that is no proof: see worker.h.
const ZXing::BarcodeFormats kFormats =
    ZXing::BarcodeFormat::QRCode | ZXing::BarcodeFormat::DataMatrix;

ZXing::DecodeHints search_hints() {
  ZXing::DecodeHints hints;
  hints.setFormats(kFormats);
  // A finer pyramid than the default reads 2 to 3 % more photos at a quarter more time.
  hints.setDownscaleFactor(2).setDownscaleThreshold(200);
  return hints;
}

ZXing::ImageView view(const Image& image) {
  return {image.luma.data(), image.width, image.height, ZXing::ImageFormat::Lum};
}

bool is_ours(const ZXing::Result& result) {
  return result.isValid() && (result.format() == ZXing::BarcodeFormat::QRCode ||
                              result.format() == ZXing::BarcodeFormat::DataMatrix);
}

Code to_code(const ZXing::Result& result) {
  Code code;
  code.text = result.text();
  code.symbology = result.format() == ZXing::BarcodeFormat::QRCode ? "QRCode" : "DataMatrix";
  std::ranges::transform(result.position(), code.corners.begin(), [](const ZXing::PointI& at) {
    return Point{at.x, at.y};
  });
  return code;
}

std::vector<Code> read(const Image& image) {
  std::vector<Code> codes;
  if (image.luma.empty()) return codes;
  try {
    for (const ZXing::Result& result : ZXing::ReadBarcodes(view(image), search_hints())) {
      if (!is_ours(result)) continue;
      Code code = to_code(result);
      if (!code.text.empty() && code.text.size() <= kPayloadBytesMax) {
        codes.push_back(std::move(code));
      }
    }
  } catch (const std::exception&) {
    // The library throws on some damaged symbols: there is nothing to read in them.
  }
  return codes;
}

template <class Transform>
std::vector<Code> moved(std::vector<Code> codes, Transform transform) {
  for (Code& code : codes) {
    for (Point& corner : code.corners) corner = transform(corner);
  }
  return codes;
}

// The ladder: each step reads some photos that none before it reads. Ordered by gain per time.
std::vector<Code> read_harder(const Image& image) {
  constexpr std::size_t kSmallPixels = 2'000'000;
  const auto same = [](Point at) { return at; };
  const auto try_copy = [&](const Image& copy, auto transform) {
    return moved(read(copy), transform);
  };
  if (auto codes = try_copy(sharpen(image, 4, 1.5), same); !codes.empty()) return codes;
  const auto read_turned = [&](double degrees) {
    const Turned turned = turn(image, degrees);
    return try_copy(turned.image, [&](Point at) { return turned.original(at); });
  };
  if (auto codes = read_turned(20); !codes.empty()) return codes;
  const int radius = std::clamp(std::min(image.width, image.height) / 24, 4, 60);
  if (auto codes = try_copy(threshold_locally(image, radius, 5), same); !codes.empty()) {
    return codes;
  }
  if (image.luma.size() <= kSmallPixels) {
    const auto half = [](Point at) { return Point{at.x / 2, at.y / 2}; };
    if (auto codes = try_copy(enlarge(image), half); !codes.empty()) return codes;
    if (auto codes = try_copy(sharpen(enlarge(image), 4, 1.5), half); !codes.empty()) return codes;
  }
  if (auto codes = try_copy(equalize_locally(image), same); !codes.empty()) return codes;
  if (auto codes = try_copy(invert(image), same); !codes.empty()) return codes;
  return read_turned(45);
}

Point centre(const Code& code) {
  Point sum;
  for (const Point& corner : code.corners) sum.x += corner.x, sum.y += corner.y;
  return {sum.x / 4, sum.y / 4};
}

// Whether two finds are one symbol that stands in two overlapping tiles.
bool same_symbol(const Code& a, const Code& b) {
  if (a.text != b.text) return false;
  const Point at = centre(a);
  const Point other = centre(b);
  const int reach = std::max(std::abs(a.corners[0].x - a.corners[2].x),
                             std::abs(a.corners[0].y - a.corners[2].y)) /
                    2;
  return std::abs(at.x - other.x) <= reach && std::abs(at.y - other.y) <= reach;
}

void merge(std::vector<Code>& codes, std::vector<Code> found) {
  for (Code& code : found) {
    const auto is_same = [&](const Code& known) { return same_symbol(known, code); };
    if (std::none_of(codes.begin(), codes.end(), is_same)) codes.push_back(std::move(code));
  }
}

// The library combines at most 256 finder patterns per call, so that it loses symbols of a full
// sheet. In tiles that overlap by 30 % each symbol stands whole in a tile with few others.
void read_tiles(const Image& image, int columns, int rows, std::vector<Code>& codes) {
  constexpr int kTileSideMin = 200;
  const auto side = [](int length, int count) {
    return length * 10 / (10 * count - 3 * (count - 1));
  };
  const int width = side(image.width, columns);
  const int height = side(image.height, rows);
  if (width < kTileSideMin || height < kTileSideMin) return;
  for (int tile = 0; tile < columns * rows; ++tile) {
    const Point corner{(image.width - width) * (tile % columns) / std::max(1, columns - 1),
                       (image.height - height) * (tile / columns) / std::max(1, rows - 1)};
    merge(codes, moved(read(crop(image, corner, width, height)), [&](Point at) {
            return Point{at.x + corner.x, at.y + corner.y};
          }));
  }
}

}  // namespace

std::vector<Code> decode(const Image& image, const DecodeOptions& options) {
  std::vector<Code> codes = read(image);
  if (options.many) {
    const bool tall = image.height > image.width;
    read_tiles(image, 2, 2, codes);
    read_tiles(image, tall ? 3 : 4, tall ? 4 : 3, codes);
  }
  if (codes.empty() && options.try_harder) codes = read_harder(image);
  std::sort(codes.begin(), codes.end(), [](const Code& a, const Code& b) {
    return std::pair(a.corners[0].y, a.corners[0].x) < std::pair(b.corners[0].y, b.corners[0].x);
  });
  return codes;
}

Result<Code> decode_pure(const Image& image) {
  ZXing::DecodeHints hints;
  hints.setFormats(ZXing::BarcodeFormat::QRCode).setIsPure(true);
  hints.setBinarizer(ZXing::Binarizer::FixedThreshold).setTryDownscale(false);
  hints.setTryRotate(false).setTryHarder(false).setMaxNumberOfSymbols(1);
  try {
    const ZXing::Result result = ZXing::ReadBarcode(view(image), hints);
    if (is_ours(result)) return to_code(result);
  } catch (const std::exception&) {
    // As unreadable as a symbol that is not found.
  }
  return fail(ErrorCode::kInvalidArgument, "scanner.no-code");
}

}  // namespace nianlun::scanner
