#pragma once

#include <functional>
#include <memory>
#include <string>

#include "labels/label.h"
#include "labels/layout.h"
#include "labels/qr.h"
#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun::labels {

/// Draws labels on the pages of a PDF (ISO 32000-1), which leaves in pieces as it is made, so that
/// memory does not grow with the number of pages. Symbols are 1-bit stencils of exactly their
/// modules, on whole printer dots; text is set in Noto Sans CJK, embedded.
///
/// Threads: one at a time.
/// Errors:
/// kNotFound         (open) the font is not installed
/// kInvalidArgument  a label has more lines than it can show
/// kTooLarge         the symbol does not fit; see place()
/// kIo               the sink failed, or there is no memory
class Sheet {
 public:
  struct Options {
    Layout layout;
    std::string title;       ///< above the lines of each label; may be empty
    std::string language;    ///< "en" or "zh": chooses the shapes of Han characters
    int first_position = 0;  ///< labels of the first page that are used up; 0-based
  };
  /// Takes the next piece of the file.
  using Sink = std::function<Result<void>(Bytes)>;

  static Result<Sheet> open(Options options, Sink sink);
  Sheet(Sheet&&) noexcept;
  ~Sheet();

  Result<void> add(const Label& label, const Matrix& matrix);
  /// Ends the last page and the file. A sheet that is not closed is no file.
  Result<void> close();

 private:
  struct Impl;
  explicit Sheet(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace nianlun::labels
