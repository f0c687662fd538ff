#include "log_signers.h"

#include <algorithm>
#include <system_error>

#include "ledger/checkpoint.h"
#include "ledger/output_file.h"
#include "ledger/rotation.h"
#include "log_key_state.h"
#include "record_proof.h"
#include "try.h"

namespace nianlun {
namespace {

namespace fs = std::filesystem;

/// The key of that name among `files`; the last one's error if none has it.
Result<NoteSigner> signer_of(const std::string& vkey, std::initializer_list<fs::path> files) {
  for (const fs::path& file : files) {
    auto signer = NoteSigner::load(file);
    if (signer && signer->verifier().vkey() == vkey) return signer;
    // What is there and cannot be used says more than that there is none.
    if (!signer && signer.error().code != ErrorCode::kNotFound) return signer;
  }
  return fail(ErrorCode::kCorrupted, "ledger.no-log-key",
              {{"file", files.begin()->string()}, {"key", vkey}});
}

/// The proof that `next` follows `old`: both sign the log as it was behind the second record.
Result<Rotation> prove(const LedgerOptions& options, const LogView& log, const Reading& reading,
                       const LogKey& old, const LogKey& next) {
  const std::uint64_t size = *old.retired + 1;
  const auto files = {log_key_path(options), next_log_key_path(options)};
  std::vector<NoteSigner> both;
  for (const LogKey* key : {&old, &next}) {
    TRY_ASSIGN(NoteSigner signer, signer_of(key->vkey, files));
    both.push_back(std::move(signer));
  }
  Checkpoint head;
  head.origin = both.front().name();
  head.size = size;
  TRY_ASSIGN(head.root, log.root_at(size));
  Rotation rotation;
  TRY_ASSIGN(rotation.checkpoint, sign_note(checkpoint_text(head), both));
  TRY_ASSIGN(rotation.genesis, prove_record(reading, 0, size));
  TRY_ASSIGN(rotation.adopted, prove_record(reading, next.adopted, size));
  TRY_ASSIGN(rotation.retired, prove_record(reading, *old.retired, size));
  return rotation;
}

/// Once the proof is on disk, the new key's file takes the place of the old one's.
Result<void> replace_key(const LedgerOptions& options, const std::string& vkey) {
  const auto next = NoteSigner::load(next_log_key_path(options));
  if (!next || next->verifier().vkey() != vkey) return {};
  std::error_code error;
  fs::rename(next_log_key_path(options), log_key_path(options), error);
  if (error) {
    return fail(ErrorCode::kIo, "ledger.file-failed",
                {{"file", log_key_path(options).string()}, {"reason", error.message()}});
  }
  return sync_folder(options.directory);
}

}  // namespace

Result<std::vector<NoteSigner>> open_signers(const LedgerOptions& options, const LogView& log,
                                             const Reading& reading, LedgerIdentity& identity) {
  TRY_ASSIGN(const std::vector<LogKey> keys, log_keys(reading.state(), identity.genesis));
  const std::vector<LogKey> now = signing(keys);
  const std::size_t retired = keys.size() - now.size();
  if (now.empty() || identity.rotations.size() + 1 < retired ||
      identity.rotations.size() > retired) {
    return fail(ErrorCode::kCorrupted, "ledger.no-rotations",
                {{"file", rotations_path(options).string()}});
  }
  if (identity.rotations.size() < retired) {
    TRY_ASSIGN(Rotation rotation, prove(options, log, reading, keys[retired - 1], keys[retired]));
    std::vector<Rotation> rotations = identity.rotations;
    rotations.push_back(std::move(rotation));
    const std::string text = rotations_json(rotations).dump() + "\n";
    TRY(replace_file(rotations_path(options), text, Access::kEverybody));
    TRY(set_rotations(std::move(rotations), identity));
  }
  if (now.size() == 1) TRY(replace_key(options, now.front().vkey));
  std::vector<NoteSigner> signers;
  for (const LogKey& key : now) {
    TRY_ASSIGN(NoteSigner signer,
               signer_of(key.vkey, {log_key_path(options), next_log_key_path(options)}));
    signers.push_back(std::move(signer));
  }
  return signers;
}

}  // namespace nianlun
