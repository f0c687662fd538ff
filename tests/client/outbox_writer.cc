// The process that outbox_kill_test.cc kills: it records, seals and answers as fast as it can, and
// says what it was told that it has done.
//
// usage: outbox_writer FOLDER FIRST    first number of an event that was not used yet

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "outbox_samples.h"

namespace {

void say(const std::string& line) {
  const std::string whole = line + "\n";
  if (::write(STDOUT_FILENO, whole.data(), whole.size()) < 0) std::_Exit(3);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto outbox = nianlun::Outbox::open(argv[1]);
  if (!outbox) return 1;
  const nianlun::PrivateKey key = nianlun::testing::outbox_key();
  const auto context = nianlun::testing::outbox_context(key, 5);
  for (int number = std::atoi(argv[2]);; ++number) {
    if (number % 3 == 0) {  // several at once
      std::vector<nianlun::NewOutboxEvent> events;
      for (int each = number; each < number + 4; ++each) {
        events.push_back(
            {.event = nianlun::testing::outbox_event(each), .disclosures = {}, .saved_ms = each});
      }
      if (!(*outbox)->add_all(events)) return 1;
      number += 3;
      for (int each = number - 3; each < number; ++each) say("added " + std::to_string(each));
    } else if (!(*outbox)->add(nianlun::testing::outbox_event(number), {}, number)) {
      return 1;
    }
    say("added " + std::to_string(number));
    if (number % 4 != 0) continue;
    const auto document = (*outbox)->next_document(context);
    if (!document) return 1;
    if (!*document) continue;
    say("sealed " + (*document)->dump());
    if (number % 8 != 0) continue;
    if (!(*outbox)->answered(nianlun::testing::accepting_job(**document))) return 1;
    say("answered");
  }
}
