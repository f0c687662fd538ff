#include "ledger/data_integrity.h"

#include <algorithm>

#include "ledger/encoding.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kProofsMax = 32;

Unexpected refuse(std::string_view message, Arguments arguments = {}) {
  return fail(ErrorCode::kInvalidArgument, message, std::move(arguments));
}

std::string_view cryptosuite_of(KeyType type) {
  switch (type) {
    case KeyType::kP256:
      return "ecdsa-jcs-2019";
    case KeyType::kEd25519:
      return "eddsa-jcs-2022";
    case KeyType::kSm2:
      break;
  }
  return "nianlun-sm2-jcs-2026";
}

bool has_cryptosuite(Suite suite, std::string_view name) {
  constexpr KeyType kTypes[] = {KeyType::kP256, KeyType::kEd25519, KeyType::kSm2};
  return std::ranges::any_of(kTypes, [&](KeyType type) {
    return has_key_type(suite, type) && name == cryptosuite_of(type);
  });
}

Result<Hash> hash_of(const Json& value, Suite suite) {
  TRY_ASSIGN(const std::string text, canonical(value));
  return digest(suite, text);
}

/// The items of a member that may be one value or an array of several.
std::vector<const Json*> items_of(const Json& value) {
  if (!value.is_array()) return {&value};
  std::vector<const Json*> items;
  for (const Json& item : value.array()) items.push_back(&item);
  return items;
}

Result<void> check_context(const Json* document, const Json* proof) {
  if (proof == nullptr) return {};
  if (document != nullptr) {
    const std::vector<const Json*> whole = items_of(*document);
    const std::vector<const Json*> start = items_of(*proof);
    const auto is_same = [](const Json* a, const Json* b) { return *a == *b; };
    if (start.size() <= whole.size() &&
        std::equal(start.begin(), start.end(), whole.begin(), is_same)) {
      return {};
    }
  }
  return refuse("proof.other-context");
}

/// The DID of the proof's verification method, whose fragment must repeat it.
Result<std::string_view> did_of(const Json& proof) {
  const std::string_view method = proof.text("verificationMethod");
  const std::size_t hash = method.find('#');
  const std::string_view did = method.substr(0, hash);
  constexpr std::string_view kPrefix = "did:key:";
  if (hash == std::string_view::npos || !did.starts_with(kPrefix) ||
      did.substr(kPrefix.size()) != method.substr(hash + 1)) {
    return refuse("proof.wrong-method", {{"method", std::string(method.substr(0, 200))}});
  }
  return did;
}

/// All that must be true of a proof's members whether or not its signature holds. Returns the DID.
Result<std::string_view> check_members(const Json& proof, Suite expected) {
  if (!proof.is_object()) return refuse("proof.malformed");
  if (proof.text("type") != "DataIntegrityProof") {
    return refuse("proof.wrong-type", {{"type", std::string(proof.text("type"))}});
  }
  const std::string_view suite = proof.text("cryptosuite");
  if (!has_cryptosuite(expected, suite)) {
    return refuse("proof.unsupported-suite", {{"suite", std::string(suite)}});
  }
  if (proof.text("proofPurpose") != "assertionMethod") {
    return refuse("proof.wrong-purpose", {{"purpose", std::string(proof.text("proofPurpose"))}});
  }
  const Json* created = proof.find("created");
  if (created != nullptr && (!created->is_string() || !is_date_time(created->string()))) {
    return refuse("proof.wrong-created", {{"created", created->dump()}});
  }
  TRY(check_numbers_exact(proof));
  return did_of(proof);
}

/// The signed message: the hash of the proof, which is without its proofValue, and the document's.
Result<Buffer> message_of(const Json& proof, const Hash& document_hash, Suite suite) {
  TRY_ASSIGN(const Hash proof_hash, hash_of(proof, suite));
  return Buffer(proof_hash.view()).append(document_hash.view());
}

Result<void> check_suite(const Json& proof, const PublicKey& key) {
  if (proof.text("cryptosuite") == cryptosuite_of(key.type())) return {};
  return refuse("proof.other-key-type",
                {{"suite", std::string(proof.text("cryptosuite"))}, {"did", key.did()}});
}

/// What a proof with previousProof signs: the document with those proofs as its array "proof", in
/// the order in which they are named (VC Data Integrity, 4.5).
Result<Json> with_previous(const Json& document, const Json& previous,
                           const std::vector<const Json*>& proofs) {
  Json::Array found;
  for (const Json* id : items_of(previous)) {
    const auto is_it = [&](const Json* proof) {
      const Json* own = proof->find("id");
      return own != nullptr && *own == *id;
    };
    const auto at = std::find_if(proofs.begin(), proofs.end(), is_it);
    if (!id->is_string() || at == proofs.end() || found.size() == kProofsMax) {
      return refuse("proof.no-previous", {{"id", id->dump()}});
    }
    found.push_back(**at);
  }
  Json extended = document;
  if (!found.empty()) extended.set("proof", std::move(found));
  return extended;
}

Result<void> check_ids_differ(const std::vector<const Json*>& proofs) {
  for (std::size_t i = 0; i < proofs.size(); ++i) {
    const Json* id = proofs[i]->find("id");
    if (id == nullptr) continue;
    for (std::size_t j = 0; j < i; ++j) {
      const Json* other = proofs[j]->find("id");
      if (other != nullptr && *other == *id) return refuse("proof.same-id", {{"id", id->dump()}});
    }
  }
  return {};
}

}  // namespace

Result<Json> make_proof(const Json& document, const PrivateKey& key, std::string_view created) {
  if (!document.is_object() || document.find("proof") != nullptr) {
    return refuse("proof.not-for-this-document");
  }
  TRY(check_numbers_exact(document));
  Json proof;
  proof.set("type", "DataIntegrityProof");
  proof.set("cryptosuite", cryptosuite_of(key.public_key().type()));
  proof.set("created", created);
  proof.set("verificationMethod", key.public_key().verification_method());
  proof.set("proofPurpose", "assertionMethod");
  if (const Json* context = document.find("@context")) proof.set("@context", *context);
  TRY_ASSIGN(const Hash document_hash, hash_of(document, suite_of(key.public_key().type())));
  return sign_proof(document_hash, std::move(proof), key);
}

Result<Json> sign_proof(const Hash& document_hash, Json proof, const PrivateKey& key) {
  const Suite suite = suite_of(key.public_key().type());
  TRY_ASSIGN(const std::string_view did, check_members(proof, suite));
  if (proof.find("proofValue") != nullptr) return refuse("proof.malformed");
  if (did != key.public_key().did()) {
    return refuse("proof.wrong-method", {{"method", std::string(did)}});
  }
  TRY(check_suite(proof, key.public_key()));
  TRY_ASSIGN(const Buffer message, message_of(proof, document_hash, suite));
  TRY_ASSIGN(const Buffer signature, key.sign(message));
  proof.set("proofValue", "z" + base58(signature));
  return proof;
}

Result<PublicKey> verify_proof(const Hash& document_hash, const Json* context, const Json& proof,
                               Suite suite) {
  return verify_proof(document_hash, context, proof, PublicKey::from_did, suite);
}

Result<PublicKey> verify_proof(const Hash& document_hash, const Json* context, const Json& proof,
                               const KeyResolver& resolve, Suite suite) {
  TRY_ASSIGN(const std::string_view did, check_members(proof, suite));
  TRY(check_context(context, proof.find("@context")));
  const std::string_view value = proof.text("proofValue");
  if (!value.starts_with('z')) return refuse("proof.wrong-value");
  const auto signature = from_base58(value.substr(1));
  if (!signature) return refuse("proof.wrong-value");
  TRY_ASSIGN(PublicKey key, resolve(did));
  TRY(check_suite(proof, key));
  Json signed_members = proof;
  signed_members.erase("proofValue");
  TRY_ASSIGN(const Buffer message, message_of(signed_members, document_hash, suite));
  TRY(key.verify(message, *signature));
  return key;
}

Result<std::vector<PublicKey>> verify_document(const Json& document, const KeyResolver& resolve,
                                               Suite suite) {
  const Json* member = document.find("proof");
  if (member == nullptr) return refuse("proof.none");
  const std::vector<const Json*> proofs = items_of(*member);
  if (proofs.empty()) return refuse("proof.none");
  if (proofs.size() > kProofsMax) {
    return refuse("proof.too-many", {{"max", std::to_string(kProofsMax)}});
  }
  TRY(check_ids_differ(proofs));
  Json bare = document;
  bare.erase("proof");
  TRY(check_numbers_exact(bare));
  TRY_ASSIGN(const Hash bare_hash, hash_of(bare, suite));
  std::vector<PublicKey> signers;
  for (const Json* proof : proofs) {
    Hash hash = bare_hash;
    if (const Json* previous = proof->find("previousProof")) {
      TRY_ASSIGN(const Json extended, with_previous(bare, *previous, proofs));
      TRY_ASSIGN(hash, hash_of(extended, suite));
    }
    TRY_ASSIGN(PublicKey signer, verify_proof(hash, bare.find("@context"), *proof, resolve, suite));
    signers.push_back(std::move(signer));
  }
  return signers;
}

}  // namespace nianlun
