// A code that was typed has one spelling, and is shown in a way that reads the same.

#include "fuzz.h"
#include "ledger/tag_code.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto code = normalize_tag_code(input(data, size));
  require(!is_tag_code(input(data, size)) || (code && *code == input(data, size)),
          "what is kept is normalized");
  if (!code) return 0;
  require(is_tag_code(*code), "a normalized code is one");
  const auto shown = normalize_tag_code(display_tag_code(*code));
  require(shown && *shown == *code, "what is shown reads the same");
  if (code->size() == kTagCodeCharacters && size > 0) {
    std::string wrong = *code;
    char& character = wrong[data[0] % wrong.size()];
    character = character == '0' ? '1' : '0';
    require(!is_tag_code(wrong), "a wrong character is found");
  }
  return 0;
}
