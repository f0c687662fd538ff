#include "ledger/entry_proof.h"

#include <algorithm>

#include "ledger/encoding.h"
#include "ledger/proof.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected other_log(const std::string& origin) {
  return fail(ErrorCode::kConflict, "receipt.other-log", {{"origin", origin}});
}

Unexpected not_by_log(const std::string& origin) {
  return fail(ErrorCode::kForbidden, "receipt.not-signed-by-log", {{"origin", origin}});
}

Unexpected wrong_path(std::uint64_t index) {
  return fail(ErrorCode::kCorrupted, "receipt.wrong-path", {{"index", std::to_string(index)}});
}

Unexpected key_ended(const std::string& origin, std::uint64_t size) {
  return fail(ErrorCode::kForbidden, "receipt.key-ended",
              {{"origin", origin}, {"size", std::to_string(size)}});
}

bool is_key_of_log(const NoteVerifier& key, std::string_view origin) {
  return key.name() == origin && key.type() == NoteKeyType::kEd25519;
}

/// The record that an entry is the hash of. Its bytes are compared, so that no other spelling of it
/// can have the proof.
Result<Record> record_of_entry(Bytes bytes, Suite suite) {
  auto record = parse_record(bytes, suite);
  if (!record)
    return fail(ErrorCode::kInvalidArgument, "receipt.malformed", {{"member", "record"}});
  return *std::move(record);
}

}  // namespace

bool TrustedKeys::holds(const std::string& name, std::uint32_t key_id, std::uint64_t size) const {
  return std::ranges::none_of(ended, [&](const Ended& one) {
    return one.key.name() == name && one.key.key_id() == key_id && size > one.size;
  });
}

Result<TrustedCheckpoint> open_checkpoint(std::string_view note, const TrustedKeys& keys) {
  TRY_ASSIGN(const Note taken_apart, parse_note(note));
  TrustedCheckpoint trusted;
  TRY_ASSIGN(trusted.head, parse_checkpoint(taken_apart.text));
  const std::string& origin = trusted.head.origin;
  if (std::ranges::none_of(keys.keys,
                           [&](const auto& key) { return is_key_of_log(key, origin); })) {
    return other_log(origin);
  }
  TRY_ASSIGN(const OpenedNote opened, open_note(note, keys.keys));
  bool by_log = false;
  bool holds = false;
  for (const VerifiedSignature& signature : opened.verified) {
    if (signature.type != NoteKeyType::kEd25519) {
      trusted.cosigned.push_back(signature);
    } else if (signature.name == origin) {
      by_log = true;
      holds = holds || keys.holds(origin, signature.key_id, trusted.head.size);
    }
  }
  if (!by_log) return not_by_log(origin);
  if (!holds) return key_ended(origin, trusted.head.size);
  return trusted;
}

Result<EntryFacts> verify_proof_file(const ProofFile& proof, Bytes record, const TrustedKeys& keys,
                                     Suite suite) {
  EntryFacts facts;
  TRY_ASSIGN(facts.record, record_of_entry(record, suite));
  TRY_ASSIGN(TrustedCheckpoint trusted, open_checkpoint(proof.checkpoint, keys));
  const auto root =
      root_from_inclusion(proof.index, trusted.head.size, record_leaf(record, suite), proof.path);
  if (!root || *root != trusted.head.root) return wrong_path(proof.index);
  facts.origin = trusted.head.origin;
  facts.index = proof.index;
  facts.size = trusted.head.size;
  facts.cosigned = std::move(trusted.cosigned);
  return facts;
}

Result<EntryFacts> verify_cose_receipt(const CoseReceipt& receipt, Bytes record,
                                       const TrustedKeys& keys, Suite suite) {
  EntryFacts facts;
  TRY_ASSIGN(facts.record, record_of_entry(record, suite));
  const auto is_log = [&](const NoteVerifier& key) { return is_key_of_log(key, receipt.origin); };
  if (std::ranges::none_of(keys.keys, is_log)) return other_log(receipt.origin);
  const Cbor* key_id = receipt.message.protected_header.find(cose::kKeyId);
  const auto key = std::ranges::find_if(keys.keys, [&](const NoteVerifier& candidate) {
    return is_log(candidate) && key_id != nullptr &&
           *key_id == Cbor::bytes(cose_key_id(candidate.key()).view());
  });
  if (key == keys.keys.end()) return not_by_log(receipt.origin);
  if (!keys.holds(receipt.origin, key->key_id(), receipt.size)) {
    return key_ended(receipt.origin, receipt.size);
  }
  const auto root =
      root_from_inclusion(receipt.index, receipt.size, record_leaf(record, suite), receipt.path);
  if (!root) return wrong_path(receipt.index);
  TRY(verify_cose_sign1(receipt.message, key->key(), root->view()));
  facts.origin = receipt.origin;
  facts.genesis = hex(receipt.genesis);
  facts.index = receipt.index;
  facts.size = receipt.size;
  return facts;
}

}  // namespace nianlun
