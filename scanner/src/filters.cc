#include "filters.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace nianlun::scanner {
namespace {

std::size_t index_of(int x, int y, int width) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
         static_cast<std::size_t>(x);
}

Image same_size(const Image& image) {
  return {image.width, image.height, std::vector<std::uint8_t>(image.luma.size())};
}

std::uint8_t clamped(double value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5);
}

// One line of a box blur with running sums; the edges repeat.
void blur_line(const std::uint8_t* in, std::uint8_t* out, int count, std::ptrdiff_t step,
               int radius) {
  const auto at = [&](int i) { return in[std::clamp(i, 0, count - 1) * step]; };
  unsigned sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += at(i);
  // A 16-bit fixed point reciprocal, since a division per pixel would dominate.
  const unsigned scale = 65536U / static_cast<unsigned>(2 * radius + 1);
  for (int i = 0; i < count; ++i) {
    out[i * step] = static_cast<std::uint8_t>(std::min(255U, (sum * scale + 32768U) >> 16U));
    sum += at(i + radius + 1);
    sum -= at(i - radius);
  }
}

void blur_columns(const Image& in, Image& out, int radius) {
  const int width = in.width;
  const auto row = [&](int y) {
    return in.luma.data() + index_of(0, std::clamp(y, 0, in.height - 1), width);
  };
  std::vector<unsigned> sums(static_cast<std::size_t>(width), 0);
  for (int y = -radius; y <= radius; ++y) {
    for (int x = 0; x < width; ++x) sums[static_cast<std::size_t>(x)] += row(y)[x];
  }
  const unsigned scale = 65536U / static_cast<unsigned>(2 * radius + 1);
  for (int y = 0; y < in.height; ++y) {
    std::uint8_t* to = out.luma.data() + index_of(0, y, width);
    const std::uint8_t* enters = row(y + radius + 1);
    const std::uint8_t* leaves = row(y - radius);
    for (int x = 0; x < width; ++x) {
      unsigned& sum = sums[static_cast<std::size_t>(x)];
      to[x] = static_cast<std::uint8_t>(std::min(255U, (sum * scale + 32768U) >> 16U));
      sum += enters[x];
      sum -= leaves[x];
    }
  }
}

Image mean_blur(const Image& image, int radius) {
  Image rows = same_size(image);
  for (int y = 0; y < image.height; ++y) {
    const std::size_t start = index_of(0, y, image.width);
    blur_line(&image.luma[start], &rows.luma[start], image.width, 1, radius);
  }
  Image out = same_size(image);
  blur_columns(rows, out, radius);
  return out;
}

}  // namespace

Image sharpen(const Image& image, int radius_pixels, double amount) {
  if (image.luma.empty()) return image;
  // Two boxes approach a Gaussian well enough for an unsharp mask.
  const Image blurred = mean_blur(mean_blur(image, radius_pixels), radius_pixels);
  const int scale = static_cast<int>(amount * 256);
  Image out = same_size(image);
  for (std::size_t i = 0; i < out.luma.size(); ++i) {
    const int value = image.luma[i];
    const int sharp = value + (value - blurred.luma[i]) * scale / 256;
    out.luma[i] = static_cast<std::uint8_t>(std::clamp(sharp, 0, 255));
  }
  return out;
}

Image threshold_locally(const Image& image, int radius_pixels, int margin) {
  if (image.luma.empty()) return image;
  const Image mean = mean_blur(image, radius_pixels);
  Image out = same_size(image);
  for (std::size_t i = 0; i < out.luma.size(); ++i) {
    out.luma[i] = image.luma[i] + margin < mean.luma[i] ? 0 : 255;
  }
  return out;
}

Image equalize_locally(const Image& image) {
  constexpr int kCells = 8;
  if (image.width < 4 * kCells || image.height < 4 * kCells) return image;
  struct Range {
    double low = 0;
    double high = 255;
  };
  std::array<Range, kCells * kCells> ranges{};
  for (int cell = 0; cell < kCells * kCells; ++cell) {
    const int left = image.width * (cell % kCells) / kCells;
    const int right = image.width * (cell % kCells + 1) / kCells;
    const int top = image.height * (cell / kCells) / kCells;
    const int bottom = image.height * (cell / kCells + 1) / kCells;
    std::array<int, 256> counts{};
    for (int y = top; y < bottom; ++y) {
      for (int x = left; x < right; ++x) ++counts[image.luma[index_of(x, y, image.width)]];
    }
    const int skipped = (right - left) * (bottom - top) / 50;  // 2 % at either end are outliers
    int low = 0;
    for (int seen = counts[0]; seen <= skipped && low < 254;) seen += counts[std::size_t(++low)];
    int high = 255;
    for (int seen = counts[255]; seen <= skipped && high > low + 1;) {
      seen += counts[std::size_t(--high)];
    }
    const double missing = std::max(0.0, 40.0 - (high - low)) / 2;  // flat paper is left alone
    ranges[static_cast<std::size_t>(cell)] = {low - missing, high + missing};
  }
  Image out = same_size(image);
  const auto place = [&](int at, int size) {
    return std::clamp((at + 0.5) * kCells / size - 0.5, 0.0, kCells - 1.001);
  };
  for (int y = 0; y < image.height; ++y) {
    const double cell_y = place(y, image.height);
    const auto row = static_cast<std::size_t>(cell_y) * kCells;
    const double down = cell_y - std::floor(cell_y);
    for (int x = 0; x < image.width; ++x) {
      const double cell_x = place(x, image.width);
      const auto cell = row + static_cast<std::size_t>(cell_x);
      const double right = cell_x - std::floor(cell_x);
      const auto blend = [&](double Range::*end) {
        return std::lerp(
            std::lerp(ranges[cell].*end, ranges[cell + 1].*end, right),
            std::lerp(ranges[cell + kCells].*end, ranges[cell + kCells + 1].*end, right), down);
      };
      const double low = blend(&Range::low);
      const std::size_t i = index_of(x, y, image.width);
      out.luma[i] = clamped((image.luma[i] - low) * 255 / (blend(&Range::high) - low));
    }
  }
  return out;
}

Image invert(const Image& image) {
  Image out = image;
  for (std::uint8_t& luma : out.luma) luma = static_cast<std::uint8_t>(255 - luma);
  return out;
}

Image enlarge(const Image& image) {
  Image out{image.width * 2, image.height * 2, {}};
  out.luma.resize(image.luma.size() * 4);
  for (int y = 0; y < out.height; ++y) {
    // The centres of the new pixels lie a quarter of an old one beside the old centres.
    const int near_y = y / 2;
    const int far_y = std::clamp(near_y + (y % 2 == 0 ? -1 : 1), 0, image.height - 1);
    for (int x = 0; x < out.width; ++x) {
      const int near_x = x / 2;
      const int far_x = std::clamp(near_x + (x % 2 == 0 ? -1 : 1), 0, image.width - 1);
      const unsigned sum = 9U * image.luma[index_of(near_x, near_y, image.width)] +
                           3U * image.luma[index_of(far_x, near_y, image.width)] +
                           3U * image.luma[index_of(near_x, far_y, image.width)] +
                           1U * image.luma[index_of(far_x, far_y, image.width)];
      out.luma[index_of(x, y, out.width)] = static_cast<std::uint8_t>((sum + 8) / 16);
    }
  }
  return out;
}

Image shrink(const Image& image) {
  Image out{image.width / 2, image.height / 2, {}};
  out.luma.resize(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height));
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const std::size_t i = index_of(2 * x, 2 * y, image.width);
      const std::size_t below = i + static_cast<std::size_t>(image.width);
      out.luma[index_of(x, y, out.width)] = static_cast<std::uint8_t>(
          (image.luma[i] + image.luma[i + 1] + image.luma[below] + image.luma[below + 1] + 2) / 4);
    }
  }
  return out;
}

Point Turned::original(Point turned) const {
  const double x = turned.x - centre_after.x;
  const double y = turned.y - centre_after.y;
  return {centre_before.x + static_cast<int>(std::lround(cosine * x + sine * y)),
          centre_before.y + static_cast<int>(std::lround(-sine * x + cosine * y))};
}

Turned turn(const Image& image, double degrees) {
  const double angle = degrees * std::numbers::pi / 180;
  Turned out{{}, std::cos(angle), std::sin(angle), {image.width / 2, image.height / 2}, {}};
  const double across = std::abs(out.cosine);
  const double along = std::abs(out.sine);
  out.image.width = static_cast<int>(image.width * across + image.height * along) + 1;
  out.image.height = static_cast<int>(image.width * along + image.height * across) + 1;
  out.centre_after = {out.image.width / 2, out.image.height / 2};
  out.image.luma.assign(
      static_cast<std::size_t>(out.image.width) * static_cast<std::size_t>(out.image.height), 128);
  // 16-bit fixed point: a step along a turned row is a constant vector in the original.
  const auto fixed = [](double value) { return static_cast<std::int64_t>(value * 65536); };
  for (int y = 0; y < out.image.height; ++y) {
    const double from_x = -out.centre_after.x;
    const double from_y = y - out.centre_after.y;
    std::int64_t at_x = fixed(out.centre_before.x + out.cosine * from_x + out.sine * from_y);
    std::int64_t at_y = fixed(out.centre_before.y - out.sine * from_x + out.cosine * from_y);
    std::uint8_t* to = out.image.luma.data() + index_of(0, y, out.image.width);
    for (int x = 0; x < out.image.width; ++x, at_x += fixed(out.cosine), at_y -= fixed(out.sine)) {
      const auto left = static_cast<int>(at_x >> 16);
      const auto top = static_cast<int>(at_y >> 16);
      if (left < 0 || top < 0 || left + 1 >= image.width || top + 1 >= image.height) continue;
      const std::uint8_t* pixel = image.luma.data() + index_of(left, top, image.width);
      const auto right = static_cast<int>((at_x >> 8) & 255);
      const auto down = static_cast<int>((at_y >> 8) & 255);
      const int above = pixel[0] * (256 - right) + pixel[1] * right;
      const int below = pixel[image.width] * (256 - right) + pixel[image.width + 1] * right;
      to[x] = static_cast<std::uint8_t>((above * (256 - down) + below * down) >> 16);
    }
  }
  return out;
}

Image crop(const Image& image, Point top_left, int width, int height) {
  assert(top_left.x >= 0 && top_left.y >= 0 && top_left.x + width <= image.width &&
         top_left.y + height <= image.height);
  Image out{width, height, {}};
  out.luma.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y) {
    const auto row = image.luma.begin() +
                     static_cast<std::ptrdiff_t>(index_of(top_left.x, top_left.y + y, image.width));
    out.luma.insert(out.luma.end(), row, row + width);
  }
  return out;
}

}  // namespace nianlun::scanner
