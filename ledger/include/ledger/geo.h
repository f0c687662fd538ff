#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "ledger/result.h"

namespace nianlun {

/// A place on WGS 84, in units of 1e-7 degree (about 11 mm): exact, so that every machine agrees.
struct Position {
  std::int64_t latitude_e7 = 0;   ///< -900,000,000 to 900,000,000, north is positive
  std::int64_t longitude_e7 = 0;  ///< -1,800,000,000 to 1,800,000,000, east is positive
  bool operator==(const Position&) const = default;
};

/// The position of a geo URI (RFC 5870, 3.3): geo:26.7412,107.8915,812;crs=wgs84;u=5. The altitude,
/// the uncertainty and unknown parameters are checked for their syntax and then dropped; -180 and
/// 180 are kept as they are written.
///
/// kInvalidArgument  not a geo URI, another crs than wgs84, out of range, or over 7 decimals
Result<Position> parse_geo_uri(std::string_view text);

/// Whether a point lies in the polygon of that ring, edges and corners included. The ring may
/// repeat its first corner at the end; edges are straight lines in degrees (as in RFC 7946, 3.1.1),
/// may cross (then the even-odd rule decides) and do not cross the antimeridian. A ring of fewer
/// than three corners holds only what lies on it. Positions must be in the ranges above.
bool within(const Position& point, std::span<const Position> ring);

/// Whether a point lies at most that far from an edge of the ring, in millimetres and as exactly as
/// farther_than(). An edge that goes more than 100 km away from the point counts only at its ends.
bool near_edge(const Position& point, std::span<const Position> ring, std::int64_t distance_mm);

/// The cosine of a latitude (at most 900,000,000 from 0) in units of 1e-9, to 1/26,000 of it.
std::int64_t cosine_e9(std::int64_t latitude_e7);

/// Whether two positions are more than that far apart, in millimetres on a sphere of the mean
/// radius 6,371,008.8 m, by the equirectangular approximation.
///
/// It is deterministic: integers only. Against geodesics on WGS 84 the distance that it compares
/// with is within 1 % under 1 km where |latitude| < 89 degrees (0.6 % is the sphere's own error).
/// Longitudes are compared the short way around, also over the antimeridian.
bool farther_than(const Position& a, const Position& b, std::int64_t distance_mm);

}  // namespace nianlun
