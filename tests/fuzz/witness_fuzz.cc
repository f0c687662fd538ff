// A request to a witness that is read prints as it was, and only what its log signed is cosigned.

#include "fuzz.h"
#include "ledger/witness.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

namespace {

PrivateKey key(char seed) {
  return PrivateKey::from_seed(KeyType::kEd25519, std::string(32, seed)).value();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Cosigner cosigner = Cosigner::create("example.com/witness", key('w')).value();
  static const WitnessedLog log{
      .key = NoteVerifier::parse("monkeys+db4d9f7e+AULaJMvTtDLHPUcUrjdDad9vDlh/PTfC2VV60JUtCfWT")
                 .value()};
  const Bytes bytes = input(data, size);
  if (const auto request = parse_add_checkpoint(bytes)) {
    require(add_checkpoint_body(*request) == bytes, "a request prints as it was");
  }
  const auto find = [](std::string_view origin) { return origin == "monkeys" ? &log : nullptr; };
  const WitnessAnswer answer = answer_add_checkpoint(bytes, find, std::span(&cosigner, 1), 1);
  if (answer.status != 200) return 0;
  const NoteVerifier keys[] = {log.key, cosigner.verifier()};
  const auto kept = open_note(answer.note, keys);
  require(kept && kept->verified.size() == 2, "what is kept is signed by the log and the witness");
  return 0;
}
