#include "labels/layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "labels/qr.h"

namespace nianlun::labels {
namespace {

// The narrowest module of a QR code with GS1 Digital Link, and what outdoor plates need at arm's
// length; see docs/labels.md for sources.
constexpr double kModuleMin = 0.396;
constexpr double kPlateModuleMin = 1.0;
constexpr double k203 = 8.0;  // dots per millimetre of 203 dpi thermal printers
constexpr double k300 = 300.0 / 25.4;

// Sheets follow the grids that several makers sell: 24 labels of 63.5 x 33.9 mm and 40 of
// 45.7 x 25.4 mm on A4, 30 of 66.7 x 25.4 mm on US Letter.
constexpr std::array<Layout, 7> kLayouts = {{
    {"a4-24", 210, 297, 3, 8, 7.21, 12.9, 66.04, 33.9, 63.5, 33.9, 1.5, kModuleMin, k300},
    {"a4-40", 210, 297, 4, 10, 9.7, 21.5, 48.3, 25.4, 45.7, 25.4, 1.0, kModuleMin, k300},
    {"letter-30", 215.9, 279.4, 3, 10, 4.8, 12.7, 69.9, 25.4, 66.7, 25.4, 1.0, kModuleMin, k300},
    {"roll-50x30", 50, 30, 1, 1, 0, 0, 50, 30, 50, 30, 1.5, kModuleMin, k203},
    {"roll-40x60", 40, 60, 1, 1, 0, 0, 40, 60, 40, 60, 1.5, kModuleMin, k203},
    {"card", 85.6, 53.98, 1, 1, 0, 0, 85.6, 53.98, 85.6, 53.98, 4, kModuleMin, k300},
    {"plate-60x90", 60, 90, 1, 1, 0, 0, 60, 90, 60, 90, 3, kPlateModuleMin, k300},
}};

constexpr double kCaptionHeight = 3.4;
constexpr double kGap = 1.0;
constexpr double kRise = 0.3;  // capitals stand this much lower than their line begins

double whole_dots(const Layout& layout, double length) {
  return std::floor(length * layout.dots_per_mm + 1e-6) / layout.dots_per_mm;
}

}  // namespace

std::span<const Layout> layouts() { return kLayouts; }

Result<Layout> layout_named(std::string_view name) {
  for (const Layout& layout : kLayouts) {
    if (layout.name == name) return layout;
  }
  std::string names;
  for (const Layout& layout : kLayouts) names += ' ' + std::string(layout.name);
  return fail(ErrorCode::kNotFound, "labels.unknown-layout",
              {{"name", std::string(name)}, {"names", names.substr(1)}});
}

Result<Placement> place(const Layout& layout, int symbol_modules, bool has_text) {
  const double width = layout.label_width - 2 * layout.padding;
  const double height = layout.label_height - 2 * layout.padding;
  const bool beside = layout.label_width > layout.label_height;
  const double text_below = beside || !has_text ? 0 : height / 4;
  double available = std::min(width, height - kCaptionHeight - text_below);
  if (beside && has_text) available = std::min(available, width * 0.55);
  const int across = symbol_modules + 2 * kQuietModules;
  Placement at{};
  at.module = whole_dots(layout, available / across);
  if (at.module < layout.module_min) {
    return fail(
        ErrorCode::kTooLarge, "labels.symbol-too-large",
        {{"layout", std::string(layout.name)}, {"modules", std::to_string(symbol_modules)}});
  }
  const double side = at.module * across;
  const double quiet = at.module * kQuietModules;
  const double symbol_left = beside && has_text ? 0 : (width - side) / 2;
  at.symbol_x = whole_dots(layout, layout.padding + symbol_left + quiet);
  const double block = side + kCaptionHeight + text_below;
  const double symbol_top = beside ? (height - block) / 2 : 0;
  at.symbol_y = whole_dots(layout, layout.padding + symbol_top + quiet);
  at.caption_x = layout.padding + symbol_left;
  at.caption_width = side;
  at.caption_y = at.symbol_y - quiet + side;
  at.caption_height = kCaptionHeight;
  if (beside) {
    at.text_x = layout.padding + side + kGap;
    at.text_y = std::max(layout.padding, at.symbol_y - kRise);
    at.text_width = layout.label_width - layout.padding - at.text_x;
    at.text_height = layout.label_height - layout.padding - kGap - at.text_y;
  } else {
    at.text_x = layout.padding;
    at.text_y = at.caption_y + kCaptionHeight + kGap;
    at.text_width = width;
    at.text_height = layout.label_height - layout.padding - at.text_y;
  }
  return at;
}

}  // namespace nianlun::labels
