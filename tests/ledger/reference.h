#pragma once

#include <span>
#include <vector>

#include "ledger/merkle.h"

// The definitions of RFC 6962, 2.1, written down as they stand, to compare the library with.
namespace nianlun::testing::reference {

using Hashes = std::span<const Hash>;
using Path = std::vector<Hash>;

inline std::size_t split(std::size_t n) {  // the largest power of two smaller than n
  std::size_t k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

inline Hash mth(Hashes d) {
  if (d.empty()) return sha256(Bytes());
  if (d.size() == 1) return d[0];
  const std::size_t k = split(d.size());
  return node_hash(mth(d.first(k)), mth(d.subspan(k)));
}

inline Path operator+(Path path, const Hash& hash) { return path.push_back(hash), path; }

inline Path path(std::size_t m, Hashes d) {
  if (d.size() == 1) return {};
  const std::size_t k = split(d.size());
  return m < k ? path(m, d.first(k)) + mth(d.subspan(k))
               : path(m - k, d.subspan(k)) + mth(d.first(k));
}

inline Path subproof(std::size_t m, Hashes d, bool whole) {
  if (m == d.size()) return whole ? Path{} : Path{mth(d)};
  const std::size_t k = split(d.size());
  return m <= k ? subproof(m, d.first(k), whole) + mth(d.subspan(k))
                : subproof(m - k, d.subspan(k), false) + mth(d.first(k));
}

inline Path proof(std::size_t m, Hashes d) { return subproof(m, d, true); }

}  // namespace nianlun::testing::reference
