#pragma once

#include "bundle.h"
#include "paper.h"

namespace nianlun {

/// The ZIP of a bundle whose receipts were proved with `trust`. It is read again as its reader
/// will, so that none leaves that does not hold.
/// Errors are those of read_bundle() and make_pdf(); kTooLarge  over a bound
Result<Buffer> make_bundle(const Bundle& bundle, const Trust& trust);

/// How to verify it, with the program and without: paragraphs.
std::vector<std::string> instructions(const Bundle& bundle, std::string_view language);

/// What a person reads on paper (bundle_history.cc).
PaperPart history_part(const Bundle& bundle, std::string_view language);

}  // namespace nianlun
