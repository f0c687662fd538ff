#include "paper_font.h"

#include <string_view>

#include "try.h"

namespace nianlun {
namespace {

Result<void> check_font(PangoContext* context, const char* family) {
  const PaperOwned<PangoFontDescription> wanted = font(family);
  pango_font_description_set_size(wanted.get(), 10 * PANGO_SCALE);
  const PaperOwned<PangoFont> loaded(pango_context_load_font(context, wanted.get()));
  if (loaded) {
    const PaperOwned<PangoFontDescription> got(pango_font_describe(loaded.get()));
    if (std::string_view(pango_font_description_get_family(got.get())) == family) return {};
  }
  return fail(ErrorCode::kNotFound, "paper.font-missing", {{"font", family}});
}

}  // namespace

PaperOwned<PangoFontDescription> font(const char* family) {
  PaperOwned<PangoFontDescription> description(pango_font_description_new());
  pango_font_description_set_family(description.get(), family);
  return description;
}

Result<void> set_up_fonts(PangoContext* context, std::string_view language) {
  pango_cairo_context_set_resolution(context, 72);
  pango_context_set_language(context,
                             pango_language_from_string(language == "zh" ? "zh-cn" : "en"));
  for (const char* family : {kTextFamily, kMonoFamily}) TRY(check_font(context, family));
  return {};
}

}  // namespace nianlun
