#include "ledger/receipt.h"

#include "ledger/encoding.h"
#include "ledger/proof.h"
#include "ledger/rotation.h"
#include "receipt_record.h"
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

/// What the genesis says, which is the record or one of those that prove whose keys signed.
Suite suite_in(const Json& receipt) {
  std::vector<const Json*> records{&receipt};
  for (const char* name : {"signers", "enrolments"}) {
    const Json* list = receipt.find(name);
    if (list == nullptr || !list->is_array()) continue;
    for (const Json& one : list->array()) records.push_back(&one);
  }
  for (const Json* one : records) {
    const auto index = one->integer("index");
    const Json* record = one->find("record");
    const Json* event = record == nullptr ? nullptr : record->find("event");
    if (!index || *index != 0 || event == nullptr) continue;
    return suite_in_genesis(*event);
  }
  return Suite::kSha256;
}

Result<ProvenRecord> parse_proven(const Json& json, Suite suite) {
  ProvenRecord proven;
  TRY_ASSIGN(proven.index, kStrict.count_at(json, "index"));
  const Json* record = json.find("record");
  if (record == nullptr || !record->is_object()) return malformed("record");
  proven.record = *record;
  const Json* seal = json.find("seal");
  if (seal == nullptr) return malformed("seal");
  const Json* proofs = json.find("proofs");
  if (proofs == nullptr) return malformed("proofs");
  TRY_ASSIGN(proven.seal, parse_seal(*seal, *proofs, suite));
  TRY_ASSIGN(proven.path, hashes_at(json, "path"));
  TRY_ASSIGN(proven.seal_path, hashes_at(json, "sealPath"));
  return proven;
}

Json proven_list(const std::vector<ProvenRecord>& records) {
  Json list = Json::Array{};
  for (const ProvenRecord& record : records) list.push(proven_json(record));
  return list;
}

Result<std::vector<ProvenRecord>> parse_proven_list(const Json& json, std::string_view name,
                                                    std::size_t most, Suite suite) {
  const Json* list = json.find(name);
  if (list == nullptr || !list->is_array() || list->array().size() > most) return malformed(name);
  std::vector<ProvenRecord> records;
  for (const Json& item : list->array()) {
    TRY_ASSIGN(ProvenRecord record, parse_proven_json(item, name, suite));
    records.push_back(std::move(record));
  }
  return records;
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

Json proven_json(const ProvenRecord& proven) {
  Json json;
  set_proven(json, proven);
  return json;
}

Result<ProvenRecord> parse_proven_json(const Json& json, std::string_view name, Suite suite) {
  TRY(kStrict.only(json, name, {"index", "record", "seal", "proofs", "sealPath", "path"}));
  return parse_proven(json, suite);
}

Json receipt_json(const Receipt& receipt) {
  Json json;
  json.set("type", "Receipt")
      .set("v", 1)
      .set("origin", receipt.origin)
      .set("genesis", hex(receipt.genesis));
  set_proven(json, receipt.of);
  json.set("size", receipt.size).set("checkpoint", receipt.checkpoint);
  json.set("signers", proven_list(receipt.signers))
      .set("enrolments", proven_list(receipt.enrolments))
      .set("parties", proven_list(receipt.parties));
  if (!receipt.disclosures.empty()) {
    json.set("disclosures", Json::Array(receipt.disclosures.begin(), receipt.disclosures.end()));
  }
  if (!receipt.rotations.empty()) json.set("rotations", rotations_list(receipt.rotations));
  return json;
}

Result<Receipt> parse_receipt(const Json& json) {
  TRY(kStrict.only(
      json, "receipt",
      {"type", "v", "origin", "genesis", "index", "record", "seal", "proofs", "sealPath", "size",
       "path", "checkpoint", "signers", "enrolments", "parties", "disclosures", "rotations"}));
  TRY(check_numbers_exact(json));
  const auto version = json.integer("v");
  if (json.text("type") != "Receipt") return malformed("type");
  if (!version || *version != 1) return malformed("v");
  Receipt receipt;
  receipt.suite = suite_in(json);
  receipt.origin = json.text("origin");
  if (receipt.origin.empty()) return malformed("origin");
  const auto genesis = hash_from_hex(json.text("genesis"));
  if (!genesis) return malformed("genesis");
  receipt.genesis = *genesis;
  TRY_ASSIGN(receipt.size, kStrict.count_at(json, "size"));
  TRY_ASSIGN(receipt.of, parse_proven(json, receipt.suite));
  receipt.checkpoint = json.text("checkpoint");
  if (receipt.checkpoint.empty()) return malformed("checkpoint");
  const auto list_at = [&](std::string_view name, std::size_t most) {
    return parse_proven_list(json, name, most, receipt.suite);
  };
  TRY_ASSIGN(receipt.signers, list_at("signers", kSealSignersMax));
  TRY_ASSIGN(receipt.enrolments, list_at("enrolments", kReceiptEnrolmentsMax));
  TRY_ASSIGN(receipt.parties, list_at("parties", kReceiptEnrolmentsMax));
  TRY_ASSIGN(receipt.disclosures, parse_disclosures(json));
  if (const Json* list = json.find("rotations")) {
    TRY_ASSIGN(receipt.rotations, parse_rotations_list(*list));
    if (receipt.rotations.empty()) return malformed("rotations");
  }
  return receipt;
}

}  // namespace nianlun
