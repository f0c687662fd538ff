// A seal that is read, by one suite at most, has the hash of its canonical form, and its parts make
// it again.

#include "fuzz.h"
#include "ledger/seal.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

namespace {

bool check(const Json& json, Suite suite) {
  const auto seal = parse_seal(json, suite);
  if (!seal) return false;
  const auto text = canonical(seal->json);
  require(text.has_value() && digest(suite, *text) == seal->hash, "the hash is that of the seal");
  require(seal->signers.front() == seal->submitter, "the submitter signs first");
  const auto again = parse_seal(seal->json, Json(seal->proofs), suite);
  require(again.has_value() && again->hash == seal->hash, "the parts of a seal make it again");
  return true;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = Json::parse(input(data, size));
  if (!json) return 0;
  const bool one = check(*json, Suite::kSha256);
  const bool other = check(*json, Suite::kSm2Sm3);
  require(!(one && other), "a seal is of one suite");
  return 0;
}
