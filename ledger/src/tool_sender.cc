#include "tool_sender.h"

#include <iostream>

#include "ledger/checkpoint.h"
#include "ledger/encoding.h"
#include "ledger/messages.h"
#include "ledger/note.h"
#include "tool.h"
#include "try.h"

namespace nianlun {
namespace {

/// The checkpoint that the server shows, if its own log key signed it.
Result<std::optional<TreeHead>> checkpoint_of(HttpClient& client, const LedgerInfo& info) {
  TRY_ASSIGN(const HttpResponse response,
             client.send({.method = "GET", .target = "/checkpoint", .headers = {}, .body = {}}));
  if (response.status != 200) return std::optional<TreeHead>();
  TRY_ASSIGN(const NoteVerifier verifier, NoteVerifier::parse(info.log_key));
  TRY_ASSIGN(const OpenedNote note, open_note(response.body, {&verifier, 1}));
  TRY_ASSIGN(const Checkpoint checkpoint, parse_checkpoint(note.text));
  return std::optional<TreeHead>({checkpoint.size, checkpoint.root});
}

}  // namespace

std::string random_uuid_urn() {
  Buffer octets = random_octets(16);
  octets[6] = static_cast<char>((octets[6] & 0x0f) | 0x40);
  octets[8] = static_cast<char>((octets[8] & 0x3f) | 0x80);
  std::string digits = hex(octets);
  for (const std::size_t at : {20, 16, 12, 8}) digits.insert(at, 1, '-');
  return "urn:uuid:" + digits;
}

Result<std::unique_ptr<ToolSender>> ToolSender::open(Options options) {
  std::unique_ptr<ToolSender> sender(new ToolSender);
  TRY_ASSIGN(sender->keys_, load_keys(options.key_files));
  HttpClient::Options http;
  http.tries = 5;
  TRY_ASSIGN(sender->client_, HttpClient::connect_to(options.server, http));
  TRY_ASSIGN(sender->info_, ledger_info(*sender->client_));
  if (options.store.empty()) options.store = options.key_files.front() + ".outbox";
  TRY_ASSIGN(sender->outbox_, Outbox::open(options.store));
  sender->options_ = std::move(options);
  return sender;
}

Result<void> ToolSender::add(const Json& event, std::vector<std::string> disclosures) {
  TRY(outbox_->add(event, std::move(disclosures), now_ms()));
  return {};
}

int ToolSender::send_all() {
  const auto after = checkpoint_of(*client_, info_);
  if (!after) return complain(options_.language, after.error());
  DeliverOptions deliver_options;
  deliver_options.context.ledger = info_.identity;
  for (const PrivateKey& key : keys_) deliver_options.context.keys.push_back(&key);
  deliver_options.context.after = *after;
  deliver_options.context.boot = boot_id();
  deliver_options.stamp = [](Outbox::SealContext& context) {
    context.now_ms = now_ms();
    context.monotonic_ms = monotonic_ms();
  };
  deliver_options.progress = progress_of(options_.language, "tool.sent-so-far");
  const auto delivery = deliver(*outbox_, *client_, deliver_options);
  if (!delivery) return complain(options_.language, delivery.error());
  say(options_.language, "tool.delivered",
      {{"accepted", std::to_string(delivery->accepted)},
       {"disputed", std::to_string(delivery->disputed)},
       {"refused", std::to_string(delivery->refused)}});
  for (const Json& outcome : delivery->outcomes_not_accepted) {
    std::cout << outcome.dump() << '\n';
  }
  return delivery->disputed + delivery->refused == 0 ? kExitDone : kExitPartly;
}

}  // namespace nianlun
