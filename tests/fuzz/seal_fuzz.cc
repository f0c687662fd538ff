// A seal that is read has the hash of its canonical form, and its parts make it again.

#include "fuzz.h"
#include "ledger/seal.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = Json::parse(input(data, size));
  if (!json) return 0;
  const auto seal = parse_seal(*json);
  if (!seal) return 0;
  const auto text = canonical(seal->json);
  require(text.has_value() && sha256(*text) == seal->hash, "the hash is that of the seal");
  require(seal->signers.front() == seal->submitter, "the submitter signs first");
  const auto again = parse_seal(seal->json, Json(seal->proofs));
  require(again.has_value() && again->hash == seal->hash, "the parts of a seal make it again");
  return 0;
}
