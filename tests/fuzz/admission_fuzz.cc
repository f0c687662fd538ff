// An admission and a record are read in one spelling only.

#include "fuzz.h"
#include "ledger/admission.h"
#include "ledger/record.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = input(data, size);
  if (const auto admission = decode_admission(bytes)) {
    require(encode_admission(*admission) == bytes, "an admission has one spelling");
  }
  if (const auto record = parse_record(bytes)) {
    const Buffer event = record->event.is_null() ? Buffer() : canonical(record->event).value();
    require(record_bytes(*record, event) == bytes, "a record has one spelling");
  }
  return 0;
}
