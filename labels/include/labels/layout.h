#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "ledger/result.h"

namespace nianlun::labels {

/// Where labels stand on a page. All lengths in millimetres, from the top left corner.
struct Layout {
  std::string_view name;
  double page_width, page_height;
  int columns, rows;
  double left, top;         ///< of the first label
  double pitch_x, pitch_y;  ///< from label to label
  double label_width, label_height;
  double padding;      ///< unprinted border of each label
  double module_min;   ///< modules are at least this wide
  double dots_per_mm;  ///< of the printer; modules are whole dots wide

  int labels_per_page() const { return columns * rows; }
};

std::span<const Layout> layouts();
/// kNotFound  no layout has that name
Result<Layout> layout_named(std::string_view name);

/// A symbol and its texts on a label. Millimetres, from the label's top left corner.
struct Placement {
  double module;              ///< width of a module, whole dots
  double symbol_x, symbol_y;  ///< of the first module, inside the quiet zone; whole dots
  double caption_x, caption_y, caption_width, caption_height;
  double text_x, text_y, text_width, text_height;
};

/// The largest symbol that leaves room for its caption and, on wide labels, half the width for
/// text.
///
/// kTooLarge  modules would be narrower than module_min
Result<Placement> place(const Layout& layout, int symbol_modules, bool has_text);

}  // namespace nianlun::labels
