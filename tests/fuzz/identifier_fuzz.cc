// The canonical form of an identifier is an identifier, and its own canonical form.

#include "fuzz.h"
#include "ledger/identifier.h"
#include "ledger/tag_code.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes uri = input(data, size);
  if (const auto identifier = identify(uri)) {
    const auto again = identify(identifier->canonical);
    require(again.has_value(), "a canonical identifier is one");
    require(*again == *identifier, "a canonical identifier is its own canonical form");
  }
  for (const DigitalLinkForm form : {DigitalLinkForm::kExact, DigitalLinkForm::kTolerant}) {
    const auto link = parse_digital_link(uri, form);
    if (!link) continue;
    const auto again = parse_digital_link(link->canonical());
    require(again.has_value(), "a canonical Digital Link is one");
    require(again->canonical() == link->canonical(), "and its own canonical form");
    (void)epcis_identifiers(*link);
  }
  return 0;
}
