// A mapping and a table, parted by a NUL, yield requests or a reason why not.

#include "fuzz.h"
#include "import_mapping.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view both = input(data, size);
  const std::size_t end = both.find('\0');
  const auto json = Json::parse(both.substr(0, end));
  if (!json) return 0;
  const auto mapping = parse_mapping(*json);
  const auto table = parse_csv(std::string(end == both.npos ? "" : both.substr(end + 1)));
  if (!mapping || !table) return 0;
  for (const ImportEntry& entry : mapping->entries) {
    const auto events = event_rows(entry, *table);
    if (!events) continue;
    for (const EventRows& rows : *events) {
      require(!rows.empty(), "an event has a row");
      const auto request = step_request(entry, *table, rows, "https://example.org");
      if (!request) continue;
      require(request->step == entry.step, "a request is for its entry's step");
      const int offset = request->zone_offset_minutes;
      require(offset > -1440 && offset < 1440, "a zone is less than a day away");
    }
  }
  return 0;
}
