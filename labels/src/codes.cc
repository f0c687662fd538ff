#include "codes.h"

#include <sys/random.h>

#include <array>
#include <cerrno>

#include "ledger/src/try.h"

#if __has_include("ledger/tag_code.h")
#include "ledger/tag_code.h"
#define NIANLUN_TAG_CODES 1
#endif

namespace nianlun::labels {

#ifdef NIANLUN_TAG_CODES

Result<std::string> tag_code(std::string_view typed) { return normalize_tag_code(typed); }

Result<std::string> new_tag_code() {
  std::array<char, 32> random{};
  ssize_t filled = 0;
  do {
    filled = getrandom(random.data(), random.size(), 0);
  } while (filled < 0 && errno == EINTR);
  if (filled != static_cast<ssize_t>(random.size())) {
    return fail(ErrorCode::kIo, "labels.no-randomness");
  }
  return make_tag_code({random.data(), random.size()});
}

#else

// Until ledger_core knows tag codes, what was given is printed if it looks like one.
Result<std::string> tag_code(std::string_view typed) {
  std::string code;
  bool plain = true;
  for (const char c : typed) {
    if (c == '-' || c == ' ') continue;
    const char capital = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    plain = plain && ((capital >= 'A' && capital <= 'Z') || (c >= '0' && c <= '9'));
    code.push_back(capital);
  }
  if (!plain || code.size() < 8 || code.size() > 32) {
    return fail(ErrorCode::kInvalidArgument, "labels.not-a-code", {{"code", std::string(typed)}});
  }
  return code;
}

Result<std::string> new_tag_code() { return fail(ErrorCode::kNotFound, "labels.no-tag-codes"); }

#endif

}  // namespace nianlun::labels
