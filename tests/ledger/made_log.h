#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/merkle.h"
#include "ledger/note.h"
#include "ledger/tile.h"

namespace nianlun::testing {

/// A log that a test makes up: its files as c2sp.org/tlog-tiles wants them, by path.
class MadeLog {
 public:
  using Files = std::map<std::string, std::string>;

  static NoteSigner signer(char seed = 'l') {
    return NoteSigner::create(
               "example.org/made",
               PrivateKey::from_seed(KeyType::kEd25519, std::string(32, seed)).value())
        .value();
  }
  static std::string vkey(char seed = 'l') { return signer(seed).verifier().vkey(); }

  /// `count` entries, which differ from those of another `history`.
  explicit MadeLog(std::uint64_t count, const std::string& history = "entry") {
    add(count, history);
  }
  void add(std::uint64_t count, const std::string& history = "entry") {
    for (; count > 0; --count) {
      const std::string number = std::to_string(entries_.size());
      entries_.push_back(history + " " + number + std::string(entries_.size() % 5, '\0'));
      leaves_.push_back(leaf_hash(entries_.back()));
    }
  }

  std::uint64_t size() const { return entries_.size(); }
  Hash root() const { return root_of(leaves_); }
  std::string note(char seed = 'l') const {
    const NoteSigner signers[] = {signer(seed)};
    return sign_note(
               checkpoint_text(
                   {.origin = signers[0].name(), .size = size(), .root = root(), .extensions = {}}),
               signers)
        .value();
  }
  /// The files of this size alone, without partial ones of smaller sizes.
  Files files() const {
    Files files = {{"checkpoint", note()}};
    std::vector<Hash> nodes = leaves_;
    for (const TileLevel& level : tile_levels(size())) {
      for (std::uint64_t i = 0; i * kTileWidth < nodes.size(); ++i) {
        const unsigned width = tile_width(level.level, i, size());
        const auto hashes = std::span(nodes).subspan(i * kTileWidth, width);
        std::string& tile = files[tile_path({.level = level.level, .index = i, .width = width})];
        for (const Hash& hash : hashes) tile += hash.view();
        if (level.level > 0) continue;
        std::vector<Bytes> entries;
        for (unsigned k = 0; k < width; ++k) entries.push_back(entries_[i * kTileWidth + k]);
        files[bundle_path(i, width)] = entry_bundle(entries).value();
      }
      std::vector<Hash> above;
      for (std::uint64_t i = 0; (i + 1) * kTileWidth <= nodes.size(); ++i) {
        above.push_back(root_of(std::span(nodes).subspan(i * kTileWidth, kTileWidth)));
      }
      nodes = std::move(above);
    }
    return files;
  }

 private:
  std::vector<std::string> entries_;
  std::vector<Hash> leaves_;
};

}  // namespace nianlun::testing
