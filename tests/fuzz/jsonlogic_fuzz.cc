// A rule that compiles ends within its limits, with the same answer each time.

#include "fuzz.h"
#include "ledger/jsonlogic.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = Json::parse(input(data, size));
  if (!json) return 0;
  (void)check_rule(*json).has_value();
  (void)variables_of(*json).has_value();
  const auto rule = Rule::compile(*json);
  if (!rule) return 0;
  static const Json kData =
      Json::parse(R"({"event": {"quantity": 1.5, "list": [3, 1, "2"], "text": "a"}, "item": {}})")
          .value();
  const LogicLimits limits{.steps_max = 10'000};
  const auto first = rule->evaluate(kData, limits);
  const auto second = rule->evaluate(kData, limits);
  require(first.has_value() == second.has_value(), "a rule answers or fails each time");
  if (first) require(*first == *second, "a rule has one answer");
  const auto holds = rule->holds(kData, limits);
  if (first && holds) require(*holds == truthy(*first), "holds() is the truth of evaluate()");
  return 0;
}
