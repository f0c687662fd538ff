#include <array>

#include "bindings.h"
#include "commands.h"
#include "field_store.h"
#include "guard_texts.h"
#include "ledger/device.h"
#include "ledger/event_maker.h"
#include "ledger/messages.h"
#include "ledger/outbox.h"
#include "ledger/src/try.h"
#include "ledger/time.h"

namespace nianlun::scanner {
namespace {

std::string in_words(const OutboxEntry& entry, std::string_view language) {
  switch (entry.state) {
    case OutboxState::kWaiting:
      return text(language, "scanner.state-waiting");
    case OutboxState::kSealed:
      return text(language, "scanner.state-sealed");
    case OutboxState::kRefused:
      return text(language, "scanner.state-refused");
    case OutboxState::kReceived:
      break;
  }
  return entry.outcome == "disputed" ? text(language, "scanner.state-disputed")
                                     : text(language, "scanner.state-received");
}

std::string age(std::int64_t ms, std::string_view language) {
  const std::int64_t minutes = ms < 0 ? 0 : ms / 60'000;
  if (minutes < 60) return text(language, "scanner.minutes", {{"count", std::to_string(minutes)}});
  if (minutes < 2 * 24 * 60) {
    return text(language, "scanner.hours", {{"count", std::to_string(minutes / 60)}});
  }
  return text(language, "scanner.days", {{"count", std::to_string(minutes / (24 * 60))}});
}

std::string why(const OutboxEntry& entry, const FieldStore& store, std::string_view language) {
  const std::string step(entry.event.text("nianlun:step"));
  const auto profile = store.profile(step.substr(0, step.find('/')));
  std::string out;
  for (const std::string& guard : entry.broken) {
    out += (out.empty() ? ": " : "; ") +
           guard_text(profile ? profile->get() : nullptr, step, guard, language);
  }
  return out;
}

std::string_view name_of(OutboxState state) {
  constexpr std::array<std::string_view, 4> kNames = {"waiting", "sealed", "received", "refused"};
  return kNames[static_cast<std::size_t>(state)];
}

void list_one(const OutboxEntry& entry, const FieldStore& store, const Terminal& terminal) {
  Json line;
  line.set("number", entry.number).set("state", name_of(entry.state));
  line.set("saved", date_time(entry.saved_ms)).set("step", entry.event.text("nianlun:step"));
  line.set("eventID", entry.event.text("eventID"));
  if (!entry.outcome.empty()) {
    line.set("record", entry.record).set("outcome", entry.outcome);
    line.set("broken", Json::Array(entry.broken.begin(), entry.broken.end()));
  }
  const bool answered = !entry.outcome.empty();
  terminal.write(
      line, answered ? "scanner.outbox-answered" : "scanner.outbox-line",
      {{"number", std::to_string(entry.number)},
       {"step", std::string(entry.event.text("nianlun:step"))},
       {"age", age(now_ms() - entry.saved_ms, terminal.language)},
       {"state", in_words(entry, terminal.language) + why(entry, store, terminal.language)},
       {"record", std::to_string(entry.record)}});
}

Result<int> outbox_command(const OutboxArguments& arguments, const Terminal& terminal) {
  const FieldStore store(arguments.store);
  TRY_ASSIGN(const auto outbox, Outbox::open(store.outbox()));
  for (const std::uint64_t number : arguments.undo) {
    TRY(outbox->remove(number));
    Json line;
    terminal.write(line.set("undone", number), "scanner.undone",
                   {{"number", std::to_string(number)}});
  }
  if (!arguments.undo.empty()) return kDone;
  std::array<std::uint64_t, 4> counts = {};
  TRY(outbox->each([&](const OutboxEntry& entry) {
    ++counts[static_cast<std::size_t>(entry.state)];
    list_one(entry, store, terminal);
    return true;
  }));
  if (terminal.json) return kDone;
  terminal.write(Json(), "scanner.outbox-counts",
                 {{"waiting", std::to_string(counts[0])},
                  {"sealed", std::to_string(counts[1])},
                  {"received", std::to_string(counts[2])},
                  {"refused", std::to_string(counts[3])}});
  return kDone;
}

}  // namespace

int run_outbox(const OutboxArguments& arguments, const Terminal& terminal) {
  return terminal.finish(outbox_command(arguments, terminal));
}

}  // namespace nianlun::scanner
