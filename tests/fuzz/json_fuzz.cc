// Whatever parses prints as text that parses to the same value and prints the same again.

#include "fuzz.h"
#include "ledger/json.h"

using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto first = nianlun::Json::parse(input(data, size));
  if (!first) return 0;
  const std::string text = first->dump();
  const auto second = nianlun::Json::parse(text);
  require(second.has_value(), "what dump() writes, parse() reads");
  require(*first == *second, "parse(dump(x)) == x");
  require(second->dump() == text, "dump() is stable");

  const auto canonical = nianlun::canonical(*first);
  if (!canonical) return 0;
  const auto third = nianlun::Json::parse(*canonical);
  require(third.has_value(), "canonical text is JSON");
  const auto again = nianlun::canonical(*third);
  require(again.has_value() && *again == *canonical,
          "canonical(parse(canonical(x))) == canonical(x)");
  return 0;
}
