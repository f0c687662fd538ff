#include "grid.h"

#include <algorithm>

#include "place_claim.h"
#include "state_keys.h"

namespace nianlun {
namespace {

constexpr std::int64_t kUnitNm = 11'119'508;  // 1e-7 degree of a great circle
constexpr std::int64_t kHalfAroundE7 = 1'800'000'000;
constexpr std::int64_t kPoleE7 = 900'000'000;
constexpr std::int64_t kOneE9 = 1'000'000'000;
constexpr std::int64_t kCosineLeastE9 = 17'000'000;  // a little beyond 89 degrees

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  const std::int64_t whole = a / b;
  return a % b < 0 ? whole - 1 : whole;
}

std::int64_t cosine_at(std::int64_t latitude_e7) {
  const std::int64_t within = std::clamp(latitude_e7, -kPoleE7, kPoleE7);
  return std::max(cosine_e9(within), kCosineLeastE9);
}

}  // namespace

Grid::Grid(std::int64_t distance_mm)
    : distance_e7_(distance_mm * 1'000'000 / kUnitNm + 1),
      height_e7_(std::max<std::int64_t>(1, (distance_e7_ - 1) * 7 / 10)) {}

std::int64_t Grid::width_e7(std::int64_t row) const {
  // The edge that is nearer to the equator is the longer one.
  const std::int64_t south = row * height_e7_;
  const std::int64_t north = south + height_e7_;
  const std::int64_t longest = std::max(cosine_at(south), cosine_at(north));
  return std::max<std::int64_t>(1, height_e7_ * kOneE9 / longest);
}

Grid::Cell Grid::cell_of(const Position& position) const {
  const std::int64_t row = floor_divide(position.latitude_e7, height_e7_);
  return {row, floor_divide(position.longitude_e7, width_e7(row))};
}

std::vector<Grid::Cells> Grid::around(const Position& position) const {
  std::vector<Cells> cells;
  const std::int64_t least = floor_divide(position.latitude_e7 - distance_e7_, height_e7_);
  const std::int64_t most = floor_divide(position.latitude_e7 + distance_e7_, height_e7_);
  const std::int64_t shortest = std::min(cosine_at(position.latitude_e7 - distance_e7_),
                                         cosine_at(position.latitude_e7 + distance_e7_));
  // farther_than() is exact to 1 %, so a little more is looked at.
  const std::int64_t aside = distance_e7_ * kOneE9 / shortest * 102 / 100 + 1;
  const std::int64_t west = position.longitude_e7 - aside;
  const std::int64_t east = position.longitude_e7 + aside;
  for (std::int64_t row = least; row <= most; ++row) {
    const std::int64_t width = width_e7(row);
    const auto add = [&](std::int64_t from, std::int64_t to) {
      cells.push_back({row, floor_divide(from, width), floor_divide(to, width)});
    };
    add(west, east);
    // What lies beyond the antimeridian is written with the other sign.
    if (west <= -kHalfAroundE7) add(west + 2 * kHalfAroundE7, kHalfAroundE7);
    if (east >= kHalfAroundE7) add(-kHalfAroundE7, east - 2 * kHalfAroundE7);
  }
  return cells;
}

Buffer cell_key(std::string_view profile, std::string_view guard, const Grid::Cell& cell) {
  // Biased, so that the keys of a row are in the order of its columns.
  constexpr std::uint64_t kBias = std::uint64_t{1} << 63;
  Buffer key = "m";
  key += profile;
  key += '/';
  key += guard;
  key += "/cell";
  key += '\0';
  key += be64(static_cast<std::uint64_t>(cell.row) + kBias);
  key += be64(static_cast<std::uint64_t>(cell.column) + kBias);
  return key;
}

Buffer place_key(std::string_view profile, std::string_view guard, std::string_view item) {
  return unique_key(std::string(profile) + "/" + std::string(guard) + "/place", item);
}

std::optional<PlaceClaim> claim_of_place(std::string_view profile, const Profile::Guard& guard,
                                         std::string_view item, std::string_view point) {
  const auto position = parse_geo_uri(point);
  if (!position) return std::nullopt;
  const Grid grid(guard.distance_mm);
  return PlaceClaim{cell_key(profile, guard.id, grid.cell_of(*position)),
                    place_key(profile, guard.id, item)};
}

}  // namespace nianlun
