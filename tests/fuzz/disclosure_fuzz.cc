// A disclosure keeps its encoding; members that are split off and merged give the event again.

#include "fuzz.h"
#include "ledger/disclosure.h"
#include "ledger/private_values.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = input(data, size);
  if (const auto disclosure = parse_disclosure(bytes)) {
    require(disclosure->encoded == bytes, "a disclosure keeps its encoding");
  }
  const auto event = Json::parse(bytes);
  if (!event) return 0;
  const auto is_public = [](std::string_view path) { return path.size() % 2 == 0; };
  const auto split = split_private(*event, is_public, [] { return Buffer(16, 's'); });
  if (!split) return 0;
  require(!private_in_clear(split->event, is_public), "nothing private is left in clear");
  const auto find = [&](std::string_view digest) -> std::optional<std::string> {
    for (const std::string& encoded : split->disclosures) {
      if (disclosure_digest(encoded) == digest) return encoded;
    }
    return std::nullopt;
  };
  (void)merge_private(split->event, find).has_value();
  return 0;
}
