#include <png.h>

#include <csetjmp>
#include <vector>

#include "labels/picture.h"

namespace nianlun::labels {
namespace {

extern "C" {
static void append_bytes(png_structp png, png_bytep bytes, std::size_t count) {
  static_cast<Buffer*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(bytes), count);
}
static void flush_nothing(png_structp) {}
}

// One row of pixels, eight per octet; in 1-bit grey a set bit is white.
std::vector<png_byte> row_of(const Matrix& matrix, int row, int scale) {
  const int side = (matrix.size + 2 * kQuietModules) * scale;
  std::vector<png_byte> bits(static_cast<std::size_t>(side + 7) / 8, 0xff);
  if (row < 0 || row >= matrix.size) return bits;
  for (int column = 0; column < matrix.size; ++column) {
    if (!matrix.is_dark(column, row)) continue;
    for (int i = 0; i < scale; ++i) {
      const auto pixel = static_cast<unsigned>((column + kQuietModules) * scale + i);
      bits[pixel / 8] = static_cast<png_byte>(bits[pixel / 8] & ~(0x80U >> pixel % 8));
    }
  }
  return bits;
}

// libpng reports errors by longjmp, so that nothing with a destructor may live in this function.
bool write_png(Buffer& out, const std::vector<std::vector<png_byte>>& rows, png_uint_32 side,
               png_uint_32 dots_per_metre, int scale) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  if (info == nullptr || setjmp(png_jmpbuf(png)) != 0) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_set_write_fn(png, &out, append_bytes, flush_nothing);
  png_set_compression_level(png, 1);  // equal rows shrink to nothing at any level
  png_set_filter(png, 0, PNG_FILTER_NONE);
  png_set_IHDR(png, info, side, side, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_pHYs(png, info, dots_per_metre, dots_per_metre, PNG_RESOLUTION_METER);
  png_write_info(png, info);
  for (const std::vector<png_byte>& row : rows) {
    for (int copy = 0; copy < scale; ++copy) png_write_row(png, row.data());
  }
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return true;
}

}  // namespace

Result<Buffer> make_png(const Matrix& matrix, const PngOptions& options) {
  constexpr int kModulePixelsMax = 100;
  if (options.module_pixels < 1 || options.module_pixels > kModulePixelsMax) {
    return fail(ErrorCode::kInvalidArgument, "labels.module-pixels",
                {{"max", std::to_string(kModulePixelsMax)}});
  }
  const int modules = matrix.size + 2 * kQuietModules;
  std::vector<std::vector<png_byte>> rows;
  for (int row = 0; row < modules; ++row) {
    rows.push_back(row_of(matrix, row - kQuietModules, options.module_pixels));
  }
  Buffer out;
  const auto side = static_cast<png_uint_32>(modules * options.module_pixels);
  const auto per_metre = static_cast<png_uint_32>(options.dots_per_inch / 0.0254 + 0.5);
  if (!write_png(out, rows, side, per_metre, options.module_pixels)) {
    return fail(ErrorCode::kIo, "labels.out-of-memory");
  }
  return out;
}

}  // namespace nianlun::labels
