#include "vault_command.h"

#include "ledger/device.h"
#include "ledger/vault_loss.h"
#include "offline_seal.h"
#include "tool.h"
#include "tool_sender.h"
#include "try.h"

namespace nianlun {
namespace {

/// "3-17, 20": the numbers of the writes that are gone.
std::string numbers(const VaultLoss& loss) {
  std::string out;
  std::uint64_t told = 0;
  for (const auto& [first, last] : loss.ranges) {
    if (!out.empty()) out += ", ";
    out += std::to_string(first);
    if (last != first) out += "-" + std::to_string(last);
    told += last - first + 1;
  }
  if (told < loss.missing) out += ", ...";
  return out.empty() ? "0" : out;
}

Result<Admission> acceptance(const Ledger& ledger, const VaultLoss& loss,
                             const std::vector<PrivateKey>& keys) {
  Json event = registry_event("nianlun:VaultLossAccepted");
  event.set("nianlun:made", loss.made).set("nianlun:missing", loss.missing);
  TRY_ASSIGN(const SealPlace place, next_place(*ledger.read(), keys.front().public_key().did()));
  TRY_ASSIGN(CaptureEvent captured, capture_event(event, nullptr, place.suite));
  std::vector<CaptureEvent> events(1, std::move(captured));
  return sealed_offline(std::move(events), ledger.identity(), keys, place, now_ms());
}

Result<int> accept_loss(const VaultArguments& arguments) {
  LedgerOptions options;
  options.directory = arguments.directory;
  options.read_only = true;
  TRY_ASSIGN(const VaultLoss loss, vault_loss(options));
  if (!loss.any()) return fail(ErrorCode::kConflict, "vault.nothing-lost");
  say(arguments.language, "tool.vault-loss",
      {{"made", std::to_string(loss.made)},
       {"missing", std::to_string(loss.missing)},
       {"ranges", numbers(loss)}});
  if (!loss.anchor) say(arguments.language, "tool.vault-loss-anchor");
  say(arguments.language, "tool.vault-loss-means");
  if (!arguments.yes) {
    say(arguments.language, "tool.vault-ask-yes");
    return kExitFailed;
  }
  if (arguments.authority_files.empty()) {
    return fail(ErrorCode::kInvalidArgument, "tool.no-authority");
  }
  TRY_ASSIGN(const std::vector<PrivateKey> keys, load_keys(arguments.authority_files));
  options.read_only = false;
  TRY_ASSIGN(const std::uint64_t index,
             accept_vault_loss(options, [&keys](const Ledger& ledger, const VaultLoss& found) {
               return acceptance(ledger, found, keys);
             }));
  say(arguments.language, "tool.vault-accepted", {{"index", std::to_string(index)}});
  return kExitDone;
}

}  // namespace

int run_accept_loss(const VaultArguments& arguments) {
  const auto done = accept_loss(arguments);
  return done ? *done : complain(arguments.language, done.error());
}

}  // namespace nianlun
