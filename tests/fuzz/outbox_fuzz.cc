// What an outbox stored is read as it was written; a server's answer, in front of a NUL and a seal,
// says what became of each event.

#include "fuzz.h"
#include "outbox_entry.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

namespace {

template <class Read>
void require_same(std::string_view text, Read read) {
  const auto stored = read(text);
  if (!stored) return;
  const std::string written = stored_text(*stored);
  const auto again = read(written);
  require(again && stored_text(*again) == written, "what was written reads the same");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = input(data, size);
  require_same(text, read_stored_event);
  require_same(text, read_stored_answer);
  require_same(text, read_stored_link);
  require_same(text, read_stored_seal);
  const std::size_t end = text.find('\0');
  if (end == text.npos) return 0;
  const auto job = Json::parse(text.substr(0, end));
  const auto seal = read_stored_seal(text.substr(end + 1));
  if (!job || !seal) return 0;
  if (const auto answers = answers_of(*job, *seal)) {
    require(answers->size() == seal->events.size(), "there is an answer for each event");
    for (const StoredAnswer& answer : *answers) {
      require(!answer.outcome.empty(), "an answer says what became of the event");
      require(read_stored_answer(stored_text(answer)).has_value(), "an answer can be stored");
    }
  }
  return 0;
}
