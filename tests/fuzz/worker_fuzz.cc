// What the decoder's child says, which may have been taken over, packs as it was.

#include "fuzz.h"
#include "worker_protocol.h"

using nianlun::testing::input;
using nianlun::testing::require;
namespace scanner = nianlun::scanner;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto codes = scanner::unpack(input(data, size));
  const nianlun::Buffer packed = scanner::pack(codes);
  if (codes) {
    require(packed == input(data, size), "codes pack as they were");
    return 0;
  }
  const auto again = scanner::unpack(packed);
  require(!again && again.error().message == codes.error().message, "an error stays one");
  return 0;
}
