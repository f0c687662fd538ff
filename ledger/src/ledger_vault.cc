#include "ledger/vault_loss.h"
#include "ledger_files.h"
#include "log.h"
#include "profile_book.h"
#include "state_store.h"
#include "try.h"
#include "value_place.h"
#include "vault.h"

namespace nianlun {
namespace {

/// The vault's options, without what it is compared with being open any longer.
Result<VaultOptions> vault_options(const LedgerOptions& options) {
  TRY_ASSIGN(const auto log, Log::open(database_options(options, Part::kLog, false)));
  return VaultOptions{.database = database_options(options, Part::kVault, false),
                      .anchor = vault_anchor_path(options),
                      .writes_min = log->view()->position().vault};
}

Result<std::uint64_t> record_loss(
    LedgerOptions options, const VaultLoss& loss,
    const std::function<Result<Admission>(const Ledger&, const VaultLoss&)>& make) {
  options.accept_vault_loss = true;
  options.hold_checkpoints = true;  // the server asks its witnesses before it signs
  TRY_ASSIGN(const auto ledger, Ledger::open(options));
  TRY_ASSIGN(Admission admission, make(*ledger, loss));
  TRY_ASSIGN(const CaptureResult result, ledger->submit_and_wait(std::move(admission)));
  const EventResult& event = result.events.front();
  if (event.verdict.outcome == Outcome::kAccepted) return event.index;
  return fail(ErrorCode::kInvalidArgument, "vault.loss-not-accepted",
              {{"index", std::to_string(event.index)}});
}

}  // namespace

Result<VaultLoss> vault_loss(const LedgerOptions& options) {
  TRY_ASSIGN(const VaultOptions vault, vault_options(options));
  return Vault::find_loss(vault);
}

Result<std::uint64_t> accept_vault_loss(
    const LedgerOptions& options,
    const std::function<Result<Admission>(const Ledger&, const VaultLoss&)>& make) {
  TRY_ASSIGN(const VaultLoss loss, vault_loss(options));
  if (!loss.any()) return fail(ErrorCode::kConflict, "vault.nothing-lost");
  TRY_ASSIGN(const std::uint64_t index, record_loss(options, loss, make));
  TRY_ASSIGN(const VaultOptions vault, vault_options(options));
  TRY(Vault::settle(vault));
  return index;
}

Result<void> rebuild_index(const LedgerOptions& options) {
  if (options.read_only) return fail(ErrorCode::kForbidden, "ledger.read-only");
  TRY_ASSIGN(const auto log, Log::open(database_options(options, Part::kLog, false)));
  TRY_ASSIGN(const std::shared_ptr<Database> state,
             Database::open(database_options(options, Part::kState, false)));
  TRY_ASSIGN(const auto book, ProfileBook::load(DatabaseView(state)));
  TRY_ASSIGN(const auto vault, open_vault(options, log->view().get()));
  return vault->rebuild_index([&](const PrivateValue& value) {
    const auto* member = private_member(*book, value.profile, value.member);
    return member != nullptr && member->indexed;
  });
}

}  // namespace nianlun
