// Every decoder takes exactly what its encoder makes; a key that is read prints as it was.

#include "fuzz.h"
#include "ledger/encoding.h"
#include "ledger/signature.h"
#include "ledger/time.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = input(data, size);
  if (const auto octets = from_hex(bytes)) require(hex(*octets) == bytes, "hex");
  if (const auto octets = from_base64(bytes)) require(base64(*octets) == bytes, "base64");
  if (const auto octets = from_base64url(bytes)) require(base64url(*octets) == bytes, "base64url");
  if (const auto octets = from_base58(bytes)) require(base58(*octets) == bytes, "base58");
  require(from_base64url(base64url(bytes)).value() == bytes, "octets come back from base64url");
  if (const auto key = PublicKey::from_did(bytes)) require(key->did() == bytes, "did:key");
  if (const auto ms = parse_date_time(bytes)) {
    require(parse_date_time(date_time(*ms)).value() == *ms, "a time prints as the same time");
  }
  (void)parse_duration(bytes).has_value();
  return 0;
}
