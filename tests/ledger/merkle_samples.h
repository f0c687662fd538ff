#pragma once

#include <string>
#include <vector>

#include "ledger/encoding.h"
#include "ledger/json.h"
#include "ledger/merkle.h"
#include "ledger/proof.h"
#include "vectors.h"

namespace nianlun::testing {

inline Json derived_vectors() {
  auto json = Json::parse(read_file(vectors() / "transparency/derived/tlog_vectors.json"));
  REQUIRE(json);
  return *std::move(json);
}

/// The leaf hashes of the derived vectors: entry i is the text "entry <i>".
inline std::vector<Hash> sample_leaves(std::size_t size) {
  std::vector<Hash> leaves;
  leaves.reserve(size);
  for (std::size_t i = 0; i < size; ++i) leaves.push_back(leaf_hash("entry " + std::to_string(i)));
  return leaves;
}

/// Every perfect subtree over some leaves, as the store would hold them: rows[level][index].
struct Nodes {
  std::vector<std::vector<Hash>> rows;

  explicit Nodes(const std::vector<Hash>& leaves) {
    CompactRange range;
    for (const Hash& leaf : leaves) {
      range.append(leaf, [&](unsigned level, std::uint64_t index, const Hash& hash) {
        if (rows.size() <= level) rows.resize(level + 1);
        REQUIRE(rows[level].size() == index);
        rows[level].push_back(hash);
      });
    }
  }

  /// A source that knows nothing of the entries from `size` on, so that a proof at a size may use
  /// only what was there at that size.
  NodeSource source(std::uint64_t size) const {
    return [this, size](unsigned level, std::uint64_t index) -> Result<Hash> {
      REQUIRE(((index + 1) << level) <= size);
      return rows.at(level).at(index);
    };
  }
};

inline std::vector<Hash> hashes_of(const Json& array) {
  std::vector<Hash> hashes;
  for (const Json& item : array.array()) hashes.push_back(hash_from_hex(item.string()).value());
  return hashes;
}

}  // namespace nianlun::testing
