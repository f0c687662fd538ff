#include "rotate_command.h"

#include <iostream>

#include "ledger/device.h"
#include "ledger_files.h"
#include "log_key_state.h"
#include "offline_seal.h"
#include "tool.h"
#include "tool_sender.h"
#include "try.h"

namespace nianlun {
namespace {

LedgerOptions options_of(const RotateArguments& arguments) {
  LedgerOptions options;
  options.directory = arguments.directory;
  return options;
}

/// Keys that sign now, the older first.
Result<std::vector<LogKey>> keys_now(const Ledger& ledger) {
  const auto reading = ledger.read();
  TRY_ASSIGN(const auto book, reading->book());
  TRY_ASSIGN(const std::vector<LogKey> keys, log_keys(reading->state(), book->genesis()));
  return signing(keys);
}

/// Records what the authority says of a key; the record's index.
Result<std::uint64_t> record(Ledger& ledger, std::string_view type, const std::string& vkey,
                             const std::vector<PrivateKey>& authority) {
  Json event = registry_event(type);
  event.set("nianlun:logKey", vkey);
  TRY_ASSIGN(const SealPlace place,
             next_place(*ledger.read(), authority.front().public_key().did()));
  TRY_ASSIGN(CaptureEvent captured, capture_event(event, nullptr, place.suite));
  std::vector<CaptureEvent> events(1, std::move(captured));
  TRY_ASSIGN(Admission admission,
             sealed_offline(std::move(events), ledger.identity(), authority, place, now_ms()));
  TRY_ASSIGN(const CaptureResult result, ledger.submit_and_wait(std::move(admission)));
  const EventResult& recorded = result.events.front();
  if (recorded.verdict.outcome == Outcome::kAccepted) return recorded.index;
  return fail(ErrorCode::kInvalidArgument, "rotate.not-accepted",
              {{"index", std::to_string(recorded.index)}});
}

/// The next key is on disk before any record names it. One that an earlier run left there is it.
Result<NoteSigner> next_signer(const RotateArguments& arguments, const std::string& origin) {
  const auto file = next_log_key_path(options_of(arguments));
  auto left = NoteSigner::load(file);
  if (left || left.error().code != ErrorCode::kNotFound) return left;
  TRY_ASSIGN(const PrivateKey key, arguments.key.empty() ? PrivateKey::generate(KeyType::kEd25519)
                                                         : PrivateKey::load(arguments.key));
  TRY(key.save_for_notes(file, origin));
  return NoteSigner::load(file);
}

Result<void> print(const Ledger& ledger, std::uint64_t index) {
  TRY_ASSIGN(const std::vector<LogKey> keys, keys_now(ledger));
  Json vkeys = Json::Array{};
  for (const LogKey& key : keys) vkeys.push(key.vkey);
  Json summary;
  summary.set("index", index).set("logKeys", std::move(vkeys));
  std::cout << summary.dump() << '\n';
  return {};
}

Result<void> begin(const RotateArguments& arguments, const std::vector<PrivateKey>& authority) {
  std::uint64_t index = 0;
  {
    TRY_ASSIGN(const auto ledger, Ledger::open(options_of(arguments)));
    TRY_ASSIGN(const std::vector<LogKey> keys, keys_now(*ledger));
    if (keys.size() != 1) return fail(ErrorCode::kConflict, "rotate.begun");
    TRY_ASSIGN(const NoteSigner next, next_signer(arguments, ledger->origin()));
    TRY_ASSIGN(index, record(*ledger, "nianlun:LogKeyAdopted", next.verifier().vkey(), authority));
  }
  TRY_ASSIGN(const auto ledger, Ledger::open(options_of(arguments)));  // and both sign
  TRY(ledger->publish_checkpoint());
  say(arguments.language, "rotate.both-sign");
  return print(*ledger, index);
}

Result<void> end(const RotateArguments& arguments, const std::vector<PrivateKey>& authority) {
  std::uint64_t index = 0;
  {
    TRY_ASSIGN(const auto ledger, Ledger::open(options_of(arguments)));
    TRY_ASSIGN(const std::vector<LogKey> keys, keys_now(*ledger));
    if (keys.size() != 2) return fail(ErrorCode::kConflict, "rotate.not-begun");
    TRY_ASSIGN(index, record(*ledger, "nianlun:LogKeyRetired", keys.front().vkey, authority));
  }
  TRY_ASSIGN(const auto ledger, Ledger::open(options_of(arguments)));  // and the old key is gone
  say(arguments.language, "rotate.done");
  return print(*ledger, index);
}

Result<void> rotate(const RotateArguments& arguments) {
  TRY_ASSIGN(const std::vector<PrivateKey> authority, load_keys(arguments.authority_files));
  return arguments.finish ? end(arguments, authority) : begin(arguments, authority);
}

}  // namespace

int run_rotate_key(const RotateArguments& arguments) {
  return finish(arguments.language, rotate(arguments));
}

}  // namespace nianlun
