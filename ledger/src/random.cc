#include "ledger/random.h"

#include <sodium.h>

namespace nianlun {

Buffer fresh_octets(std::size_t octets) {
  Buffer out(octets, '\0');
  randombytes_buf(out.data(), out.size());
  return out;
}

}  // namespace nianlun
