// Notes, checkpoints, keys and proof files that are read print as they were.

#include "fuzz.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/proof_file.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = input(data, size);
  if (const auto note = parse_note(bytes)) {
    std::string text = note->text + "\n";
    for (const NoteSignature& signature : note->signatures) text += signature_line(signature);
    require(text == bytes, "a note prints as it was");
    if (const auto head = parse_checkpoint(note->text)) {
      require(checkpoint_text(*head) == note->text, "a checkpoint prints as it was");
    }
  }
  if (const auto proof = parse_proof_file(bytes)) {
    require(proof_file_text(*proof) == bytes, "a proof file prints as it was");
  }
  if (const auto key = NoteVerifier::parse(bytes)) {
    require(key->vkey() == bytes, "a key prints as it was");
  }
  return 0;
}
