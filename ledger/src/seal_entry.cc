#include "seal_entry.h"

#include <algorithm>
#include <cassert>

#include "ledger/encoding.h"
#include "ledger/merkle.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "log.damaged-packing"); }

Result<std::vector<Hash>> subtrees_in(const Json& json, const Seal& seal) {
  std::vector<Hash> subtrees;
  const Json* list = json.find("subtrees");
  const bool wanted = seal.count > kSubtreeEvents;
  if ((list != nullptr) != wanted) return damaged();
  if (!wanted) return subtrees;
  const std::uint64_t count = (seal.count + kSubtreeEvents - 1) / kSubtreeEvents;
  if (!list->is_array() || list->array().size() != count) return damaged();
  for (const Json& text : list->array()) {
    const auto hash = text.is_string() ? hash_from_hex(text.string()) : damaged();
    if (!hash) return damaged();
    subtrees.push_back(*hash);
  }
  if (root_of(subtrees, seal.suite) != seal.root) return damaged();
  return subtrees;
}

}  // namespace

// A tree splits at the largest power of two below its size, which above 256 is a multiple of 256.
std::vector<Hash> subtrees_of(std::span<const Hash> leaves, Suite suite) {
  std::vector<Hash> subtrees;
  if (leaves.size() <= kSubtreeEvents) return subtrees;
  for (; !leaves.empty(); leaves = leaves.subspan(std::min(leaves.size(), kSubtreeEvents))) {
    subtrees.push_back(root_of(leaves.first(std::min(leaves.size(), kSubtreeEvents)), suite));
  }
  return subtrees;
}

Buffer encode(const SealEntry& entry) {
  Json json;
  json.set("proofs", entry.seal.proofs).set("rollback", entry.rollback);
  json.set("seal", entry.seal.json);
  if (!entry.subtrees.empty()) {
    Json subtrees{Json::Array()};
    for (const Hash& hash : entry.subtrees) subtrees.push(hex(hash));
    json.set("subtrees", std::move(subtrees));
  }
  auto text = canonical(json);
  assert(text);  // its numbers were parsed exactly
  return *std::move(text);
}

Result<SealEntry> decode_seal_entry(Bytes bytes, Suite suite) {
  const auto json = Json::parse(bytes);
  if (!json || !json->is_object()) return damaged();
  const Json* rollback = json->find("rollback");
  const Json* seal = json->find("seal");
  const Json* proofs = json->find("proofs");
  if (rollback == nullptr || !rollback->is_boolean() || seal == nullptr || proofs == nullptr) {
    return damaged();
  }
  SealEntry entry;
  auto parsed = parse_seal(*seal, *proofs, suite);
  if (!parsed) return damaged();
  entry.seal = *std::move(parsed);
  entry.rollback = rollback->boolean();
  TRY_ASSIGN(entry.subtrees, subtrees_in(*json, entry.seal));
  return entry;
}

}  // namespace nianlun
