#include "ledger_files.h"

#include <fcntl.h>

#include <cerrno>
#include <system_error>

#include "descriptor.h"
#include "ledger/encoding.h"
#include "ledger/rotation.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kRotationsBytesMax = 8 << 20;

}  // namespace

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
std::filesystem::path next_log_key_path(const LedgerOptions& options) {
  return options.directory / "log.next.key";
}
std::filesystem::path rotations_path(const LedgerOptions& options) {
  return options.directory / "log.rotations";
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

Result<std::string> read_ledger_file(const std::filesystem::path& file, std::size_t bytes_max) {
  const auto failed = [&](int reason) {
    return fail(reason == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, "ledger.file-failed",
                {{"file", file.string()}, {"reason", std::generic_category().message(reason)}});
  };
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return failed(errno);
  std::string text(bytes_max + 1, '\0');
  const ssize_t got = read_up_to(in, text.data(), text.size());
  if (got < 0) return failed(errno);
  text.resize(static_cast<std::size_t>(got));
  if (text.size() <= bytes_max) return text;
  return fail(ErrorCode::kCorrupted, "ledger.file-too-large", {{"file", file.string()}});
}

namespace {

Result<std::vector<Rotation>> read_rotations(const LedgerOptions& options) {
  const std::filesystem::path file = rotations_path(options);
  const auto text = read_ledger_file(file, kRotationsBytesMax);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::vector<Rotation>();
  if (!text) return Unexpected{text.error()};
  const auto json = Json::parse(*text);
  auto rotations = json ? parse_rotations(*json) : Unexpected{json.error()};
  if (rotations) return rotations;
  return fail(ErrorCode::kCorrupted, "ledger.damaged-rotations", {{"file", file.string()}});
}

}  // namespace

/// Each rotation leads on from the one before, and the first from the key of the genesis.
Result<void> set_rotations(std::vector<Rotation> rotations, LedgerIdentity& identity) {
  TRY_ASSIGN(NoteVerifier key, NoteVerifier::parse(identity.genesis.log_key));
  const auto genesis = hash_from_hex(identity.identity.substr(identity.genesis.origin.size() + 1));
  TRY_ASSIGN(TrustedKeys keys, follow_rotations(std::span(&key, 1), rotations, *genesis));
  for (const Rotation& rotation : rotations) {
    const Json* event = rotation.adopted.record.find("event");
    TRY_ASSIGN(key, log_key_in(event == nullptr ? Json() : *event, identity.genesis.origin));
  }
  identity.verifier = std::move(key);
  identity.rotations = std::move(rotations);
  identity.keys = std::move(keys);
  return {};
}

Result<LedgerIdentity> read_identity(const LedgerOptions& options, const LogView& log) {
  TRY_ASSIGN(const StoredRecord first, log.record(0));
  auto genesis = parse_genesis(first.record.event);
  auto verifier = genesis ? NoteVerifier::parse(genesis->log_key) : Unexpected{genesis.error()};
  if (!verifier || verifier->name() != genesis->origin) {
    return fail(ErrorCode::kCorrupted, "ledger.no-genesis");
  }
  LedgerIdentity identity{.genesis = *std::move(genesis),
                          .identity = {},
                          .verifier = *std::move(verifier),
                          .rotations = {},
                          .keys = {}};
  identity.identity =
      identity.genesis.origin + "#" + hex(record_hash(first.bytes, identity.genesis.suite));
  TRY_ASSIGN(std::vector<Rotation> rotations, read_rotations(options));
  if (!set_rotations(std::move(rotations), identity)) {
    return fail(ErrorCode::kCorrupted, "ledger.damaged-rotations",
                {{"file", rotations_path(options).string()}});
  }
  return identity;
}

}  // namespace nianlun
