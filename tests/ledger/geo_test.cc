#include "ledger/geo.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

namespace nianlun {
namespace {

/// Metres between two places near each other on WGS 84: by the radii of curvature at their middle.
double reference_metres(const Position& a, const Position& b) {
  constexpr double kAxis = 6378137.0;
  constexpr double kEccentricity2 = 0.00669437999014;
  const double to_radians = std::acos(-1.0) / 180 / 1e7;
  const double middle = static_cast<double>(a.latitude_e7 + b.latitude_e7) / 2 * to_radians;
  const double w = 1 - kEccentricity2 * std::sin(middle) * std::sin(middle);
  const double meridian = kAxis * (1 - kEccentricity2) / (w * std::sqrt(w));
  const double across = kAxis / std::sqrt(w) * std::cos(middle);
  return std::hypot(static_cast<double>(a.latitude_e7 - b.latitude_e7) * to_radians * meridian,
                    static_cast<double>(a.longitude_e7 - b.longitude_e7) * to_radians * across);
}

}  // namespace

TEST_CASE("a geo URI is a position of 1e-7 degree") {
  const std::pair<const char*, Position> rows[] = {
      {"geo:26.7412,107.8915", {267'412'000, 1'078'915'000}},
      {"geo:-0.0000001,-180", {-1, -1'800'000'000}},
      {"GEO:90,180.0000000", {900'000'000, 1'800'000'000}},
      {"geo:48.198634,16.371648;crs=wgs84;u=40", {481'986'340, 163'716'480}},
      {"geo:48.198634,16.371648,183;CRS=WGS84", {481'986'340, 163'716'480}},
      {"geo:1,2,-3.5;u=0.25;level=2;indoors;name=a%20b", {10'000'000, 20'000'000}},
      {"geo:-0,00.50", {0, 5'000'000}}};
  for (const auto& [text, position] : rows) {
    CAPTURE(text);
    const Result<Position> parsed = parse_geo_uri(text);
    REQUIRE(parsed);
    CHECK(*parsed == position);
  }
}

TEST_CASE("what is no WGS 84 geo URI is refused") {
  for (const char* text : {"",
                           "geo:",
                           "26,107",
                           "geo:26",
                           "geo:26,",
                           "geo:,107",
                           "geo:26,107,",
                           "geo:26,107,1,2",
                           "geo:90.0000001,0",
                           "geo:-91,0",
                           "geo:0,180.0000001",
                           "geo:0,-181",
                           "geo:1.12345678,2",
                           "geo:1.10000000,2",
                           "geo:1.,2",
                           "geo:.5,2",
                           "geo:+1,2",
                           "geo:1e1,2",
                           "geo: 1,2",
                           "geo:1,2;crs=nad27",
                           "geo:1,2;crs=",
                           "geo:1,2;u=5;crs=wgs84",
                           "geo:1,2;u=-5",
                           "geo:1,2;u=",
                           "geo:1,2;u=x",
                           "geo:1,2;",
                           "geo:1,2;;a=1",
                           "geo:1,2;a=1;u=5",
                           "geo:1,2;a=1;",
                           "geo:1,2;=1",
                           "geo:1,2;a=",
                           "geo:1,2;a=%2",
                           "geo:1,2;a=b c",
                           "geo:1,2;a_b=1",
                           "geo:1,2;u=1;u=1",
                           "geo:99999999999999999999,2",
                           "geo:1,2 ",
                           "geo:1;2",
                           "geo:--1,2"}) {
    CAPTURE(text);
    const Result<Position> parsed = parse_geo_uri(text);
    REQUIRE(!parsed);
    CHECK(parsed.error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("a point lies within a ring, on its boundary or outside") {
  // An L: the square of 10 by 10 without its upper right quarter.
  const std::vector<Position> ring = {{0, 0}, {0, 10}, {5, 10}, {5, 5}, {10, 5}, {10, 0}};
  const auto in_l = [](std::int64_t latitude, std::int64_t longitude) {
    return latitude >= 0 && longitude >= 0 && latitude <= 10 && longitude <= 10 &&
           (latitude <= 5 || longitude <= 5);
  };
  std::vector<Position> closed = ring;
  closed.push_back(ring.front());
  const std::vector<Position> reversed(ring.rbegin(), ring.rend());
  for (std::int64_t latitude = -2; latitude <= 12; ++latitude) {
    for (std::int64_t longitude = -2; longitude <= 12; ++longitude) {
      CAPTURE(latitude);
      CAPTURE(longitude);
      const Position point{latitude, longitude};
      CHECK(within(point, ring) == in_l(latitude, longitude));
      CHECK(within(point, closed) == in_l(latitude, longitude));
      CHECK(within(point, reversed) == in_l(latitude, longitude));
    }
  }
  CHECK(!within({0, 0}, {}));
  CHECK(within({7, 7}, std::vector<Position>{{7, 7}}));
  CHECK(!within({7, 8}, std::vector<Position>{{7, 7}}));
  CHECK(within({1, 1}, std::vector<Position>{{0, 0}, {2, 2}}));
  CHECK(!within({1, 2}, std::vector<Position>{{0, 0}, {2, 2}}));
}

TEST_CASE("a point outside is near an edge up to the distance, beside it and around its ends") {
  // 1e-5 degree is 1.112 m north, and half of that east at 60 degrees north.
  const std::int64_t north = 600'000'000;
  const std::vector<Position> ring = {
      {north, 0}, {north, 10'000}, {north + 10'000, 10'000}, {north + 10'000, 0}};
  CHECK(near_edge({north - 100, 5'000}, ring, 1'113));
  CHECK(!near_edge({north - 100, 5'000}, ring, 1'110));
  CHECK(near_edge({north + 5'000, -200}, ring, 1'113));
  CHECK(!near_edge({north + 5'000, -200}, ring, 1'110));
  CHECK(near_edge({north - 100, -200}, ring, 1'574));  // a corner, along the diagonal
  CHECK(!near_edge({north - 100, -200}, ring, 1'570));
  CHECK(near_edge({north + 100, 5'000}, ring, 1'113));  // from inside too
  CHECK(!near_edge({north, 5'000}, {}, 1'000));
  CHECK(near_edge({north, 5'000}, std::vector<Position>{{north, 5'000}}, 1));
  CHECK(!near_edge({0, 0}, std::vector<Position>{{-900'000'000, 1}, {900'000'000, 1}}, 1'000));
}

TEST_CASE("one unit beside an edge as long as the world decides") {
  const std::vector<Position> ring = {
      {-900'000'000, -1'800'000'000}, {900'000'000, 1'800'000'000}, {900'000'000, -1'800'000'000}};
  CHECK(within({0, 0}, ring));
  CHECK(within({1, 0}, ring));
  CHECK(!within({-1, 0}, ring));
  CHECK(!within({0, 1}, ring));
  CHECK(within({450'000'000, 900'000'000}, ring));
  CHECK(!within({450'000'000, 900'000'001}, ring));
}

TEST_CASE("distances under a kilometre are within one percent of the ellipsoid's") {
  std::mt19937_64 random(11);  // NOLINT: a fixed seed is the point
  const auto draw = [&](std::int64_t max) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(2 * max + 1)) - max;
  };
  int compared = 0;
  while (compared < 20'000) {
    const Position a{draw(890'000'000), draw(1'790'000'000)};
    const double cosine = std::cos(static_cast<double>(a.latitude_e7) * 1.7453292519943295e-9);
    const Position b{a.latitude_e7 + draw(60'000),
                     a.longitude_e7 + draw(static_cast<std::int64_t>(60'000 / cosine))};
    const double metres = reference_metres(a, b);
    if (metres > 1000 || metres < 1) continue;
    ++compared;
    CAPTURE(a.latitude_e7);
    CAPTURE(metres);
    REQUIRE(farther_than(a, b, static_cast<std::int64_t>(metres * 990)));
    REQUIRE(!farther_than(a, b, static_cast<std::int64_t>(metres * 1010) + 1));
    REQUIRE(farther_than(a, b, 5000) == farther_than(b, a, 5000));
  }
}

TEST_CASE("distances hold at their ends: equal places, the antimeridian, poles, any limit") {
  const Position here{267'412'000, 1'078'915'000};
  CHECK(!farther_than(here, here, 0));
  CHECK(farther_than(here, here, -1));
  CHECK(farther_than(here, {267'412'001, 1'078'915'000}, 11));
  CHECK(!farther_than(here, {267'412'001, 1'078'915'000}, 12));
  CHECK(!farther_than({0, 1'799'999'999}, {0, -1'799'999'999}, 23));
  CHECK(farther_than({0, 1'799'999'999}, {0, -1'799'999'999}, 22));
  CHECK(!farther_than({900'000'000, 0}, {900'000'000, 1'800'000'000}, 0));
  const Position corner{900'000'000, 1'800'000'000};
  CHECK(farther_than(corner, {-900'000'000, 0}, 20'015'000'000));
  CHECK(!farther_than(corner, {-900'000'000, 0}, INT64_MAX));
  CHECK(farther_than(here, {267'412'000, 1'079'915'000}, 9'900'000));
  CHECK(!farther_than(here, {267'412'000, 1'079'915'000}, 10'000'000));
}

}  // namespace nianlun
