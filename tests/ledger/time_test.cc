#include "ledger/time.h"

#include <doctest/doctest.h>

namespace nianlun {
namespace {

std::string again(std::string_view text) {
  const Result<std::int64_t> ms = parse_date_time(text);
  return ms ? date_time(*ms) : "refused";
}

}  // namespace

TEST_CASE("a date and time in any zone is an instant in UTC") {
  const std::pair<const char*, const char*> rows[] = {
      {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
      {"2026-05-01T16:00:00+08:00", "2026-05-01T08:00:00.000Z"},
      {"2026-05-01T08:00:00.1Z", "2026-05-01T08:00:00.100Z"},
      {"2026-05-01t08:00:00z", "2026-05-01T08:00:00.000Z"},
      {"2024-02-29T23:59:59.9994-00:00", "2024-02-29T23:59:59.999Z"},
      {"2024-02-29T23:59:59.9995Z", "2024-03-01T00:00:00.000Z"},
      {"2000-02-29T00:00:00.00049999999999999999999999999Z", "2000-02-29T00:00:00.000Z"},
      {"1969-12-31T23:59:59.9985Z", "1969-12-31T23:59:59.999Z"},
      {"1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z"},       // RFC 3339, 5.8
      {"1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000Z"},     // RFC 3339, 5.8
      {"1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"},  // RFC 3339, 5.8
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
      {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"}};
  for (const auto& [text, utc] : rows) {
    CAPTURE(text);
    CHECK(again(text) == utc);
    CHECK(again(utc) == utc);
  }
  CHECK(*parse_date_time("2026-05-01T08:00:00Z") == 1'777'622'400'000);
  CHECK(*parse_date_time("0001-01-01T00:00:00Z") == kDateTimeMsMin);
  CHECK(*parse_date_time("9999-12-31T23:59:59.999Z") == kDateTimeMsMax);
}

TEST_CASE("the end of a day and a leap second are taken where they exist, and nowhere else") {
  CHECK(again("2026-12-31T24:00:00Z") == "2027-01-01T00:00:00.000Z");
  CHECK(again("2026-12-31T24:00:00.000+08:00") == "2026-12-31T16:00:00.000Z");
  CHECK(again("2026-12-31T24:00:01Z") == "refused");
  CHECK(again("2026-12-31T24:01:00Z") == "refused");
  CHECK(again("2026-12-31T24:00:00.0001Z") == "refused");
  CHECK(again("1990-12-31T23:59:60Z") == "1991-01-01T00:00:00.000Z");       // RFC 3339, 5.8
  CHECK(again("1990-12-31T15:59:60-08:00") == "1991-01-01T00:00:00.000Z");  // RFC 3339, 5.8
  CHECK(again("2017-01-01T07:59:60.5+08:00") == "2017-01-01T00:00:00.500Z");
  CHECK(again("1990-12-31T23:58:60Z") == "refused");
  CHECK(again("1990-12-31T22:59:60Z") == "refused");
  CHECK(again("1990-12-30T23:59:60Z") == "refused");
  CHECK(again("1990-12-31T23:59:61Z") == "refused");
  CHECK(again("1990-12-31T23:59:60-08:00") == "refused");
}

TEST_CASE("what is not a date and time with a zone is refused") {
  for (const char* text : {"",
                           "2026-05-01",
                           "2026-05-01T08:00:00",
                           "2026-05-01T08:00Z",
                           "2026-05-01 08:00:00Z",
                           "2026-5-01T08:00:00Z",
                           "2026-05-01T8:00:00Z",
                           "2026-05-01T08:00:00.Z",
                           "2026-05-01T08:00:00,5Z",
                           "2026-05-01T08:00:00+0800",
                           "2026-05-01T08:00:00+08",
                           "2026-05-01T08:00:00+24:00",
                           "2026-05-01T08:00:00+08:60",
                           "2026-05-01T08:00:00Zx",
                           "2026-05-01T08:00:00 Z",
                           "2026-13-01T08:00:00Z",
                           "2026-00-01T08:00:00Z",
                           "2026-04-31T08:00:00Z",
                           "2026-05-00T08:00:00Z",
                           "2026-02-29T08:00:00Z",
                           "1900-02-29T08:00:00Z",
                           "2026-05-01T25:00:00Z",
                           "2026-05-01T08:60:00Z",
                           "0000-01-01T00:00:00Z",
                           "-0001-01-01T00:00:00Z",
                           "12026-05-01T08:00:00Z",
                           "0001-01-01T00:00:00+00:01",
                           "9999-12-31T23:59:59.9995Z",
                           "9999-12-31T23:59:59-00:01",
                           "9999-12-31T24:00:00Z",
                           "2026-05-01T08:00:00.1\xd9\xa1Z"}) {
    CAPTURE(text);
    const Result<std::int64_t> ms = parse_date_time(text);
    REQUIRE(!ms);
    CHECK(ms.error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("the zone of a written time is that of a place, and Z is of none") {
  CHECK(zone_minutes_of("2026-05-01T16:00:00+08:00") == 480);
  CHECK(zone_minutes_of("2026-05-01T16:00:00.250-05:30") == -330);
  CHECK(zone_minutes_of("2026-05-01T16:00:00+00:00") == 0);
  CHECK(!zone_minutes_of("2026-05-01T16:00:00Z"));
  CHECK(!zone_minutes_of("2026-05-01t16:00:00.5z"));
  CHECK(!zone_minutes_of(""));
}

TEST_CASE("every day of four centuries follows the one before it") {
  constexpr std::int64_t kDayMs = 86'400'000;
  const std::int64_t first = *parse_date_time("1850-01-01T00:00:00Z");
  std::string before;
  for (std::int64_t day = 0; day < 146'097; ++day) {
    const std::string text = date_time(first + day * kDayMs);
    REQUIRE(text > before);
    REQUIRE(*parse_date_time(text) == first + day * kDayMs);
    before = text;
  }
  CHECK(before == "2249-12-31T00:00:00.000Z");
  CHECK(date_time(kDateTimeMsMax + 1) == "10000-01-01T00:00:00.000Z");
  CHECK(date_time(kDateTimeMsMin - 1) == "0000-12-31T23:59:59.999Z");
}

TEST_CASE("a duration is its milliseconds") {
  const std::pair<const char*, std::int64_t> rows[] = {
      {"P10D", 864'000'000},     {"PT600M", 36'000'000},
      {"P2W", 1'209'600'000},    {"PT0S", 0},
      {"P1DT12H", 129'600'000},  {"PT1H30M15S", 5'415'000},
      {"PT0.5S", 500},           {"PT1.025S", 1025},
      {"P1W1DT1S", 691'201'000}, {"P3660000D", kDurationMsMax},
      {"PT36H", 129'600'000}};
  for (const auto& [text, ms] : rows) {
    CAPTURE(text);
    const Result<std::int64_t> parsed = parse_duration(text);
    REQUIRE(parsed);
    CHECK(*parsed == ms);
  }
}

TEST_CASE("durations of unknown length and malformed ones are refused") {
  for (const char* text :
       {"",      "P",     "PT",        "P1DT",   "10D",     "P1Y",     "P1M",     "P1Y2D",
        "-P1D",  "+P1D",  "P-1D",      "P1H",    "PT1D",    "PT1W",    "P1.5D",   "PT1.5M",
        "PT1.S", "PT.5S", "PT1.0001S", "PT1S1M", "P1D1D",   "PT1M1M",  "P1DT1H ", " P1D",
        "p1d",   "P1",    "PT1,5S",    "PTT1S",  "P1DTT1H", "PT1HT1M", "P1D1W"}) {
    CAPTURE(text);
    const Result<std::int64_t> parsed = parse_duration(text);
    REQUIRE(!parsed);
    CHECK(parsed.error().code == ErrorCode::kInvalidArgument);
  }
  for (const char* text : {"P3660000DT0.001S", "P3660001D", "P99999999999999999999999W",
                           "PT99999999999999999999999999999S"}) {
    CAPTURE(text);
    CHECK(parse_duration(text).error().code == ErrorCode::kTooLarge);
  }
}

}  // namespace nianlun
