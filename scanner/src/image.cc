#include "scanner/image.h"

#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "ledger/src/try.h"

namespace nianlun::scanner {
namespace {

Unexpected damaged(std::string_view format) {
  return fail(ErrorCode::kInvalidArgument, "scanner.image-damaged",
              {{"format", std::string(format)}});
}

const std::uint8_t* octets(Bytes bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

Result<void> check_size(std::uint64_t width, std::uint64_t height, const ImageLimits& limits) {
  constexpr std::uint64_t kSideMax = 65'535;  // of JPEG; WebP and sane PNG files stay below
  if (width > kSideMax || height > kSideMax || width * height > limits.pixels_max) {
    return fail(ErrorCode::kTooLarge, "scanner.image-too-large",
                {{"width", std::to_string(width)},
                 {"height", std::to_string(height)},
                 {"max", std::to_string(limits.pixels_max)}});
  }
  return {};
}

Image blank(int width, int height) {
  Image image{width, height, {}};
  image.luma.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  return image;
}

Result<Image> load_png(Bytes file, const ImageLimits& limits) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, decltype(&png_image_free)> guard(&png, png_image_free);
  if (png_image_begin_read_from_memory(&png, file.data(), file.size()) == 0) return damaged("PNG");
  TRY(check_size(png.width, png.height, limits));
  png.format = PNG_FORMAT_GRAY;
  Image image = blank(static_cast<int>(png.width), static_cast<int>(png.height));
  const png_color white{255, 255, 255};
  if (png_image_finish_read(&png, &white, image.luma.data(), 0, nullptr) == 0) {
    return damaged("PNG");
  }
  return image;
}

Result<Image> load_jpeg(Bytes file, const ImageLimits& limits) {
  const std::unique_ptr<void, decltype(&tjDestroy)> decoder(tjInitDecompress(), tjDestroy);
  if (!decoder) return fail(ErrorCode::kIo, "scanner.out-of-memory");
  const auto* data = octets(file);
  const auto bytes = static_cast<unsigned long>(file.size());
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(decoder.get(), data, bytes, &width, &height, &subsampling, &colours) !=
          0 ||
      width <= 0 || height <= 0) {
    return damaged("JPEG");
  }
  TRY(check_size(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height), limits));
  tjscalingfactor scale{1, 1};
  const auto scaled_pixels = [&] {
    return static_cast<std::size_t>(TJSCALED(width, scale)) *
           static_cast<std::size_t>(TJSCALED(height, scale));
  };
  while (scale.denom < 8 && scaled_pixels() > limits.jpeg_pixels_wanted) scale.denom *= 2;
  Image image = blank(TJSCALED(width, scale), TJSCALED(height, scale));
  if (tjDecompress2(decoder.get(), data, bytes, image.luma.data(), image.width, 0, image.height,
                    TJPF_GRAY, TJFLAG_FASTDCT | TJFLAG_LIMITSCANS | TJFLAG_STOPONWARNING) != 0) {
    return damaged("JPEG");
  }
  return image;
}

// Codes are often saved as lossless WebP with alpha, where the Y plane would show what is hidden.
Result<Image> load_transparent_webp(Bytes file) {
  int width = 0;
  int height = 0;
  const std::unique_ptr<std::uint8_t, decltype(&WebPFree)> rgba(
      WebPDecodeRGBA(octets(file), file.size(), &width, &height), WebPFree);
  if (!rgba) return damaged("WebP");
  Image image = blank(width, height);
  const std::uint8_t* pixel = rgba.get();
  for (std::uint8_t& luma : image.luma) {
    const unsigned grey = (pixel[0] * 77U + pixel[1] * 150U + pixel[2] * 29U) >> 8U;
    luma = static_cast<std::uint8_t>((grey * pixel[3] + 255U * (255U - pixel[3])) / 255U);
    pixel += 4;
  }
  return image;
}

Result<Image> load_webp(Bytes file, const ImageLimits& limits) {
  WebPBitstreamFeatures features{};
  if (WebPGetFeatures(octets(file), file.size(), &features) != VP8_STATUS_OK) {
    return damaged("WebP");
  }
  if (features.has_animation != 0) {
    return fail(ErrorCode::kInvalidArgument, "scanner.image-animated");
  }
  TRY(check_size(static_cast<std::uint64_t>(features.width),
                 static_cast<std::uint64_t>(features.height), limits));
  if (features.has_alpha != 0) return load_transparent_webp(file);
  int width = 0;
  int height = 0;
  int stride = 0;
  int chroma_stride = 0;
  std::uint8_t* u = nullptr;
  std::uint8_t* v = nullptr;
  const std::unique_ptr<std::uint8_t, decltype(&WebPFree)> y(
      WebPDecodeYUV(octets(file), file.size(), &width, &height, &u, &v, &stride, &chroma_stride),
      WebPFree);
  if (!y) return damaged("WebP");
  Image image = blank(width, height);
  for (int row = 0; row < height; ++row) {
    std::copy_n(y.get() + static_cast<std::ptrdiff_t>(row) * stride, width,
                image.luma.data() + static_cast<std::ptrdiff_t>(row) * width);
  }
  return image;
}

}  // namespace

Result<Image> load_image(Bytes file, const ImageLimits& limits) {
  if (file.size() > limits.bytes_max) {
    return fail(ErrorCode::kTooLarge, "scanner.file-too-large",
                {{"max", std::to_string(limits.bytes_max)}});
  }
  if (file.starts_with("\x89PNG\r\n\x1a\n")) return load_png(file, limits);
  if (file.starts_with("\xff\xd8\xff")) return load_jpeg(file, limits);
  if (file.starts_with("RIFF") && file.substr(0, 12).ends_with("WEBP")) {
    return load_webp(file, limits);
  }
  return fail(ErrorCode::kInvalidArgument, "scanner.image-unknown-format");
}

}  // namespace nianlun::scanner
