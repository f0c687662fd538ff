#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nianlun {

/// A zone of the IANA time zone database, read from the system's compiled files (RFC 8536).
///
/// Threads: immutable. Errors: none; a zone that the system lacks is UTC, and name() says so.
class TimeZone {
 public:
  static TimeZone named(std::string_view name);

  const std::string& name() const { return name_; }
  /// Seconds east of UTC at that instant, in seconds since 1970.
  std::int32_t offset_at(std::int64_t time_s) const;

 private:
  std::string name_ = "UTC";
  std::int32_t before_ = 0;  ///< until the first change
  std::vector<std::pair<std::int64_t, std::int32_t>> changes_;
};

/// A date and time for people: "1 May 2026, 16:00", "2026年5月1日 16:00".
std::string local_time(std::int64_t time_ms, const TimeZone& zone, std::string_view language);

}  // namespace nianlun
