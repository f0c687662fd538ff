// CBOR that is read prints as it was; so do COSE messages and receipts, and a receipt never holds
// for another record than its own.

#include "fuzz.h"
#include "ledger/entry_proof.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes octets = input(data, size);
  if (const auto value = Cbor::parse(octets)) {
    require(value->encode() == octets, "a value prints as it was");
  }
  if (const auto value = Cbor::parse(octets, {.order = CborOrder::kAny})) {
    require(value->encode().size() == octets.size(), "the order of keys changes no length");
  }
  if (const auto message = parse_cose_sign1(octets)) {
    require(encode(*message) == octets, "a message prints as it was");
  }
  if (const auto receipt = parse_cose_receipt(octets)) {
    const NoteVerifier log =
        NoteVerifier::parse(
            "ledger.example.org/forest+f5d3b0b5+AcqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58")
            .value();
    require(!verify_cose_receipt(*receipt, "{}", std::span(&log, 1)), "no record is no record");
  }
  return 0;
}
