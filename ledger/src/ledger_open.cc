// Ledger::create() and open(): making a folder, and telling a sound one from a damaged one.

#include <future>
#include <span>

#include "erasure.h"
#include "ledger_files.h"
#include "ledger_reading.h"
#include "log_signers.h"
#include "sequencer.h"
#include "state_store.h"
#include "try.h"
#include "value_place.h"

namespace nianlun {
namespace {

Result<void> check_new_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return fail(ErrorCode::kIo, "ledger.file-failed",
                {{"file", folder.string()}, {"reason", error.message()}});
  }
  if (!std::filesystem::is_empty(folder, error) || error) {
    return fail(ErrorCode::kConflict, "ledger.folder-not-empty", {{"file", folder.string()}});
  }
  return {};
}

/// Judges the genesis event by the machine itself: it must become record 0, accepted.
Result<NewRecord> admit_genesis(Machine& machine, const Admission& genesis, StateOverlay& state) {
  std::vector<NewRecord> records;
  TRY_ASSIGN(const CaptureResult result, machine.admit(genesis, 0, state, records));
  if (records.size() != 1 || records[0].record.verdict.outcome != Outcome::kAccepted) {
    return fail(ErrorCode::kInvalidArgument, "ledger.genesis-refused");
  }
  return std::move(records[0]);
}

Result<void> check_genesis_keys(const Json& event, const PrivateKey& log_key,
                                const PrivateKey& gateway_key) {
  TRY_ASSIGN(const GenesisSettings genesis, parse_genesis(event));
  const auto verifier =
      NoteVerifier::create(genesis.origin, NoteKeyType::kEd25519, log_key.public_key());
  if (!verifier || verifier->vkey() != genesis.log_key ||
      gateway_key.public_key().did() != genesis.gateway) {
    return fail(ErrorCode::kInvalidArgument, "ledger.genesis-keys");
  }
  return {};
}

class OpenLedger final : public Ledger {
 public:
  struct Parts {
    LedgerIdentity identity;
    std::optional<PrivateKey> gateway;
    std::unique_ptr<Sequencer> sequencer;  // none: read only
    std::shared_ptr<Vault> vault;
    std::shared_ptr<const Reading> reading;  // if read only
    std::string checkpoint;                  // if read only
  };
  explicit OpenLedger(Parts parts) : parts_(std::move(parts)) {}

  const std::string& origin() const override { return parts_.identity.genesis.origin; }
  const std::string& identity() const override { return parts_.identity.identity; }
  const NoteVerifier& log_verifier() const override { return parts_.identity.verifier; }
  const std::vector<Rotation>& rotations() const override { return parts_.identity.rotations; }
  const PrivateKey* gateway_key() const override {
    return parts_.gateway ? &*parts_.gateway : nullptr;
  }

  Result<void> submit(Admission admission, std::vector<std::string> disclosures,
                      Done done) override {
    TRY(check_writable());
    TRY_ASSIGN(auto values, placed(admission, disclosures, *read()));
    return parts_.sequencer->submit(std::move(admission), std::move(values), std::move(done));
  }
  std::shared_ptr<const Reading> read() const override {
    return parts_.sequencer ? parts_.sequencer->read() : parts_.reading;
  }
  std::string checkpoint() const override {
    return parts_.sequencer ? parts_.sequencer->checkpoint() : parts_.checkpoint;
  }
  Result<void> publish_checkpoint() override {
    TRY(check_writable());
    return parts_.sequencer->publish_checkpoint();
  }
  void sign_checkpoints() override {
    if (parts_.sequencer) parts_.sequencer->sign_checkpoints();
  }
  Result<Buffer> sign_octets(Bytes octets) const override {
    TRY(check_writable());
    return parts_.sequencer->signer().sign_octets(octets);
  }
  Result<void> put_token(const Hash& token_hash, const Json& grant) override {
    TRY(check_writable());
    return parts_.vault->put_token(token_hash, grant);
  }
  Result<std::uint64_t> erase(const std::vector<std::string>& digests, Admission record) override {
    TRY(check_writable());
    return erase_recorded(*this, *parts_.vault, digests, std::move(record));
  }
  Result<std::uint64_t> erase(const std::vector<std::string>& digests) override {
    TRY(check_writable());
    return parts_.vault->erase(digests);
  }

 private:
  Result<void> check_writable() const {
    if (!parts_.sequencer) return fail(ErrorCode::kForbidden, "ledger.read-only");
    return {};
  }
  Parts parts_;
};

/// For looking only: the state in memory, folded from the log as far as the stored one is of no
/// use.
Result<std::unique_ptr<Ledger>> open_for_reading(Store store, OpenLedger::Parts parts,
                                                 const CheckpointFile& file) {
  struct Folded {
    std::shared_ptr<const StateView> stored;
    std::unique_ptr<StateOverlay> overlay;
  };
  const auto log = store.log->view();
  auto folded = std::make_shared<Folded>();
  folded->stored = std::make_shared<const EmptyView>();
  if (store.state != nullptr) folded->stored = std::make_shared<const DatabaseView>(store.state);
  auto position = state_position(*folded->stored);
  if (!position || !compare_state(*position, *log)) {
    folded->stored = std::make_shared<const EmptyView>();
    position = TreeHead{};
  }
  folded->overlay = std::make_unique<StateOverlay>(*folded->stored);
  TRY(fold_records(*log, position->size, *store.machine, *folded->overlay));
  const std::shared_ptr<const StateView> state(folded, folded->overlay.get());
  parts.reading = make_reading(log, state, store.vault);
  if (auto checkpoint = file.read()) parts.checkpoint = std::move(checkpoint->note);
  return std::unique_ptr<Ledger>(new OpenLedger(std::move(parts)));
}

Result<Store> open_store(const LedgerOptions& options) {
  Store store;
  TRY_ASSIGN(store.log, Log::open(database_options(options, Part::kLog, false)));
  auto state = Database::open(database_options(options, Part::kState, true));
  const bool may_lack = options.read_only && !state && state.error().code != ErrorCode::kConflict;
  if (!state && !may_lack) return Unexpected{std::move(state).error()};
  if (state) store.state = *std::move(state);
  TRY_ASSIGN(store.vault, open_vault(options, store.log->view().get()));
  store.machine = options.machine();
  store.engine = options.engine;
  if (!store.engine) store.engine = embedded_engine(store.log->view()->position().engine);
  return store;
}

}  // namespace

Result<void> Ledger::create(const LedgerOptions& options, const Admission& genesis,
                            const PrivateKey& log_key, const PrivateKey& gateway_key) {
  const auto machine = options.machine();
  const EmptyView nothing;
  StateOverlay state(nothing);
  TRY_ASSIGN(const NewRecord record, admit_genesis(*machine, genesis, state));
  const Json& event = genesis.events.front().event.event;
  TRY(check_genesis_keys(event, log_key, gateway_key));
  TRY(check_new_folder(options.directory));
  TRY(log_key.save_for_notes(log_key_path(options), std::string(event.text("nianlun:origin"))));
  TRY(gateway_key.save(gateway_key_path(options)));
  TRY_ASSIGN(const auto vault, open_vault(options, nullptr));
  TRY_ASSIGN(const auto stored, Database::open(database_options(options, Part::kState, true)));
  TRY_ASSIGN(const auto log, Log::open(database_options(options, Part::kLog, true)));
  TRY(log->append(
      {.records = std::span(&record, 1), .captures = {{0, &genesis.seal, genesis.rollback}}}));
  const LogPosition& position = log->view()->position();
  TRY(write_state(*stored, state.changes(), {.size = position.size, .root = position.root}));
  TRY_ASSIGN(const LedgerIdentity identity, read_identity(options, *log->view()));
  TRY_ASSIGN(const NoteSigner signer, NoteSigner::load(log_key_path(options)));
  TRY(CheckpointFile(checkpoint_path(options), identity.keys)
          .publish(*log->view(), std::span(&signer, 1), true));
  return {};
}

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerOptions& options) {
  TRY_ASSIGN(Store store, open_store(options));
  const auto log = store.log->view();
  if (log->size() == 0) return fail(ErrorCode::kCorrupted, "ledger.no-genesis");
  TRY_ASSIGN(LedgerIdentity identity, read_identity(options, *log));
  const CheckpointFile file(checkpoint_path(options), identity.keys);
  OpenLedger::Parts parts{.identity = identity,
                          .gateway = {},
                          .sequencer = {},
                          .vault = store.vault,
                          .reading = {},
                          .checkpoint = {}};
  if (options.read_only) return open_for_reading(std::move(store), std::move(parts), file);

  auto checkpoint = file.read();
  if (!checkpoint && checkpoint.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kCorrupted, "ledger.no-checkpoint",
                {{"file", checkpoint_path(options).string()}});
  }
  if (!checkpoint) return Unexpected{checkpoint.error()};
  TRY(CheckpointFile::compare(checkpoint->checkpoint, *log));
  TRY(catch_up(store.state, *log, *store.machine, {}));
  const auto state = std::make_shared<const DatabaseView>(store.state);
  TRY_ASSIGN(std::vector<NoteSigner> signers,
             open_signers(options, *log, *make_reading(log, state, store.vault), parts.identity));
  TRY_ASSIGN(parts.gateway, PrivateKey::load(gateway_key_path(options)));
  if (parts.gateway->public_key().did() != identity.genesis.gateway) {
    return fail(ErrorCode::kCorrupted, "ledger.genesis-keys");
  }
  parts.sequencer = std::make_unique<Sequencer>(
      options, std::move(store), CheckpointFile(checkpoint_path(options), parts.identity.keys),
      std::move(signers), *std::move(checkpoint));
  TRY(parts.sequencer->start());
  if (!options.accept_vault_loss) TRY(resume_erasure(*parts.vault, *parts.sequencer->read()));
  return std::unique_ptr<Ledger>(new OpenLedger(std::move(parts)));
}

Result<CaptureResult> Ledger::submit_and_wait(Admission admission,
                                              std::vector<std::string> disclosures) {
  std::promise<Result<CaptureResult>> promise;
  auto answer = promise.get_future();
  TRY(submit(std::move(admission), std::move(disclosures),
             [&promise](Result<CaptureResult> result) { promise.set_value(std::move(result)); }));
  return answer.get();
}

}  // namespace nianlun
