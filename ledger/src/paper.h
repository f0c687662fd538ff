#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

/// What a page is made of, from top to bottom.
struct PaperBlock {
  enum class Kind {
    kTitle,
    kHeading,
    kLead,  ///< what has to be seen first
    kText,
    kNote,   ///< smaller
    kFixed,  ///< hashes and commands: small, each character as wide as the others
    kGap,
  };
  Kind kind = Kind::kText;
  std::string text;    ///< UTF-8; long lines are wrapped, and no line of it is lost
  double indent = 0;   ///< points
  bool stays = false;  ///< on the page of the block behind it
};
/// Begins on a page of its own.
struct PaperPart {
  std::string language;  ///< "en" or "zh": of the page numbers, and of the shapes of Han characters
  std::string footer;    ///< beside the page's number
  std::vector<PaperBlock> blocks;
};

/// A PDF (ISO 32000-1) on A4, with its fonts embedded. The same parts make the same octets on one
/// installation: its dates are `time_ms`, since 1970 UTC.
///
/// Threads: any.
/// Errors:
/// kNotFound  a font is not installed
/// kTooLarge  over 5,000 pages
/// kIo        it cannot be drawn
Result<Buffer> make_pdf(std::string_view title, std::int64_t time_ms,
                        std::span<const PaperPart> parts);

}  // namespace nianlun
