#include <algorithm>

#include "labels/qr.h"
#include "scanner/decode.h"

namespace nianlun::labels {

Result<void> verify_qr(const Matrix& matrix, std::string_view payload) {
  constexpr int kPixelsPerModule = 4;  // what the decoder needs; more only takes longer
  const int side = (matrix.size + 2 * kQuietModules) * kPixelsPerModule;
  scanner::Image image{side, side, {}};
  image.luma.assign(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), 255);
  for (int row = 0; row < matrix.size; ++row) {
    const int top = (row + kQuietModules) * kPixelsPerModule;
    const auto line = image.luma.begin() + static_cast<std::ptrdiff_t>(top) * side;
    for (int column = 0; column < matrix.size; ++column) {
      if (!matrix.is_dark(column, row)) continue;
      std::fill_n(line + (column + kQuietModules) * kPixelsPerModule, kPixelsPerModule, 0);
    }
    for (int copy = 1; copy < kPixelsPerModule; ++copy) {
      std::copy_n(line, side, line + static_cast<std::ptrdiff_t>(copy) * side);
    }
  }
  const auto read = scanner::decode_pure(image);
  if (!read || read->text != payload) {
    return fail(
        ErrorCode::kCorrupted, "labels.verify-failed",
        {{"payload", std::string(payload)}, {"read", read ? read->text : std::string("-")}});
  }
  return {};
}

}  // namespace nianlun::labels
