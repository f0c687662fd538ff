#include "ledger_files.h"

#include "ledger/encoding.h"
#include "try.h"

namespace nianlun {

std::filesystem::path part_folder(const LedgerOptions& options, Part part) {
  switch (part) {
    case Part::kLog:
      return options.directory / "log";
    case Part::kState:
      return options.directory / "state";
    case Part::kVault:
      break;
  }
  return options.directory / "vault";
}

std::filesystem::path checkpoint_path(const LedgerOptions& options) {
  return options.directory / "checkpoint";
}
std::filesystem::path vault_anchor_path(const LedgerOptions& options) {
  return options.directory / "vault.anchor";
}
std::filesystem::path log_key_path(const LedgerOptions& options) {
  return options.directory / "log.key";
}
std::filesystem::path gateway_key_path(const LedgerOptions& options) {
  return options.directory / "gateway.key";
}

DatabaseOptions database_options(const LedgerOptions& options, Part part, bool create) {
  DatabaseOptions result;
  result.directory = part_folder(options, part);
  result.create_if_missing = create;
  result.read_only_check = options.read_only;
  result.env = options.env;
  switch (part) {
    case Part::kLog:  // what it holds is compressed already
      result.cache_bytes = options.cache_bytes / 4;
      result.filter = false;
      break;
    case Part::kState:
      result.cache_bytes = options.cache_bytes / 2;
      result.compress = true;
      result.sync_each_file = true;
      break;
    case Part::kVault:
      result.cache_bytes = options.cache_bytes / 16;
      result.write_buffer_bytes = 1 << 20;
      break;
  }
  return result;
}

Result<std::unique_ptr<Vault>> open_vault(const LedgerOptions& options, const LogView* log) {
  const bool create = log == nullptr || options.accept_vault_loss;
  return Vault::open({.database = database_options(options, Part::kVault, create),
                      .anchor = vault_anchor_path(options),
                      .writes_min = log == nullptr ? 0 : log->position().vault,
                      .accept_loss = options.accept_vault_loss,
                      .suite = log == nullptr ? Suite::kSha256 : log->suite()});
}

Result<LedgerIdentity> read_identity(const LogView& log) {
  TRY_ASSIGN(const StoredRecord first, log.record(0));
  auto genesis = parse_genesis(first.record.event);
  auto verifier = genesis ? NoteVerifier::parse(genesis->log_key) : Unexpected{genesis.error()};
  if (!verifier || verifier->name() != genesis->origin) {
    return fail(ErrorCode::kCorrupted, "ledger.no-genesis");
  }
  std::string identity = genesis->origin + "#" + hex(record_hash(first.bytes, genesis->suite));
  return LedgerIdentity{.genesis = *std::move(genesis),
                        .identity = std::move(identity),
                        .verifier = *std::move(verifier)};
}

}  // namespace nianlun
