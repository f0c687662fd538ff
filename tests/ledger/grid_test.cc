// The grid looks at every place that is too near, and never needs two holders in a cell.
#include "grid.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace nianlun {
namespace {

bool holds(const std::vector<Grid::Cells>& around, const Grid::Cell& cell) {
  return std::ranges::any_of(around, [&](const Grid::Cells& cells) {
    return cells.row == cell.row && cells.first <= cell.column && cell.column <= cells.last;
  });
}

TEST_CASE("what is too near is in the cells around, and what shares a cell is too near") {
  std::mt19937_64 random(7);  // NOLINT: the same places every time
  for (const std::int64_t distance_mm : {100, 300, 1'000, 100'000}) {
    const Grid grid(distance_mm);
    const std::int64_t reach = distance_mm / 10 + 20;  // in 1e-7 degree: a little over 11 mm each
    for (const std::int64_t latitude : {0, 390'000'000, -600'000'000, 880'000'000}) {
      for (const std::int64_t longitude : {0, 1'159'000'000, -1'159'000'000}) {
        std::size_t near = 0, shared = 0;
        for (int i = 0; i < 5'000; ++i) {
          const auto off = [&](std::int64_t scale) {
            const auto span = static_cast<std::uint64_t>(2 * reach * scale + 1);
            return static_cast<std::int64_t>(random() % span) - reach * scale;
          };
          const Position a{latitude + off(1), longitude + off(2)};
          const Position b{a.latitude_e7 + off(1), a.longitude_e7 + off(2)};
          const bool too_near = !farther_than(a, b, distance_mm);
          if (too_near) ++near;
          if (too_near) CHECK(holds(grid.around(a), grid.cell_of(b)));
          if (grid.cell_of(a) == grid.cell_of(b)) {
            ++shared;
            CHECK(too_near);
          }
        }
        CHECK(near > 10);
        CHECK(shared > 0);
      }
    }
  }
}

TEST_CASE("few cells are looked at, also over the antimeridian") {
  const Grid grid(300);
  for (const std::int64_t latitude : {0, 390'000'000, -880'000'000}) {
    const auto around = grid.around({latitude, 1'159'000'000});
    CHECK(around.size() <= 5);
    for (const Grid::Cells& cells : around) CHECK(cells.last - cells.first <= 5);
  }
  const auto around = grid.around({390'000'000, 1'800'000'000});
  CHECK(holds(around, grid.cell_of({390'000'000, -1'799'999'999})));
  CHECK(holds(grid.around({390'000'000, -1'799'999'999}),
              grid.cell_of({390'000'000, 1'800'000'000})));
}

TEST_CASE("the columns of a row follow each other as keys, west to east") {
  CHECK(cell_key("p", "g", {-1, 5}) < cell_key("p", "g", {0, -5}));
  CHECK(cell_key("p", "g", {0, -1}) < cell_key("p", "g", {0, 0}));
  CHECK(cell_key("p", "g", {0, 0}) != cell_key("p", "h", {0, 0}));
}

}  // namespace
}  // namespace nianlun
