#pragma once

// Places in cells so small that two that are far enough apart are never in one: so a cell has at
// most one holder, and who is too near is found by looking at a few cells.

#include <cstdint>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/geo.h"

namespace nianlun {

/// Rows of equal height in latitude, and in each row columns of equal width in longitude: a cell's
/// diagonal is shorter than the distance. Between 89 degrees and a pole columns grow narrow.
///
/// It is deterministic: integers only. Threads: const. Errors: none.
class Grid {
 public:
  struct Cell {
    std::int64_t row = 0;
    std::int64_t column = 0;
    bool operator==(const Cell&) const = default;
  };
  /// Neighbouring cells of one row.
  struct Cells {
    std::int64_t row = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
  };

  /// At least 100 mm, at most 100 m.
  explicit Grid(std::int64_t distance_mm);
  Cell cell_of(const Position& position) const;
  /// The cells that hold everything within the distance of a position: at most five in each of at
  /// most five rows, away from the poles and the antimeridian.
  std::vector<Cells> around(const Position& position) const;

 private:
  std::int64_t width_e7(std::int64_t row) const;
  std::int64_t distance_e7_;
  std::int64_t height_e7_;
};

/// `m` and `u` of state_keys.h: who holds a cell, and where an item stands, for an `apart` guard.
Buffer cell_key(std::string_view profile, std::string_view guard, const Grid::Cell& cell);
Buffer place_key(std::string_view profile, std::string_view guard, std::string_view item);

}  // namespace nianlun
