#include "tool_sender.h"

#include "ledger/capture.h"
#include "ledger/device.h"
#include "ledger/encoding.h"
#include "ledger/event_maker.h"
#include "ledger/messages.h"
#include "ledger/random.h"
#include "ledger/time.h"
#include "tool.h"
#include "trace_words.h"
#include "try.h"
#include "verified.h"

namespace nianlun {
namespace {

Result<Delivery> send_event(const std::string& server, const std::vector<std::string>& key_files,
                            const std::string& store, std::string_view language,
                            const Json& event) {
  TRY_ASSIGN(const std::vector<PrivateKey> keys, load_keys(key_files));
  TRY_ASSIGN(ToolSender sender, ToolSender::open(server, language));
  TRY_ASSIGN(const auto outbox, Outbox::open(store));
  TRY_ASSIGN(const std::uint64_t number, outbox->add(event, {}, now_ms(), sender.info().suite));
  auto delivery = sender.send(*outbox, keys, [&](const Json& sent, const Json& outcome) {
    say(language, "tool.not-accepted",
        {{"where", std::string(sent.text("type"))},
         {"outcome", outcome_word(outcome.text("outcome"), language)},
         {"why", reasons_of(outcome, nullptr, language)}});
  });
  if (!delivery && delivery.error().code == ErrorCode::kInvalidArgument) {
    // Nobody will mend it in the outbox, where it would hold up every later command.
    TRY(outbox->remove(number));
  }
  return delivery;
}

}  // namespace

std::string random_uuid_urn() {
  Buffer octets = fresh_octets(16);
  octets[6] = static_cast<char>((octets[6] & 0x0f) | 0x40);
  octets[8] = static_cast<char>((octets[8] & 0x3f) | 0x80);
  std::string digits = hex(octets);
  for (const std::size_t at : {20, 16, 12, 8}) digits.insert(at, 1, '-');
  return "urn:uuid:" + digits;
}

Json registry_event(std::string_view type) {
  Json event;
  event.set("@context", our_context())
      .set("type", type)
      .set("eventID", random_uuid_urn())
      .set("eventTime", date_time(now_ms()))
      .set("eventTimeZoneOffset", "+00:00");
  return event;
}

Result<ToolSender> ToolSender::open(const std::string& server, std::string_view language) {
  TRY_ASSIGN(Api api, Api::connect_to(server, language));
  TRY_ASSIGN(LedgerInfo info, ledger_info(api));
  return ToolSender(std::move(api), std::move(info), language);
}

Result<Delivery> ToolSender::send(Outbox& outbox, const std::vector<PrivateKey>& keys,
                                  std::function<void(const Json&, const Json&)> not_accepted) {
  TRY_ASSIGN(const std::string note, api_.get_text("/checkpoint"));
  TRY_ASSIGN(const Checkpoint checkpoint, open_checkpoint(note, info_));
  DeliverOptions options;
  options.context.ledger = info_.identity;
  options.context.suite = info_.suite;
  for (const PrivateKey& key : keys) options.context.keys.push_back(&key);
  options.context.after = TreeHead{.size = checkpoint.size, .root = checkpoint.root};
  options.not_accepted = std::move(not_accepted);
  options.progress = progress_of(language_, "tool.sent-so-far");
  options.waits_again = [this] { say(language_, "client.wait-again"); };
  return deliver(outbox, api_, options);
}

int send_one(const std::string& server, const std::vector<std::string>& key_files,
             std::string store, std::string_view language, const Json& event) {
  if (store.empty() && key_files.front().starts_with("pkcs11:")) {
    return complain(language, {ErrorCode::kInvalidArgument, "tool.needs-store", {}});
  }
  if (store.empty()) store = key_files.front() + ".outbox";
  const auto delivery = send_event(server, key_files, store, language, event);
  if (!delivery) return complain(language, delivery.error());
  say(language, "tool.delivered",
      {{"accepted", std::to_string(delivery->accepted)},
       {"disputed", std::to_string(delivery->disputed)},
       {"refused", std::to_string(delivery->refused)}});
  return delivery->disputed + delivery->refused == 0 ? kExitDone : kExitPartly;
}

std::string reasons_of(const Json& outcome, const Profile* profile, std::string_view language) {
  const Profile::Step* step = nullptr;
  if (profile != nullptr) {
    if (const auto found = find_step(*profile, outcome.text("step"))) step = *found;
  }
  std::string reasons;
  const Json* broken = outcome.find("broken");
  if (broken == nullptr || !broken->is_array()) return reasons;
  for (const Json& guard : broken->array()) {
    if (!guard.is_string()) continue;
    reasons += (reasons.empty() ? "" : "; ") + guard_text(step, guard.string(), language);
  }
  return reasons;
}

}  // namespace nianlun
