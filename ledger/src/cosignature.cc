#include "ledger/cosignature.h"

#include "ledger/checkpoint.h"
#include "try.h"

namespace nianlun {

std::string cosignature_message(std::uint64_t time_s, std::string_view checkpoint_text) {
  return "cosignature/v1\ntime " + std::to_string(time_s) + "\n" + std::string(checkpoint_text);
}

Cosigner::Cosigner(NoteVerifier verifier, PrivateKey key)
    : verifier_(std::move(verifier)), key_(std::move(key)) {}

Result<Cosigner> Cosigner::create(std::string name, PrivateKey key) {
  TRY_ASSIGN(
      NoteVerifier verifier,
      NoteVerifier::create(std::move(name), NoteKeyType::kEd25519Cosignature, key.public_key()));
  return Cosigner(std::move(verifier), std::move(key));
}

Result<Cosigner> Cosigner::load(const std::filesystem::path& file) {
  TRY_ASSIGN(NoteSigner signer, NoteSigner::load(file));
  return create(signer.name(), std::move(signer.key_));
}

Result<NoteSignature> Cosigner::cosign(std::string_view checkpoint_text,
                                       std::uint64_t time_s) const {
  TRY(parse_checkpoint(checkpoint_text));
  if (time_s >> 63 != 0) {
    return fail(ErrorCode::kInvalidArgument, "note.time-out-of-range",
                {{"time", std::to_string(time_s)}});
  }
  Buffer octets;
  for (int shift = 56; shift >= 0; shift -= 8) octets += static_cast<char>(time_s >> shift);
  TRY_ASSIGN(const Buffer signature, key_.sign(cosignature_message(time_s, checkpoint_text)));
  return NoteSignature{verifier_.name(), verifier_.key_id(), octets + signature};
}

}  // namespace nianlun
