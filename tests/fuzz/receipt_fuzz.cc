// A receipt that is read prints as it was; whether it holds is answered without an accident.

#include "fuzz.h"
#include "ledger/receipt.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

namespace {

// The log of tests/golden/receipt.json.
const NoteVerifier& log_key() {
  static const NoteVerifier kKey =
      NoteVerifier::parse(
          "ledger.example.org/forest+f5d3b0b5+AcqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58")
          .value();
  return kKey;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = Json::parse(input(data, size));
  if (!json) return 0;
  const auto receipt = parse_receipt(*json);
  if (!receipt) return 0;
  const auto again = parse_receipt(receipt_json(*receipt));
  require(again.has_value(), "what is printed can be read");
  require(receipt_json(*again) == receipt_json(*receipt), "a receipt prints the same again");
  const auto facts = verify_receipt(*receipt, std::span(&log_key(), 1));
  if (facts) require(facts->parties.size() == facts->signers.size(), "every signer has a party");
  return 0;
}
