#include "codes.h"

#include <sys/random.h>

#include <array>
#include <cerrno>

#include "ledger/tag_code.h"

namespace nianlun::labels {

Result<std::string> new_tag_code() {
  std::array<char, kTagCodeRandomBytes> random{};
  ssize_t filled = 0;
  do {
    filled = getrandom(random.data(), random.size(), 0);
  } while (filled < 0 && errno == EINTR);
  if (filled != static_cast<ssize_t>(random.size())) {
    return fail(ErrorCode::kIo, "labels.no-randomness");
  }
  return make_tag_code({random.data(), random.size()});
}

}  // namespace nianlun::labels
