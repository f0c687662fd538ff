#include "verified.h"

#include "ledger/entry_proof.h"
#include "ledger/private_values.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

Result<Verified> verify_json(Bytes content, const TrustedKeys& keys) {
  TRY_ASSIGN(const Json json, Json::parse(content));
  TRY_ASSIGN(const Receipt receipt, parse_receipt(json));
  return verify_json_receipt(receipt, keys);
}

Verified lean(ReceiptForm form, EntryFacts facts, Suite suite) {
  Verified verified;
  verified.suite = suite;
  verified.form = form;
  verified.origin = std::move(facts.origin);
  verified.index = facts.index;
  verified.size = facts.size;
  verified.record_time_ms = facts.record.time_ms;
  verified.verdict = std::move(facts.record.verdict);
  verified.event = std::move(facts.record.event);
  verified.cosigned = std::move(facts.cosigned);
  return verified;
}

std::string_view name_of(ReceiptForm form) {
  switch (form) {
    case ReceiptForm::kProofFile:
      return "tlog-proof";
    case ReceiptForm::kCose:
      return "cose";
    default:
      return "json";
  }
}

}  // namespace

ReceiptForm form_of(Bytes content) {
  if (content.starts_with("c2sp.org/tlog-proof")) return ReceiptForm::kProofFile;
  constexpr char kTaggedMessage = '\xd2';
  return content.starts_with(kTaggedMessage) ? ReceiptForm::kCose : ReceiptForm::kJson;
}

Result<Verified> verify_json_receipt(const Receipt& receipt, const TrustedKeys& keys) {
  TRY_ASSIGN(ReceiptFacts facts, verify_receipt(receipt, keys));
  Verified verified;
  verified.suite = receipt.suite;
  verified.origin = receipt.origin;
  verified.index = facts.index;
  verified.size = facts.size;
  verified.record_time_ms = facts.record_time_ms;
  verified.verdict = facts.verdict;
  verified.event = std::move(facts.event);
  for (std::size_t i = 0; i < facts.signers.size(); ++i) {
    verified.signers.push_back(
        {facts.signers[i], facts.parties[i], facts.names[i], facts.enrolled_by[i]});
  }
  verified.on_behalf_of = facts.on_behalf_of;
  verified.on_behalf_of_name = facts.on_behalf_of_name;
  verified.cosigned = std::move(facts.cosigned);
  return verified;
}

Result<Verified> verify_any(Bytes content, const std::optional<Buffer>& record,
                            const TrustedKeys& keys, Suite suite) {
  const ReceiptForm form = form_of(content);
  if (form == ReceiptForm::kJson) return verify_json(content, keys);
  if (form == ReceiptForm::kProofFile) {
    TRY_ASSIGN(const ProofFile proof, parse_proof_file(content));
    if (!record) return fail(ErrorCode::kNotFound, "verify.needs-record");
    TRY_ASSIGN(EntryFacts facts, verify_proof_file(proof, *record, keys, suite));
    return lean(form, std::move(facts), suite);
  }
  TRY_ASSIGN(const CoseReceipt receipt, parse_cose_receipt(content));
  if (!record) return fail(ErrorCode::kNotFound, "verify.needs-record");
  TRY_ASSIGN(EntryFacts facts, verify_cose_receipt(receipt, *record, keys, suite));
  return lean(form, std::move(facts), suite);
}

Result<void> disclose(Bytes content, Verified& verified) {
  std::vector<std::string> encoded;
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    if (end == Bytes::npos) return fail(ErrorCode::kInvalidArgument, "verify.no-disclosure");
    encoded.emplace_back(content.substr(0, end));
    content.remove_prefix(end + 1);
    TRY_ASSIGN(Disclosure one, parse_disclosure(encoded.back()));
    verified.disclosed.push_back(std::move(one));
  }
  if (encoded.empty()) return fail(ErrorCode::kInvalidArgument, "verify.no-disclosure");
  TRY_ASSIGN(verified.event, merge_disclosures(verified.event, encoded, verified.suite));
  return {};
}

Json json_of(const Verified& verified) {
  Json keys = Json::Array{};
  Json parties = Json::Array{};
  Json names = Json::Array{};
  Json enrolled_by = Json::Array{};
  for (const VerifiedSigner& signer : verified.signers) {
    keys.push(signer.key);
    parties.push(signer.party);
    names.push(signer.name);
    enrolled_by.push(signer.enrolled_by ? Json(*signer.enrolled_by) : Json());
  }
  Json cosigned = Json::Array{};
  for (const VerifiedSignature& witness : verified.cosigned) {
    cosigned.push(Json().set("name", witness.name).set("time", witness.time_s.value_or(0)));
  }
  Json disclosed = Json::Array{};
  for (const Disclosure& one : verified.disclosed) {
    disclosed.push(Json().set("name", one.name).set("value", one.value));
  }
  Json out;
  out.set("form", name_of(verified.form))
      .set("origin", verified.origin)
      .set("index", verified.index)
      .set("recordTime", date_time(verified.record_time_ms))
      .set("outcome", std::string(text(verified.verdict.outcome)))
      .set("step", verified.verdict.step)
      .set("size", verified.size)
      .set("signers", std::move(keys))
      .set("parties", std::move(parties))
      .set("names", std::move(names))
      .set("onBehalfOf", verified.on_behalf_of.empty() ? Json() : Json(verified.on_behalf_of))
      .set("enrolledBy", std::move(enrolled_by))
      .set("cosigned", std::move(cosigned))
      .set("quorum", verified.quorum.empty() ? Json() : Json(verified.quorum))
      .set("event", verified.event)
      .set("disclosed", std::move(disclosed));
  return out;
}

}  // namespace nianlun
