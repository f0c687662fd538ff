#include "codes.h"

#include "ledger/random.h"
#include "ledger/tag_code.h"

namespace nianlun::labels {

Result<std::string> new_tag_code() { return make_tag_code(fresh_octets(kTagCodeRandomBytes)); }

}  // namespace nianlun::labels
