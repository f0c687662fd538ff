#pragma once

#include <string>

#include "labels/label.h"
#include "labels/qr.h"
#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun::labels {

struct PngOptions {
  int module_pixels = 10;   ///< 1 to 100
  int dots_per_inch = 300;  ///< what the file says of its size
};

/// A symbol with its quiet zone as a PNG of 1 bit per pixel (ISO/IEC 15948); no text.
///
/// Threads: any. Errors: kInvalidArgument  module_pixels is out of range; kIo  no memory
Result<Buffer> make_png(const Matrix& matrix, const PngOptions& options = {});

/// A label as SVG 1.1: its symbol with quiet zone as one path, its caption under it. `module` is
/// the width of a module in millimetres.
///
/// Threads: any. Errors: none.
std::string make_svg(const Matrix& matrix, const Label& label, double module_mm);

}  // namespace nianlun::labels
