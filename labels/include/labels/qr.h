#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ledger/result.h"

namespace nianlun::labels {

/// The white border that a QR symbol needs on each side (ISO/IEC 18004, 6.3.8), in modules.
inline constexpr int kQuietModules = 4;

/// How much of a symbol may be lost: about 7, 15, 25 and 30 percent.
enum class Correction { kLow, kMedium, kQuartile, kHigh };

/// The modules of a QR symbol without its quiet zone.
struct Matrix {
  int size = 0;                    ///< modules per side: 17 + 4 * version
  std::vector<std::uint8_t> dark;  ///< row-major, 1 is dark

  bool is_dark(int column, int row) const {
    return dark[static_cast<std::size_t>(row) * static_cast<std::size_t>(size) +
                static_cast<std::size_t>(column)] != 0;
  }
};

/// The smallest QR symbol (ISO/IEC 18004) of a payload.
///
/// Threads: any.
/// Errors:
/// kInvalidArgument  the payload is empty or holds a zero octet
/// kTooLarge         it does not fit into any symbol
Result<Matrix> make_qr(std::string_view payload, Correction correction);

/// Reads the symbol back with another library than made it, and compares. A symbol that passes
/// says exactly the payload, whatever went wrong between.
///
/// Threads: any.
/// Errors:
/// kCorrupted  the symbol says something else, or nothing
Result<void> verify_qr(const Matrix& matrix, std::string_view payload);

}  // namespace nianlun::labels
