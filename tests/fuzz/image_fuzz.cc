// An image has as many pixels as its header says, within the limits.

#include "fuzz.h"
#include "scanner/image.h"

using nianlun::scanner::ImageLimits;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ImageLimits limits{
      .bytes_max = 1 << 20, .pixels_max = 1 << 20, .jpeg_pixels_wanted = 1 << 12};
  const auto image = nianlun::scanner::load_image(nianlun::testing::input(data, size), limits);
  if (!image) return 0;
  require(image->width > 0 && image->height > 0, "an image has a size");
  const auto pixels =
      static_cast<std::size_t>(image->width) * static_cast<std::size_t>(image->height);
  require(pixels <= limits.pixels_max, "an image is within the limit");
  require(image->luma.size() == pixels, "an image has all its pixels");
  return 0;
}
