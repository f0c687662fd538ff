#include "ledger/receipt.h"

#include "ledger/encoding.h"
#include "ledger/proof.h"
#include "strict_json.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected malformed(std::string_view member) {
  return fail(ErrorCode::kInvalidArgument, "receipt.malformed", {{"member", std::string(member)}});
}

constexpr StrictReader kStrict{malformed};

Json hashes(const std::vector<Hash>& path) {
  Json list = Json::Array{};
  for (const Hash& hash : path) list.push(hex(hash));
  return list;
}

Result<std::vector<Hash>> hashes_at(const Json& object, std::string_view name) {
  const Json* list = object.find(name);
  if (list == nullptr || !list->is_array() || list->array().size() > kProofHashesMax) {
    return malformed(name);
  }
  std::vector<Hash> path;
  for (const Json& item : list->array()) {
    const auto hash = item.is_string() ? hash_from_hex(item.string()) : malformed(name);
    if (!hash) return malformed(name);
    path.push_back(*hash);
  }
  return path;
}

void set_proven(Json& json, const ProvenRecord& proven) {
  json.set("index", proven.index)
      .set("record", proven.record)
      .set("seal", proven.seal.json)
      .set("proofs", proven.seal.proofs)
      .set("sealPath", hashes(proven.seal_path))
      .set("path", hashes(proven.path));
}

Result<ProvenRecord> parse_proven(const Json& json) {
  ProvenRecord proven;
  TRY_ASSIGN(proven.index, kStrict.count_at(json, "index"));
  const Json* record = json.find("record");
  if (record == nullptr || !record->is_object()) return malformed("record");
  proven.record = *record;
  const Json* seal = json.find("seal");
  if (seal == nullptr) return malformed("seal");
  const Json* proofs = json.find("proofs");
  if (proofs == nullptr) return malformed("proofs");
  TRY_ASSIGN(proven.seal, parse_seal(*seal, *proofs));
  TRY_ASSIGN(proven.path, hashes_at(json, "path"));
  TRY_ASSIGN(proven.seal_path, hashes_at(json, "sealPath"));
  return proven;
}

Result<std::vector<ProvenRecord>> parse_signers(const Json& json) {
  const Json* list = json.find("signers");
  if (list == nullptr || !list->is_array() || list->array().size() > kSealSignersMax) {
    return malformed("signers");
  }
  std::vector<ProvenRecord> signers;
  for (const Json& item : list->array()) {
    TRY(kStrict.only(item, "signers", {"index", "record", "seal", "proofs", "sealPath", "path"}));
    TRY_ASSIGN(ProvenRecord signer, parse_proven(item));
    signers.push_back(std::move(signer));
  }
  return signers;
}

Result<std::vector<std::string>> parse_disclosures(const Json& json) {
  std::vector<std::string> disclosures;
  const Json* list = json.find("disclosures");
  if (list == nullptr) return disclosures;
  if (!list->is_array()) return malformed("disclosures");
  for (const Json& item : list->array()) {
    if (!item.is_string()) return malformed("disclosures");
    disclosures.push_back(item.string());
  }
  return disclosures;
}

}  // namespace

Json receipt_json(const Receipt& receipt) {
  Json json;
  json.set("type", "Receipt")
      .set("v", 1)
      .set("origin", receipt.origin)
      .set("genesis", hex(receipt.genesis));
  set_proven(json, receipt.of);
  json.set("size", receipt.size).set("checkpoint", receipt.checkpoint);
  Json signers = Json::Array{};
  for (const ProvenRecord& signer : receipt.signers) {
    Json item;
    set_proven(item, signer);
    signers.push(std::move(item));
  }
  json.set("signers", std::move(signers));
  if (!receipt.disclosures.empty()) {
    json.set("disclosures", Json::Array(receipt.disclosures.begin(), receipt.disclosures.end()));
  }
  return json;
}

Result<Receipt> parse_receipt(const Json& json) {
  TRY(kStrict.only(json, "receipt",
                   {"type", "v", "origin", "genesis", "index", "record", "seal", "proofs",
                    "sealPath", "size", "path", "checkpoint", "signers", "disclosures"}));
  TRY(check_numbers_exact(json));
  const auto version = json.integer("v");
  if (json.text("type") != "Receipt") return malformed("type");
  if (!version || *version != 1) return malformed("v");
  Receipt receipt;
  receipt.origin = json.text("origin");
  if (receipt.origin.empty()) return malformed("origin");
  const auto genesis = hash_from_hex(json.text("genesis"));
  if (!genesis) return malformed("genesis");
  receipt.genesis = *genesis;
  TRY_ASSIGN(receipt.size, kStrict.count_at(json, "size"));
  TRY_ASSIGN(receipt.of, parse_proven(json));
  receipt.checkpoint = json.text("checkpoint");
  if (receipt.checkpoint.empty()) return malformed("checkpoint");
  TRY_ASSIGN(receipt.signers, parse_signers(json));
  TRY_ASSIGN(receipt.disclosures, parse_disclosures(json));
  return receipt;
}

}  // namespace nianlun
