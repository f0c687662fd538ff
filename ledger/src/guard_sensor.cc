#include <algorithm>

#include "guard_facts.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

struct Reading {
  std::int64_t time_ms;
  bool outside;
};

bool is_type(std::string_view named, std::string_view wanted) {
  if (named == wanted) return true;
  return named.size() > wanted.size() && named.ends_with(wanted) &&
         (named[named.size() - wanted.size() - 1] == ':' ||
          named[named.size() - wanted.size() - 1] == '/');
}

/// Whether any value of a report lies outside the limits; nothing if it has no value.
std::optional<bool> outside(const Json& report, const Decimal& least, const Decimal& most) {
  std::optional<bool> found;
  for (const char* name : {"value", "minValue", "maxValue"}) {
    const Json* value = report.find(name);
    if (value == nullptr || !value->is_number()) continue;
    const auto number = Decimal::parse(value->number_text());
    if (!number) return true;  // beyond all bounds
    found = found.value_or(false) || *number < least || *number > most;
  }
  return found;
}

Result<Decimal> limit(const Json& limits, std::string_view name) {
  const Json* value = limits.find(name);
  if (value->is_string()) return Decimal::parse(value->string());
  return value->is_number() ? Decimal::parse(value->number_text()) : Decimal::parse("");
}

std::vector<Reading> readings_of(const Json& event, std::string_view type, const Decimal& least,
                                 const Decimal& most) {
  std::vector<Reading> readings;
  const Json* elements = event.find("sensorElementList");
  if (elements == nullptr || !elements->is_array()) return readings;
  for (const Json& element : elements->array()) {
    const Json* metadata = element.find("sensorMetadata");
    const Json* reports = element.find("sensorReport");
    if (reports == nullptr || !reports->is_array()) continue;
    for (const Json& report : reports->array()) {
      if (!is_type(report.text("type"), type)) continue;
      const auto is_outside = outside(report, least, most);
      std::string_view when = report.text("time");
      if (when.empty() && metadata != nullptr) when = metadata->text("time");
      if (when.empty()) when = event.text("eventTime");
      const auto time = parse_date_time(when);
      if (is_outside && time) readings.push_back({*time, *is_outside});
    }
  }
  std::ranges::stable_sort(readings, {}, &Reading::time_ms);
  return readings;
}

std::int64_t duration_at(const Json& limits, std::string_view name, std::int64_t otherwise) {
  if (limits.find(name) == nullptr) return otherwise;
  const auto duration = parse_duration(limits.text(name));
  return duration ? *duration : otherwise;
}

}  // namespace

bool sensor_holds(const Json& event, const Json& limits, const SensorSpan& span) {
  const auto least = limit(limits, "min");
  const auto most = limit(limits, "max");
  if (!least || !most) return false;
  const std::vector<Reading> readings = readings_of(event, limits.text("type"), *least, *most);
  if (readings.empty()) return false;
  const std::int64_t gap_max = duration_at(limits, "gap", kDurationMsMax);
  if (span.from_ms && readings.front().time_ms - *span.from_ms > gap_max) return false;
  if (span.to_ms && *span.to_ms - readings.back().time_ms > gap_max) return false;
  const bool tolerates =
      limits.find("consecutive") != nullptr || limits.find("cumulative") != nullptr;
  const std::int64_t consecutive_max = duration_at(limits, "consecutive", kDurationMsMax);
  const std::int64_t cumulative_max = duration_at(limits, "cumulative", kDurationMsMax);
  std::int64_t consecutive = 0;
  std::int64_t cumulative = 0;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    if (readings[i].outside && !tolerates) return false;
    if (i == 0) continue;
    const std::int64_t passed = readings[i].time_ms - readings[i - 1].time_ms;
    if (passed > gap_max) return false;
    // The time from one reading outside to the next, whatever that is, was spent outside.
    if (!readings[i - 1].outside) {
      consecutive = 0;
      continue;
    }
    consecutive += passed;
    cumulative += passed;
    if (consecutive > consecutive_max || cumulative > cumulative_max) return false;
  }
  return true;
}

}  // namespace nianlun
