#pragma once

// Cairo and Pango as those who draw pages use them: who owns what, and the fonts.

#include <cairo.h>
#include <pango/pangocairo.h>

#include <memory>

#include "ledger/result.h"

namespace nianlun {

struct PaperFree {
  void operator()(cairo_surface_t* p) const { cairo_surface_destroy(p); }
  void operator()(cairo_t* p) const { cairo_destroy(p); }
  void operator()(cairo_pattern_t* p) const { cairo_pattern_destroy(p); }
  void operator()(PangoContext* p) const { g_object_unref(p); }
  void operator()(PangoLayout* p) const { g_object_unref(p); }
  void operator()(PangoFont* p) const { g_object_unref(p); }
  void operator()(PangoFontDescription* p) const { pango_font_description_free(p); }
};
template <class T>
using PaperOwned = std::unique_ptr<T, PaperFree>;

inline constexpr const char* kTextFamily = "Noto Sans CJK SC";
inline constexpr const char* kMonoFamily = "Noto Sans Mono CJK SC";

PaperOwned<PangoFontDescription> font(const char* family);

/// One unit is a point, the shapes of Han characters are those that readers of the language expect,
/// and both families are installed: Fontconfig puts any font in the place of a missing one, and its
/// squares would be found on paper.
/// kNotFound  one is not installed
Result<void> set_up_fonts(PangoContext* context, std::string_view language);

}  // namespace nianlun
