#include "ledger/encoding.h"
#include "ledger/entry_proof.h"
#include "ledger/proof.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::int64_t kRfc9162Sha256 = 1;
constexpr std::int64_t kIssuer = 1;
constexpr std::int64_t kSubject = 2;
constexpr std::int64_t kInclusion = -1;
// A path may lead to the same root from another size, so the size is signed as well.
constexpr std::string_view kSize = "size";

Unexpected malformed(std::string_view part) {
  return fail(ErrorCode::kInvalidArgument, "cose.malformed", {{"part", std::string(part)}});
}

/// What a receipt is about: a record of one ledger, by number.
std::string subject_of(const CoseReceipt& receipt) {
  return receipt.origin + "#" + hex(receipt.genesis) + "/" + std::to_string(receipt.index);
}

Cbor protected_header_of(const CoseReceipt& receipt, Bytes key_id) {
  return Cbor::map({{Cbor::label(cose::kAlgorithm), Cbor::label(cose::kEdDsa)},
                    {Cbor::label(cose::kKeyId), Cbor::bytes(key_id)},
                    {Cbor::label(cose::kClaims),
                     Cbor::map({{Cbor::label(kIssuer), Cbor::text(receipt.origin)},
                                {Cbor::label(kSubject), Cbor::text(subject_of(receipt))},
                                {Cbor::text(kSize), Cbor::number(receipt.size)}})},
                    {Cbor::label(cose::kTree), Cbor::label(kRfc9162Sha256)}});
}

Cbor unprotected_header_of(const CoseReceipt& receipt) {
  std::vector<Cbor> path;
  for (const Hash& hash : receipt.path) path.push_back(Cbor::bytes(hash.view()));
  const Cbor proof = Cbor::array(
      {Cbor::number(receipt.size), Cbor::number(receipt.index), Cbor::array(std::move(path))});
  return Cbor::map(
      {{Cbor::label(cose::kProofs),
        Cbor::map({{Cbor::label(kInclusion), Cbor::array({Cbor::bytes(proof.encode())})}})}});
}

/// The claims' issuer and subject must be of one ledger, and name the record that the proof is for.
Result<void> read_claims(const Cbor* claims, CoseReceipt& receipt) {
  const Cbor* issuer = claims == nullptr ? nullptr : claims->find(kIssuer);
  const Cbor* subject = claims == nullptr ? nullptr : claims->find(kSubject);
  if (issuer == nullptr || !issuer->is(Cbor::Kind::kText)) return malformed("iss");
  if (subject == nullptr || !subject->is(Cbor::Kind::kText)) return malformed("sub");
  receipt.origin = issuer->octets();
  std::string_view rest = subject->octets();
  const std::string ours = receipt.origin + "#";
  if (!rest.starts_with(ours)) return malformed("sub");
  const auto genesis = hash_from_hex(rest.substr(ours.size(), 2 * sizeof(Hash)));
  if (!genesis) return malformed("sub");
  receipt.genesis = *genesis;
  if (subject_of(receipt) != rest) return malformed("sub");
  return {};
}

}  // namespace

Result<CoseInclusion> cose_inclusion(const CoseSign1& receipt, CborLimits limits) {
  const Cbor* tree = receipt.protected_header.find(cose::kTree);
  if (tree == nullptr || !tree->is_label(kRfc9162Sha256)) {
    return fail(ErrorCode::kInvalidArgument, "cose.unknown", {{"what", "vds"}});
  }
  const Cbor* proofs = receipt.unprotected_header.find(cose::kProofs);
  const Cbor* list = proofs == nullptr ? nullptr : proofs->find(kInclusion);
  if (list == nullptr || !list->is(Cbor::Kind::kArray) || list->items().size() != 1 ||
      !list->items()[0].is(Cbor::Kind::kBytes)) {
    return malformed("proof");
  }
  TRY_ASSIGN(const Cbor proof, Cbor::parse(list->items()[0].octets(), limits));
  if (!proof.is(Cbor::Kind::kArray) || proof.items().size() != 3) return malformed("proof");
  const std::vector<Cbor>& parts = proof.items();
  if (!parts[0].is(Cbor::Kind::kUnsigned)) return malformed("size");
  if (!parts[1].is(Cbor::Kind::kUnsigned)) return malformed("index");
  if (!parts[2].is(Cbor::Kind::kArray)) return malformed("path");
  CoseInclusion inclusion{parts[0].number(), parts[1].number(), {}};
  for (const Cbor& item : parts[2].items()) {
    const auto hash = Hash::from(item.is(Cbor::Kind::kBytes) ? Bytes(item.octets()) : Bytes());
    if (!hash || inclusion.path.size() == kProofHashesMax) return malformed("path");
    inclusion.path.push_back(*hash);
  }
  return inclusion;
}

Result<Buffer> make_cose_receipt(const ProofFile& proof, const Hash& genesis,
                                 const PublicKey& log_key, const SignOctets& sign) {
  TRY_ASSIGN(const Note note, parse_note(proof.checkpoint));
  TRY_ASSIGN(const Checkpoint head, parse_checkpoint(note.text));
  const CoseReceipt receipt{head.origin, genesis, proof.index, head.size, proof.path, {}};
  CoseSign1 message;
  message.protected_header = protected_header_of(receipt, cose_key_id(log_key).view());
  message.protected_octets = message.protected_header.encode();
  message.unprotected_header = unprotected_header_of(receipt);
  TRY_ASSIGN(message.signature,
             sign(cose_signed_octets(message.protected_octets, head.root.view())));
  return encode(message);
}

Result<CoseReceipt> parse_cose_receipt(Bytes octets) {
  CoseReceipt receipt;
  TRY_ASSIGN(receipt.message, parse_cose_sign1(octets));
  const CoseSign1& message = receipt.message;
  if (message.payload) return malformed("payload");
  TRY_ASSIGN(const CoseInclusion inclusion, cose_inclusion(message));
  receipt.size = inclusion.size;
  receipt.index = inclusion.index;
  receipt.path = inclusion.path;
  const Cbor* key_id = message.protected_header.find(cose::kKeyId);
  if (key_id == nullptr || !key_id->is(Cbor::Kind::kBytes)) return malformed("kid");
  TRY(read_claims(message.protected_header.find(cose::kClaims), receipt));
  // Made again it is the same, or there is something in it that says what nobody reads.
  if (protected_header_of(receipt, key_id->octets()) != message.protected_header) {
    return malformed("protected");
  }
  if (unprotected_header_of(receipt) != message.unprotected_header) return malformed("unprotected");
  return receipt;
}

}  // namespace nianlun
