#include "evidence.h"

#include "facts.h"
#include "ledger/hash.h"
#include "try.h"

namespace nianlun {

Result<bool> is_asked(const StateView& state, const Profile& profile, const Profile::Step& step,
                      const Profile::Evidence& evidence, std::string_view item) {
  if (evidence.one_in == 1) return true;
  TRY_ASSIGN(const auto known, find_item(state, item));
  Buffer drawn = profile.id + "/" + step.name + "/" + evidence.member;
  drawn += '\0';
  drawn += item;
  drawn += '\0';
  drawn += be64(known ? known->first : kNoRecord);
  return read_be64(sha256(drawn).view().substr(0, 8)) % evidence.one_in == 0;
}

}  // namespace nianlun
