#include "paper.h"

#include <cairo-pdf.h>

#include <algorithm>

#include "ledger/messages.h"
#include "ledger/time.h"
#include "paper_font.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr double kWidth = 595.28;  // A4, points
constexpr double kHeight = 841.89;
constexpr double kMargin = 62;
constexpr double kFooter = 34;  // from the lower edge
constexpr double kBottom = kHeight - kMargin;
constexpr std::size_t kPagesMax = 5000;
constexpr std::size_t kTextBytesMax = 8192;  // of one block

struct Style {
  const char* family;
  bool bold;
  double points;
  double before;  ///< white above it
  double grey;
};
Style style_of(PaperBlock::Kind kind) {
  switch (kind) {
    case PaperBlock::Kind::kTitle:
      return {kTextFamily, true, 18, 0, 0};
    case PaperBlock::Kind::kHeading:
      return {kTextFamily, true, 12.5, 14, 0};
    case PaperBlock::Kind::kLead:
      return {kTextFamily, true, 14, 8, 0};
    case PaperBlock::Kind::kNote:
      return {kTextFamily, false, 8.5, 2, 0.3};
    case PaperBlock::Kind::kFixed:
      return {kMonoFamily, false, 7.5, 2, 0.2};
    case PaperBlock::Kind::kGap:
      return {kTextFamily, false, 4, 4, 0};
    default:
      return {kTextFamily, false, 10, 3, 0};
  }
}

/// What a block shows: what is longer is in the records.
std::string shown(std::string_view text) {
  std::string out = printable(text.substr(0, kTextBytesMax));
  if (text.size() > kTextBytesMax) out += " …";
  return out;
}

/// A line of text at its place. The layout that it is a line of is kept elsewhere.
struct Line {
  PangoLayoutLine* line;
  std::size_t page;
  double x, baseline, grey;
};

class Pages {
 public:
  explicit Pages(cairo_t* cairo) : cairo_(cairo) {}

  Result<void> add(const PaperPart& part) {
    // A context of its own: to change the language of one would set its layouts anew.
    contexts_.emplace_back(pango_cairo_create_context(cairo_));
    TRY(set_up_fonts(contexts_.back().get(), part.language));
    begin_page();
    std::vector<const PaperBlock*> together;
    for (const PaperBlock& block : part.blocks) {
      together.push_back(&block);
      if (block.stays) continue;
      TRY(place(together));
      together.clear();
    }
    TRY(place(together));
    owners_.resize(count_, {&part, contexts_.back().get()});
    return {};
  }

  void draw() {
    auto next = lines_.begin();
    for (std::size_t page = 0; page < count_; ++page) {
      for (; next != lines_.end() && next->page == page; ++next) {
        cairo_set_source_rgb(cairo_, next->grey, next->grey, next->grey);
        cairo_move_to(cairo_, next->x, next->baseline);
        pango_cairo_show_layout_line(cairo_, next->line);
      }
      draw_footer(page);
      cairo_show_page(cairo_);
    }
  }

 private:
  struct PageOwner {
    const PaperPart* part;
    PangoContext* context;
  };
  struct Set {
    PangoLayout* layout;
    Style style;
    double indent;
    double height;
  };

  void begin_page() {
    ++count_;
    y_ = kMargin;
  }

  PangoLayout* layout(PangoContext* context, std::string_view text, const Style& style,
                      double indent) {
    PaperOwned<PangoLayout> layout(pango_layout_new(context));
    const PaperOwned<PangoFontDescription> face = font(style.family);
    if (style.bold) pango_font_description_set_weight(face.get(), PANGO_WEIGHT_BOLD);
    pango_font_description_set_absolute_size(face.get(), style.points * PANGO_SCALE);
    pango_layout_set_font_description(layout.get(), face.get());
    pango_layout_set_width(layout.get(),
                           static_cast<int>((kWidth - 2 * kMargin - indent) * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_auto_dir(layout.get(), FALSE);
    // A hash is compared letter by letter, and copied: no two letters become one shape.
    PangoAttrList* features = pango_attr_list_new();
    pango_attr_list_insert(features, pango_attr_font_features_new("liga=0, clig=0, dlig=0"));
    pango_layout_set_attributes(layout.get(), features);
    pango_attr_list_unref(features);
    const std::string words = shown(text);
    pango_layout_set_text(layout.get(), words.data(), static_cast<int>(words.size()));
    layouts_.push_back(std::move(layout));
    return layouts_.back().get();
  }

  /// Blocks that begin on one page if they fit on one; their lines go on on the next.
  Result<void> place(const std::vector<const PaperBlock*>& blocks) {
    std::vector<Set> sets;
    double height = 0;
    for (const PaperBlock* block : blocks) {
      const Style style = style_of(block->kind);
      PangoLayout* set = layout(contexts_.back().get(), block->text, style, block->indent);
      PangoRectangle extents{};
      pango_layout_get_extents(set, nullptr, &extents);
      sets.push_back({set, style, block->indent,
                      style.before + static_cast<double>(extents.height) / PANGO_SCALE});
      height += sets.back().height;
    }
    const bool fits_somewhere = height < kBottom - kMargin;
    if (fits_somewhere && y_ + height > kBottom) begin_page();
    for (const Set& set : sets) TRY(place_lines(set));
    return {};
  }

  Result<void> place_lines(const Set& set) {
    if (y_ > kMargin) y_ += set.style.before;
    const int count = pango_layout_get_line_count(set.layout);
    for (int i = 0; i < count; ++i) {
      PangoLayoutLine* line = pango_layout_get_line_readonly(set.layout, i);
      PangoRectangle extents{};
      pango_layout_line_get_extents(line, nullptr, &extents);
      const double height = static_cast<double>(extents.height) / PANGO_SCALE;
      if (y_ + height > kBottom) begin_page();
      if (count_ > kPagesMax) return fail(ErrorCode::kTooLarge, "paper.too-long");
      const double ascent = static_cast<double>(PANGO_ASCENT(extents)) / PANGO_SCALE;
      lines_.push_back({line, count_ - 1, kMargin + set.indent, y_ + ascent, set.style.grey});
      y_ += height;
    }
    return {};
  }

  void draw_footer(std::size_t page) {
    const auto& [owner, context] = owners_.at(page);
    const PaperPart& part = *owner;
    const std::string number =
        text(part.language, "paper.page",
             {{"page", std::to_string(page + 1)}, {"pages", std::to_string(count_)}});
    const Style style = style_of(PaperBlock::Kind::kNote);
    const double y = kHeight - kFooter;
    cairo_set_source_rgb(cairo_, style.grey, style.grey, style.grey);
    PangoLayout* left = layout(context, part.footer, style, 0);
    pango_layout_set_ellipsize(left, PANGO_ELLIPSIZE_MIDDLE);
    pango_layout_set_width(left, static_cast<int>((kWidth - 2 * kMargin - 80) * PANGO_SCALE));
    cairo_move_to(cairo_, kMargin, y);
    pango_cairo_show_layout(cairo_, left);
    PangoLayout* right = layout(context, number, style, 0);
    pango_layout_set_alignment(right, PANGO_ALIGN_RIGHT);
    cairo_move_to(cairo_, kMargin, y);
    pango_cairo_show_layout(cairo_, right);
  }

  cairo_t* cairo_;
  std::vector<PaperOwned<PangoLayout>> layouts_;
  std::vector<Line> lines_;
  std::vector<PaperOwned<PangoContext>> contexts_;  // of each part
  std::vector<PageOwner> owners_;                   // of each page
  std::size_t count_ = 0;
  double y_ = kMargin;
};

cairo_status_t append(void* octets, const unsigned char* bytes, unsigned count) {
  static_cast<Buffer*>(octets)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

Result<void> check(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return {};
  return fail(ErrorCode::kIo, "paper.draw-failed", {{"reason", cairo_status_to_string(status)}});
}

}  // namespace

Result<Buffer> make_pdf(std::string_view title, std::int64_t time_ms,
                        std::span<const PaperPart> parts) {
  Buffer octets;
  const PaperOwned<cairo_surface_t> surface(
      cairo_pdf_surface_create_for_stream(append, &octets, kWidth, kHeight));
  const PaperOwned<cairo_t> cairo(cairo_create(surface.get()));
  TRY(check(cairo_status(cairo.get())));
  const std::string date = date_time(time_ms).substr(0, 19) + "Z";
  const std::string name = shown(title);
  const auto say = [&](cairo_pdf_metadata_t what, const std::string& value) {
    cairo_pdf_surface_set_metadata(surface.get(), what, value.c_str());
  };
  say(CAIRO_PDF_METADATA_TITLE, name);
  say(CAIRO_PDF_METADATA_CREATOR, "nianlun ledger");
  say(CAIRO_PDF_METADATA_CREATE_DATE, date);
  say(CAIRO_PDF_METADATA_MOD_DATE, date);
  Pages pages(cairo.get());
  for (const PaperPart& part : parts) TRY(pages.add(part));
  pages.draw();
  TRY(check(cairo_status(cairo.get())));
  cairo_surface_finish(surface.get());
  TRY(check(cairo_surface_status(surface.get())));
  return octets;
}

}  // namespace nianlun
