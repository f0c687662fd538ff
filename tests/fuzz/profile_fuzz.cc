// A profile that is read keeps its source, and names only what it has.

#include "fuzz.h"
#include "ledger/profile.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = Json::parse(input(data, size));
  if (!json) return 0;
  const auto profile = parse_profile(*json);
  if (!profile) return 0;
  require((*profile)->source == *json, "a profile keeps its source");
  for (const Profile::Step& step : (*profile)->steps) {
    for (const Profile::Participant& item : step.items) {
      require((*profile)->kind(item.kind) != nullptr, "a step's items are of kinds that exist");
    }
  }
  return 0;
}
