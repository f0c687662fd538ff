#pragma once

#include <span>
#include <string>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/merkle.h"
#include "ledger/note.h"
#include "ledger/proof.h"
#include "ledger/witness.h"

namespace nianlun::testing {

inline PrivateKey key_of(char seed) {
  return PrivateKey::from_seed(KeyType::kEd25519, std::string(32, seed)).value();
}

/// A log whose entries are numbers, or other ones from `fork` on.
struct SmallLog {
  NoteSigner signer = NoteSigner::create("log.example.org/one", key_of('L')).value();
  std::uint64_t fork = ~0ULL;

  std::vector<Hash> leaves(std::uint64_t size) const {
    std::vector<Hash> leaves;
    for (std::uint64_t i = 0; i < size; ++i) {
      leaves.push_back(leaf_hash(std::to_string(i) + (i < fork ? "" : "'")));
    }
    return leaves;
  }
  std::string checkpoint(std::uint64_t size) const {
    const std::string text = checkpoint_text(
        {.origin = signer.name(), .size = size, .root = root_of(leaves(size)), .extensions = {}});
    return sign_note(text, std::span(&signer, 1)).value();
  }
  std::vector<Hash> proof(std::uint64_t first, std::uint64_t second) const {
    const std::vector<Hash> all = leaves(second);
    if (first == 0) return {};
    return prove_consistency(
               first, second,
               [&](unsigned level, std::uint64_t index) {
                 const std::size_t width = std::size_t{1} << level;
                 return Result<Hash>(root_of(std::span(all).subspan(index * width, width)));
               })
        .value();
  }
  std::string body(std::uint64_t old_size, std::uint64_t size) const {
    return add_checkpoint_body({old_size, proof(old_size, size), checkpoint(size)});
  }
};

}  // namespace nianlun::testing
