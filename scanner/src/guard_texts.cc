#include "guard_texts.h"

#include <algorithm>

#include "ledger/event_maker.h"
#include "ledger/messages.h"

namespace nianlun::scanner {
namespace {

std::string implicit(std::string_view guard, std::string_view language) {
  if (guard == "correction") return text(language, "trace.broken-correction");
  if (guard == "history") return text(language, "trace.broken-history");
  if (guard == "identity") return text(language, "trace.broken-identity");
  if (guard == "required") return text(language, "trace.broken-required");
  if (guard == "revoked") return text(language, "trace.broken-revoked");
  if (guard == "role") return text(language, "trace.broken-role");
  if (guard == "state") return text(language, "trace.broken-state");
  if (guard == "time") return text(language, "trace.broken-time");
  return std::string(guard);
}

}  // namespace

std::string guard_text(const Profile* profile, std::string_view step, std::string_view guard,
                       std::string_view language) {
  if (profile != nullptr) {
    if (const auto found = find_step(*profile, step)) {
      const auto own = std::ranges::find((*found)->guards, guard, &Profile::Guard::id);
      if (own != (*found)->guards.end()) return std::string(in_language(own->text, language));
    }
  }
  return implicit(guard, language);
}

}  // namespace nianlun::scanner
