#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "ledger/result.h"
#include "scanner/image.h"

namespace nianlun::scanner {

/// A payload above this is not an address of ours, and is dropped.
inline constexpr std::size_t kPayloadBytesMax = 2048;

struct Point {
  int x = 0;  ///< pixels from the left
  int y = 0;  ///< pixels from the top
};

/// A symbol that was found in an image.
struct Code {
  std::string text;              ///< UTF-8, at most kPayloadBytesMax; may hold control characters
  std::string symbology;         ///< "QRCode" or "DataMatrix"
  std::array<Point, 4> corners;  ///< clockwise from the symbol's own top left corner
};

struct DecodeOptions {
  /// Look for every symbol of a sheet or pallet, in overlapping tiles; otherwise the search ends
  /// at the first step that finds something.
  bool many = false;
  /// Where a plain look finds nothing, look again at sharpened, turned and thresholded copies.
  bool try_harder = true;
};

/// The QR (ISO/IEC 18004) and Data Matrix (ISO/IEC 16022) symbols of an image, top to bottom.
///
/// The library beneath may abort the process on a hostile image: decode what others send in a
/// DecodeWorker.
/// Threads: any. Errors: none; no symbol is an empty result.
std::vector<Code> decode(const Image& image, const DecodeOptions& options = {});

/// The one symbol of an image that we drew ourselves: upright, sharp, black on white and with its
/// quiet zone. Fast, since nothing is searched for.
///
/// kInvalidArgument  there is no readable symbol
Result<Code> decode_pure(const Image& image);

}  // namespace nianlun::scanner
