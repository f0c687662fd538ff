#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun::scanner {

/// A picture as decoders want it: 8 bits of luminance per pixel, row-major, no padding.
struct Image {
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels
  std::vector<std::uint8_t> luma;
};

/// What load_image() takes. The pixels are counted from the header, before anything is decoded.
struct ImageLimits {
  std::size_t bytes_max = 64 << 20;
  std::size_t pixels_max = 100'000'000;
  /// A JPEG with more pixels is decoded at 1/2, 1/4 or 1/8 of its size; larger than most cameras.
  std::size_t jpeg_pixels_wanted = 26'000'000;
};

/// The luminance of a PNG (ISO/IEC 15948), JPEG (ISO/IEC 10918-1) or WebP (RFC 9649) file, told
/// apart by their first bytes. What is transparent counts as white. Orientation tags are ignored:
/// codes are read in any position. Files may be hostile; see worker.h for decoding those.
///
/// Threads: any.
/// Errors:
/// kInvalidArgument  no such format, or damaged or truncated
/// kTooLarge         over a limit
Result<Image> load_image(Bytes file, const ImageLimits& limits = {});

}  // namespace nianlun::scanner
