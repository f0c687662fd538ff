#include "labels/sheet.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "ledger/src/try.h"

namespace nianlun::labels {
namespace {

constexpr double kPointsPerMm = 72 / 25.4;

struct Free {
  void operator()(cairo_surface_t* p) const { cairo_surface_destroy(p); }
  void operator()(cairo_t* p) const { cairo_destroy(p); }
  void operator()(cairo_pattern_t* p) const { cairo_pattern_destroy(p); }
  void operator()(PangoLayout* p) const { g_object_unref(p); }
  void operator()(PangoFont* p) const { g_object_unref(p); }
  void operator()(PangoFontDescription* p) const { pango_font_description_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Unexpected no_memory() { return fail(ErrorCode::kIo, "labels.out-of-memory"); }

constexpr const char* kTextFamily = "Noto Sans CJK SC";
constexpr const char* kCaptionFamily = "Noto Sans Mono CJK SC";

Owned<PangoFontDescription> font(const char* family, bool bold) {
  Owned<PangoFontDescription> description(pango_font_description_new());
  pango_font_description_set_family(description.get(), family);
  if (bold) pango_font_description_set_weight(description.get(), PANGO_WEIGHT_BOLD);
  return description;
}

// Fontconfig puts any font in the place of a missing one; its squares would be found on paper.
Result<void> check_font(PangoContext* context, const char* family) {
  Owned<PangoFontDescription> wanted = font(family, false);
  pango_font_description_set_size(wanted.get(), 10 * PANGO_SCALE);
  const Owned<PangoFont> loaded(pango_context_load_font(context, wanted.get()));
  if (loaded) {
    const Owned<PangoFontDescription> got(pango_font_describe(loaded.get()));
    if (std::string_view(pango_font_description_get_family(got.get())) == family) return {};
  }
  return fail(ErrorCode::kNotFound, "labels.font-missing", {{"font", family}});
}

// The symbol as a stencil: one bit per module, least significant first in 32-bit words.
Owned<cairo_surface_t> stencil(const Matrix& matrix) {
  Owned<cairo_surface_t> surface(
      cairo_image_surface_create(CAIRO_FORMAT_A1, matrix.size, matrix.size));
  unsigned char* data = cairo_image_surface_get_data(surface.get());
  if (data == nullptr) return surface;
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int row = 0; row < matrix.size; ++row) {
    unsigned char* line = data + static_cast<std::ptrdiff_t>(row) * stride;
    std::fill_n(line, stride, static_cast<unsigned char>(0));
    for (int column = 0; column < matrix.size; ++column) {
      if (!matrix.is_dark(column, row)) continue;
      line[column / 8] = static_cast<unsigned char>(line[column / 8] | 1U << unsigned(column % 8));
    }
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

}  // namespace

struct Sheet::Impl {
  Options options;
  Sink sink;
  Result<void> sunk;  // the first failure of the sink
  Owned<cairo_surface_t> surface;
  Owned<cairo_t> cairo;
  Owned<PangoLayout> text;
  Owned<PangoFontDescription> plain, bold, fixed;
  int position = 0;
  bool page_is_empty = true;

  static cairo_status_t write(void* self, const unsigned char* bytes, unsigned count) {
    Impl& impl = *static_cast<Impl*>(self);
    if (impl.sunk) impl.sunk = impl.sink({reinterpret_cast<const char*>(bytes), count});
    return impl.sunk ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
  }

  Result<void> status() const {
    if (!sunk) return Unexpected{sunk.error()};
    const cairo_status_t status = cairo_status(cairo.get());
    if (status == CAIRO_STATUS_SUCCESS) return {};
    return fail(ErrorCode::kIo, "labels.draw-failed", {{"reason", cairo_status_to_string(status)}});
  }

  // Sets one line into a rectangle (millimetres); what is too wide becomes smaller, down to
  // `points_min`, and then loses its end.
  struct Line {
    double x, y, width;
    double points, points_min;
    bool centred = false;
  };
  void draw_line(const std::string& words, PangoFontDescription* face, const Line& at) {
    const auto set_size = [&](double points) {
      pango_font_description_set_absolute_size(face, points * PANGO_SCALE);
      pango_layout_set_font_description(text.get(), face);
    };
    const double width = at.width * kPointsPerMm;
    pango_layout_set_width(text.get(), -1);
    set_size(at.points);
    pango_layout_set_text(text.get(), words.data(), static_cast<int>(words.size()));
    PangoRectangle extents{};
    pango_layout_get_extents(text.get(), nullptr, &extents);
    double natural = static_cast<double>(extents.width) / PANGO_SCALE;
    if (natural > width) {
      const double points =
          std::max(at.points_min, std::floor(at.points * width / natural * 20) / 20);
      set_size(points);
      natural *= points / at.points;
      if (natural > width)
        pango_layout_set_width(text.get(), static_cast<int>(width * PANGO_SCALE));
    }
    const double indent = at.centred ? std::max(0.0, width - natural) / 2 : 0;
    const double baseline =
        static_cast<double>(pango_layout_get_baseline(text.get())) / PANGO_SCALE;
    cairo_move_to(cairo.get(), at.x * kPointsPerMm + indent,
                  at.y * kPointsPerMm + at.points * 0.88 - baseline);
    pango_cairo_show_layout(cairo.get(), text.get());
  }

  Result<void> draw_texts(const Label& label, const Placement& at) {
    if (!label.caption.empty()) {
      draw_line(label.caption, fixed.get(),
                {at.caption_x, at.caption_y, at.caption_width, 8.5, 4, true});
    }
    const std::size_t count = label.lines.size() + (options.title.empty() ? 0 : 1);
    if (count == 0) return {};
    constexpr double kLeading = 1.3;
    const double height = at.text_height * kPointsPerMm;
    const double points = std::min(9.0, height / (kLeading * static_cast<double>(count)));
    constexpr double kPointsMin = 5;  // smaller Han characters close up in print
    if (points < kPointsMin) {
      return fail(ErrorCode::kInvalidArgument, "labels.too-many-lines",
                  {{"lines", std::to_string(count)},
                   {"max", std::to_string(static_cast<int>(height / (kLeading * kPointsMin)))}});
    }
    double y = at.text_y;
    const auto draw = [&](const std::string& words, PangoFontDescription* face) {
      draw_line(words, face, {at.text_x, y, at.text_width, points, kPointsMin});
      y += points * kLeading / kPointsPerMm;
    };
    if (!options.title.empty()) draw(options.title, bold.get());
    for (const std::string& line : label.lines) draw(line, plain.get());
    return {};
  }

  void draw_symbol(const Matrix& matrix, const Placement& at) {
    const Owned<cairo_surface_t> mask = stencil(matrix);
    const Owned<cairo_pattern_t> pattern(cairo_pattern_create_for_surface(mask.get()));
    cairo_pattern_set_filter(pattern.get(), CAIRO_FILTER_NEAREST);
    cairo_save(cairo.get());
    cairo_translate(cairo.get(), at.symbol_x * kPointsPerMm, at.symbol_y * kPointsPerMm);
    cairo_scale(cairo.get(), at.module * kPointsPerMm, at.module * kPointsPerMm);
    cairo_mask(cairo.get(), pattern.get());
    cairo_restore(cairo.get());
  }
};

Sheet::Sheet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Sheet::Sheet(Sheet&&) noexcept = default;

Sheet::~Sheet() {
  if (!impl_ || !impl_->surface) return;
  // Destroying the surface would write the rest of the file into a sink that may be gone.
  if (impl_->sunk) impl_->sunk = fail(ErrorCode::kIo, "labels.draw-failed", {{"reason", "-"}});
}

Result<Sheet> Sheet::open(Options options, Sink sink) {
  const Layout& layout = options.layout;
  if (options.first_position < 0 || options.first_position >= layout.labels_per_page()) {
    return fail(ErrorCode::kInvalidArgument, "labels.bad-start",
                {{"count", std::to_string(layout.labels_per_page())}});
  }
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  impl->sink = std::move(sink);
  impl->position = impl->options.first_position;
  impl->surface.reset(cairo_pdf_surface_create_for_stream(Impl::write, impl.get(),
                                                          layout.page_width * kPointsPerMm,
                                                          layout.page_height * kPointsPerMm));
  impl->cairo.reset(cairo_create(impl->surface.get()));
  if (cairo_status(impl->cairo.get()) != CAIRO_STATUS_SUCCESS) return no_memory();
  cairo_pdf_surface_set_metadata(impl->surface.get(), CAIRO_PDF_METADATA_CREATOR, "nianlun labels");
  impl->text.reset(pango_cairo_create_layout(impl->cairo.get()));
  PangoContext* context = pango_layout_get_context(impl->text.get());
  // Metrics are those of the page's points, whatever the screen has.
  pango_cairo_context_set_resolution(context, 72);
  pango_context_set_language(
      context, pango_language_from_string(impl->options.language == "zh" ? "zh-cn" : "en"));
  pango_layout_set_single_paragraph_mode(impl->text.get(), TRUE);
  pango_layout_set_ellipsize(impl->text.get(), PANGO_ELLIPSIZE_END);
  for (const char* family : {kTextFamily, kCaptionFamily}) TRY(check_font(context, family));
  impl->plain = font(kTextFamily, false);
  impl->bold = font(kTextFamily, true);
  impl->fixed = font(kCaptionFamily, false);
  return Sheet(std::move(impl));
}

Result<void> Sheet::add(const Label& label, const Matrix& matrix) {
  Impl& impl = *impl_;
  const Layout& layout = impl.options.layout;
  const bool has_text = !label.lines.empty() || !impl.options.title.empty();
  TRY_ASSIGN(const Placement at, place(layout, matrix.size, has_text));
  if (impl.position == layout.labels_per_page()) {
    cairo_show_page(impl.cairo.get());
    impl.position = 0;
  }
  // The corner is put on a whole dot, so that modules of whole dots begin on dots.
  const auto on_dot = [&](double mm) {
    return std::round(mm * layout.dots_per_mm) / layout.dots_per_mm * kPointsPerMm;
  };
  cairo_save(impl.cairo.get());
  cairo_translate(impl.cairo.get(),
                  on_dot(layout.left + layout.pitch_x * (impl.position % layout.columns)),
                  on_dot(layout.top + layout.pitch_y * (impl.position / layout.columns)));
  impl.draw_symbol(matrix, at);
  const Result<void> drawn = impl.draw_texts(label, at);
  cairo_restore(impl.cairo.get());
  if (!drawn) return drawn;
  ++impl.position;
  impl.page_is_empty = false;
  return impl.status();
}

Result<void> Sheet::close() {
  Impl& impl = *impl_;
  if (!impl.page_is_empty) cairo_show_page(impl.cairo.get());
  TRY(impl.status());
  cairo_surface_finish(impl.surface.get());
  if (!impl.sunk) return Unexpected{impl.sunk.error()};
  const cairo_status_t status = cairo_surface_status(impl.surface.get());
  if (status == CAIRO_STATUS_SUCCESS) return {};
  return fail(ErrorCode::kIo, "labels.draw-failed", {{"reason", cairo_status_to_string(status)}});
}

}  // namespace nianlun::labels
