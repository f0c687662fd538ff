// A policy that is read keeps its bounds, and its quorum needs what it says.

#include "fuzz.h"
#include "ledger/policy.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policy = parse_policy(input(data, size));
  if (!policy) return 0;
  require(policy->witnesses.size() <= kPolicyEntriesMax, "witnesses are bounded");
  std::vector<WitnessedBy> all;
  for (const PolicyWitness& witness : policy->witnesses) all.push_back({witness.name, 0});
  require(reaches_quorum(*policy, all), "all witnesses together are enough");
  const bool none = policy->quorum == "none";
  require(reaches_quorum(*policy, {}) == none, "nobody is enough exactly if nobody is needed");
  for (const PolicyGroup& group : policy->groups) {
    require(group.threshold >= 1 && group.threshold <= group.members.size(), "a threshold");
  }
  return 0;
}
