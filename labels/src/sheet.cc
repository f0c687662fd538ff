#include "labels/sheet.h"

#include <cairo-pdf.h>
#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <unordered_map>

#include "ledger/src/paper_font.h"
#include "ledger/src/try.h"

namespace nianlun::labels {
namespace {

constexpr double kPointsPerMm = 72 / 25.4;

// In parts of the size of type: from line to line, the same as the font has it, and the height of
// what stands above the base line.
constexpr double kLeading = 1.3;
constexpr double kNaturalLeading = 1.448;
constexpr double kCapitals = 0.88;
constexpr int kPointsMax = 9;
constexpr int kPointsMin = 5;  // smaller Han characters close up in print

template <class T>
using Owned = PaperOwned<T>;

Unexpected no_memory() { return fail(ErrorCode::kIo, "labels.out-of-memory"); }

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
  // A line of the block beside the symbol, wrapped or cut to the block's width.
  struct Line {
    Owned<PangoLayout> layout;
    int rows = 0;
  };
  enum class TooLong { kWrap, kCut };

  Options options;
  Sink sink;
  Result<void> sunk;  // the first failure of the sink
  Owned<cairo_surface_t> surface;
  Owned<cairo_t> cairo;
  Owned<PangoLayout> caption;
  Owned<PangoFontDescription> plain, heavy, fixed;
  PangoContext* context = nullptr;  // of `caption`
  std::unordered_map<std::string, Line> lines;
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
    return fail(ErrorCode::kIo, "paper.draw-failed", {{"reason", cairo_status_to_string(status)}});
  }

  void set_size(PangoLayout* layout, PangoFontDescription* face, double points) {
    pango_font_description_set_absolute_size(face, points * PANGO_SCALE);
    pango_layout_set_font_description(layout, face);
  }

  PangoRectangle extents_of(PangoLayout* layout) {
    PangoRectangle extents{};
    pango_layout_get_extents(layout, nullptr, &extents);
    return extents;
  }

  // One line under the middle of the symbol; if it is too wide, smaller, and at last without its
  // end.
  void draw_caption(const std::string& words, const Placement& at) {
    constexpr double kCaptionPoints = 8.5;
    constexpr double kCaptionPointsMin = 4;
    const double width = at.caption_width * kPointsPerMm;
    PangoLayout* layout = caption.get();
    pango_layout_set_width(layout, -1);
    set_size(layout, fixed.get(), kCaptionPoints);
    pango_layout_set_text(layout, words.data(), static_cast<int>(words.size()));
    double natural = static_cast<double>(extents_of(layout).width) / PANGO_SCALE;
    if (natural > width) {
      const double points =
          std::max(kCaptionPointsMin, std::floor(kCaptionPoints * width / natural * 20) / 20);
      set_size(layout, fixed.get(), points);
      natural *= points / kCaptionPoints;
      if (natural > width) pango_layout_set_width(layout, static_cast<int>(width * PANGO_SCALE));
    }
    const double baseline = static_cast<double>(pango_layout_get_baseline(layout)) / PANGO_SCALE;
    cairo_move_to(cairo.get(), at.caption_x * kPointsPerMm + std::max(0.0, width - natural) / 2,
                  at.caption_y * kPointsPerMm + kCaptionPoints * kCapitals - baseline);
    pango_cairo_show_layout(cairo.get(), layout);
  }

  // The same words stand on many labels, and setting them is what takes time.
  const Line& set_line(std::string_view words, bool bold, int points, int width, TooLong too_long) {
    constexpr std::size_t kLinesMax = 512;
    std::string key = fmt::format("{} {} {} {} ", bold, points, width, static_cast<int>(too_long));
    key += words;
    if (const auto known = lines.find(key); known != lines.end()) return known->second;
    if (lines.size() >= kLinesMax) lines.clear();
    Line line{Owned<PangoLayout>(pango_layout_new(context)), 0};
    PangoLayout* layout = line.layout.get();
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_width(layout, width);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_line_spacing(layout, static_cast<float>(kLeading / kNaturalLeading));
    if (too_long == TooLong::kCut) pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    set_size(layout, bold ? heavy.get() : plain.get(), points);
    pango_layout_set_text(layout, words.data(), static_cast<int>(words.size()));
    line.rows = pango_layout_get_line_count(layout);
    return lines.emplace(std::move(key), std::move(line)).first->second;
  }

  // Title and lines in the largest size at which they fit with long lines wrapped; failing that
  // in the smallest, where each line loses what is too long.
  Result<void> draw_block(const Label& label, const Placement& at) {
    const int width = static_cast<int>(at.text_width * kPointsPerMm * PANGO_SCALE);
    const auto each = [&](int points, TooLong too_long, auto use) {
      if (!options.title.empty()) use(set_line(options.title, true, points, width, too_long));
      for (const std::string& line : label.lines) {
        use(set_line(line, false, points, width, too_long));
      }
    };
    const auto rows_max = [&](int points) {
      return static_cast<int>(at.text_height * kPointsPerMm / (kLeading * points));
    };
    const int count = static_cast<int>(label.lines.size()) + (options.title.empty() ? 0 : 1);
    TooLong too_long = TooLong::kWrap;
    int points = kPointsMax;
    for (; points >= kPointsMin; --points) {
      if (count > rows_max(points)) continue;
      int rows = 0;
      each(points, too_long, [&](const Line& line) { rows += line.rows; });
      if (rows <= rows_max(points)) break;
    }
    if (points < kPointsMin) {
      points = kPointsMin;
      too_long = TooLong::kCut;
      if (count > rows_max(points)) {
        return fail(ErrorCode::kInvalidArgument, "labels.too-many-lines",
                    {{"lines", std::to_string(count)}});
      }
    }
    double y = at.text_y * kPointsPerMm;
    each(points, too_long, [&](const Line& line) {
      const double ascent =
          static_cast<double>(pango_layout_get_baseline(line.layout.get())) / PANGO_SCALE;
      cairo_move_to(cairo.get(), at.text_x * kPointsPerMm, y + points * kCapitals - ascent);
      pango_cairo_show_layout(cairo.get(), line.layout.get());
      y += line.rows * points * kLeading;
    });
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
  if (impl_->sunk) impl_->sunk = fail(ErrorCode::kIo, "paper.draw-failed", {{"reason", "-"}});
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
  impl->caption.reset(pango_cairo_create_layout(impl->cairo.get()));
  pango_layout_set_single_paragraph_mode(impl->caption.get(), TRUE);
  pango_layout_set_ellipsize(impl->caption.get(), PANGO_ELLIPSIZE_MIDDLE);
  impl->context = pango_layout_get_context(impl->caption.get());
  TRY(set_up_fonts(impl->context, impl->options.language));
  impl->plain = font(kTextFamily);
  impl->heavy = font(kTextFamily);
  pango_font_description_set_weight(impl->heavy.get(), PANGO_WEIGHT_BOLD);
  impl->fixed = font(kMonoFamily);
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
  if (!label.caption.empty()) impl.draw_caption(label.caption, at);
  const Result<void> drawn = impl.draw_block(label, at);
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
  return fail(ErrorCode::kIo, "paper.draw-failed", {{"reason", cairo_status_to_string(status)}});
}

}  // namespace nianlun::labels
