#include "bundle.h"
#include "ledger/encoding.h"
#include "ledger/proof_file.h"
#include "try.h"

namespace nianlun {
namespace {

Json members_json(std::span<const ZipMember> members) {
  Json list = Json::Array{};
  for (const ZipMember& member : members) {
    list.push(Json()
                  .set("path", member.path)
                  .set("sha256", hex(sha256(member.content)))
                  .set("size", std::uint64_t{member.content.size()}));
  }
  return list;
}

Json files_json(const Bundle& bundle) {
  Json list = Json::Array{};
  for (const NamedFile& file : named_files(bundle)) {
    list.push(Json().set("ni", file.ni).set("present", file.present).set("record", file.record));
  }
  return list;
}

}  // namespace

Result<std::vector<ZipMember>> members_of(const BundleRecord& record) {
  const Receipt& receipt = record.receipt;
  const std::string name = std::to_string(receipt.of.index);
  ProofFile proof;
  proof.index = receipt.of.index;
  proof.path = receipt.of.path;
  proof.checkpoint = receipt.checkpoint;
  Json seal = receipt.of.seal.json;
  seal.set("proof", receipt.of.seal.proofs);
  TRY_ASSIGN(std::string receipt_text, canonical(receipt_json(receipt)));
  TRY_ASSIGN(std::string seal_text, canonical(seal));
  std::vector<ZipMember> members;
  members.push_back({"receipts/" + name + ".json", std::move(receipt_text)});
  members.push_back({"records/" + name + ".json", record.bytes});
  members.push_back({"records/" + name + ".tlog-proof", proof_file_text(proof)});
  members.push_back({"seals/" + name + ".json", std::move(seal_text)});
  return members;
}

Result<std::vector<ZipMember>> content_members(const Bundle& bundle) {
  std::vector<ZipMember> members;
  members.push_back({"checkpoint.txt", newest_of(bundle).receipt.checkpoint});
  for (std::size_t i = 0; i < bundle.accounts.size(); ++i) {
    const std::string name = "accounts/" + std::to_string(i + 1);
    for (const std::string language : {"en", "zh"}) {
      TRY_ASSIGN(std::string text, account_text(bundle.accounts[i], language));
      members.push_back({name + "." + language + ".json", std::move(text)});
    }
  }
  for (const auto& [index, record] : bundle.records) {
    TRY_ASSIGN(std::vector<ZipMember> parts, members_of(record));
    for (ZipMember& part : parts) members.push_back(std::move(part));
  }
  for (const auto& [hash, content] : bundle.files) members.push_back({"files/" + hash, content});
  return members;
}

Result<std::string> manifest_text(const Bundle& bundle, std::span<const ZipMember> members) {
  const Checkpoint& head = newest_of(bundle).checkpoint;
  Json subjects = Json::Array{};
  for (const BundleAccount& account : bundle.accounts) subjects.push(account.subject);
  Json manifest;
  manifest.set("checkpoint", Json().set("root", hex(head.root)).set("size", head.size))
      .set("files", files_json(bundle))
      .set("keys", Json::Array(bundle.keys.begin(), bundle.keys.end()))
      .set("ledger", bundle.ledger)
      .set("members", members_json(members))
      .set("subjects", std::move(subjects))
      .set("type", "EvidenceBundle")
      .set("v", 1);
  return canonical(manifest);
}

}  // namespace nianlun
