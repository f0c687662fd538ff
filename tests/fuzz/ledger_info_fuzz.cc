// What a server says of its ledger names files, and its checkpoint is of that ledger.

#include <set>

#include "fuzz.h"
#include "ledger/ledger_info.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view both = input(data, size);
  const std::size_t end = both.find('\0');
  const auto json = Json::parse(both.substr(0, end));
  if (!json) return 0;
  const auto info = parse_ledger_info(*json);
  if (!info) return 0;
  std::set<std::string> ids;
  for (const std::string& id : info->profiles) {
    require(is_profile_id(id), "an id names a file");
    require(ids.insert(id).second, "a profile is named once");
  }
  if (end == both.npos) return 0;
  const auto checkpoint = open_checkpoint(both.substr(end + 1), *info);
  if (checkpoint) require(checkpoint->origin == info->origin, "a checkpoint is of its log");
  return 0;
}
