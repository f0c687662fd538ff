// A capture that is read is written again as a capture that holds the same events.

#include "fuzz.h"
#include "ledger/capture.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = Json::parse(input(data, size));
  if (!json) return 0;
  const auto capture = parse_capture(*json, PublicKey::from_did);
  if (!capture) return 0;
  Json seal;
  if (capture->seal) {
    seal = capture->seal->json;
    seal.set("proof", capture->seal->proofs);
  }
  const Json document = capture_document(capture->events, seal, capture->disclosures, 0);
  const auto again = parse_capture(document, PublicKey::from_did);
  require(again.has_value(), "what was read can be written and read again");
  require(again->events.size() == capture->events.size(), "no event is lost");
  for (std::size_t i = 0; i < again->events.size(); ++i) {
    require(again->events[i].bytes == capture->events[i].bytes, "events keep their bytes");
  }
  return 0;
}
