#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "ledger/note.h"
#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

/// What a cosignature signs (c2sp.org/tlog-cosignature, Ed25519): that at `time_s`, seconds since
/// 1970, this checkpoint was the largest that the cosigner had seen of its log, consistent with all
/// before it.
std::string cosignature_message(std::uint64_t time_s, std::string_view checkpoint_text);

/// Cosigns checkpoints with one Ed25519 key under one name. NoteVerifier checks what it signs.
///
/// Threads: any thread may call any const member.
class Cosigner {
 public:
  /// kInvalidArgument  not a name for a key, or no Ed25519 key
  static Result<Cosigner> create(std::string name, PrivateKey key);
  /// From a file as NoteSigner::load() reads it.
  static Result<Cosigner> load(const std::filesystem::path& file);

  const NoteVerifier& verifier() const { return verifier_; }
  /// kInvalidArgument  not the text of a checkpoint, or a time of 2^63 or more
  Result<NoteSignature> cosign(std::string_view checkpoint_text, std::uint64_t time_s) const;

 private:
  Cosigner(NoteVerifier verifier, PrivateKey key);
  NoteVerifier verifier_;
  PrivateKey key_;
};

}  // namespace nianlun
