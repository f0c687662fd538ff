#include "time_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "ledger/messages.h"

namespace nianlun {
namespace {

constexpr std::size_t kHeader = 44;
constexpr std::size_t kFileBytesMax = 1 << 20;

bool is_zone_name(std::string_view name) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  return !name.empty() && name.front() != '/' && name.find_first_not_of(kAllowed) == name.npos;
}

std::string file_of(std::string_view name) {
  const char* folder = std::getenv("TZDIR");
  const std::filesystem::path path =
      std::filesystem::path(folder != nullptr ? folder : "/usr/share/zoneinfo") / name;
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return bytes.size() > kFileBytesMax ? std::string() : bytes;
}

std::int64_t signed_at(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = static_cast<signed char>(bytes[at]) < 0 ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < width; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return static_cast<std::int64_t>(value);
}

/// The counts of a header (RFC 8536, 3.1) and how long its data block is.
struct Counts {
  std::size_t isut, isstd, leap, time, type, chars;
  std::size_t block(std::size_t time_bytes) const {
    return time * (time_bytes + 1) + type * 6 + chars + leap * (time_bytes + 4) + isstd + isut;
  }
};
Counts counts_at(std::string_view bytes, std::size_t at) {
  const auto count = [&](std::size_t number) {
    return static_cast<std::size_t>(signed_at(bytes, at + 20 + 4 * number, 4)) & 0xffff;
  };
  return {count(0), count(1), count(2), count(3), count(4), count(5)};
}

}  // namespace

TimeZone TimeZone::named(std::string_view name) {
  TimeZone zone;
  if (!is_zone_name(name)) return zone;
  const std::string bytes = file_of(name);
  if (bytes.size() < kHeader || !bytes.starts_with("TZif") || bytes[4] < '2') return zone;
  // The first block has times of 32 bits; the second, of 64, is the one that counts.
  const std::size_t second = kHeader + counts_at(bytes, 0).block(4);
  if (bytes.size() < second + kHeader) return zone;
  const Counts counts = counts_at(bytes, second);
  const std::size_t times = second + kHeader;
  if (counts.type == 0 || bytes.size() < times + counts.block(8)) return zone;
  const std::size_t kinds = times + counts.time * 8;
  const std::size_t types = kinds + counts.time;
  const auto offset_of = [&](std::size_t type) {
    return static_cast<std::int32_t>(
        signed_at(bytes, types + 6 * std::min(type, counts.type - 1), 4));
  };
  zone.before_ = offset_of(0);
  for (std::size_t i = 0; i < counts.time; ++i) {
    zone.changes_.emplace_back(signed_at(bytes, times + 8 * i, 8),
                               offset_of(static_cast<unsigned char>(bytes[kinds + i])));
  }
  zone.name_ = name;
  return zone;
}

std::int32_t TimeZone::offset_at(std::int64_t time_s) const {
  const auto next =
      std::ranges::upper_bound(changes_, time_s, {}, &std::pair<std::int64_t, std::int32_t>::first);
  return next == changes_.begin() ? before_ : std::prev(next)->second;
}

std::string local_time(std::int64_t time_ms, const TimeZone& zone, std::string_view language) {
  using namespace std::chrono;
  const auto utc = floor<seconds>(sys_time<milliseconds>(milliseconds(time_ms)));
  const auto local = utc + seconds(zone.offset_at(utc.time_since_epoch().count()));
  const auto day = floor<days>(local);
  const year_month_day date(day);
  const hh_mm_ss clock(local - day);
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const unsigned month = static_cast<unsigned>(date.month());
  return text(
      language, "page.date-time",
      {{"year", std::to_string(static_cast<int>(date.year()))},
       {"month", language == "zh" ? std::to_string(month) : kMonths[month - 1]},
       {"day", std::to_string(static_cast<unsigned>(date.day()))},
       {"time", fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count())}});
}

}  // namespace nianlun
