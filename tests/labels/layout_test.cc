#include "labels/layout.h"

#include <cmath>
#include <string>

#include "labels/qr.h"
#include "vectors.h"

using namespace nianlun;
using namespace nianlun::labels;

TEST_CASE("the labels of each layout lie on its page and beside one another") {
  for (const Layout& layout : layouts()) {
    CAPTURE(std::string(layout.name));
    CHECK(layout.left + (layout.columns - 1) * layout.pitch_x + layout.label_width <=
          layout.page_width + 0.01);
    CHECK(layout.top + (layout.rows - 1) * layout.pitch_y + layout.label_height <=
          layout.page_height + 0.01);
    CHECK(layout.pitch_x >= layout.label_width);
    CHECK(layout.pitch_y >= layout.label_height);
    CHECK(layout_named(layout.name));
  }
  CHECK(layout_named("a4-25").error().code == ErrorCode::kNotFound);
  CHECK(layout_named("").error().code == ErrorCode::kNotFound);
}

TEST_CASE("a symbol, its quiet zone and its texts lie on the label and do not overlap") {
  for (const Layout& layout : layouts()) {
    for (int version = 1; version <= 8; ++version) {
      for (const bool has_text : {false, true}) {
        const int modules = 17 + 4 * version;
        CAPTURE(std::string(layout.name));
        CAPTURE(version);
        const auto at = place(layout, modules, has_text);
        if (!at) {
          CHECK(at.error().code == ErrorCode::kTooLarge);
          CHECK(version > 4);  // tag codes fit into version 3 or 4 and must fit everywhere
          continue;
        }
        const double quiet = at->module * kQuietModules;
        const double right = at->symbol_x + at->module * modules + quiet;
        const double bottom = at->symbol_y + at->module * modules + quiet;
        CHECK(at->module >= layout.module_min);
        CHECK(at->symbol_x - quiet > -0.01);
        CHECK(at->symbol_y - quiet > -0.01);
        CHECK(right <= layout.label_width);
        CHECK(bottom <= at->caption_y + 0.01);
        CHECK(at->caption_y + at->caption_height <= layout.label_height);
        if (has_text) {
          CHECK((at->text_x >= right - 0.1 || at->text_y >= bottom));
          CHECK(at->text_width >= 15);
          CHECK(at->text_height >= 6);
          CHECK(at->text_x + at->text_width <= layout.label_width);
          CHECK(at->text_y + at->text_height <= layout.label_height);
        }
      }
    }
  }
}

TEST_CASE("modules are whole printer dots and begin on one") {
  for (const Layout& layout : layouts()) {
    const auto at = place(layout, 29, true);
    REQUIRE(at);
    for (const double length : {at->module, at->symbol_x, at->symbol_y}) {
      const double dots = length * layout.dots_per_mm;
      CHECK(std::abs(dots - std::round(dots)) < 1e-6);
    }
  }
}
