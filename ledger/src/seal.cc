#include "ledger/seal.h"

#include <algorithm>

#include "ledger/data_integrity.h"
#include "ledger/disclosure.h"
#include "ledger/encoding.h"
#include "ledger/epcis.h"
#include "ledger/merkle.h"
#include "ledger/private_values.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kSealMember = "nianlun:seal";
constexpr std::string_view kDisclosuresMember = "nianlun:disclosures";

Unexpected wrong(std::string_view member) {
  return fail(ErrorCode::kInvalidArgument, "seal.wrong-member",
              {{"pointer", "/nianlun:seal/" + std::string(member)}});
}

Json to_json(const std::optional<Hash>& hash) { return hash ? Json(hex(*hash)) : Json(); }

Json clock_json(const Seal& seal) {
  Json clock;
  clock.set("boot", seal.clock_boot).set("monotonic", seal.clock_monotonic_ms);
  return clock.set("server", seal.clock_server ? Json(*seal.clock_server) : Json());
}

Result<Hash> hash_member(const Json& json, std::string_view member) {
  if (auto hash = hash_from_hex(json.text(member)); hash) return *hash;
  return wrong(member);
}

Result<std::uint64_t> count_member(const Json& json, std::string_view member) {
  auto value = json.integer(member);
  if (!value || *value < 0) return wrong(member);
  return static_cast<std::uint64_t>(*value);
}

Result<void> parse_signers(const Json& json, Seal& seal) {
  const Json* signers = json.find("signers");
  if (signers == nullptr || !signers->is_array()) return wrong("signers");
  for (const Json& signer : signers->array()) {
    if (!signer.is_string() || std::ranges::count(seal.signers, signer.string()) > 0) {
      return wrong("signers");
    }
    seal.signers.push_back(signer.string());
  }
  if (seal.signers.empty() || seal.signers.size() > kSealSignersMax) return wrong("signers");
  return json.text("submitter") == seal.signers.front() ? Result<void>() : wrong("submitter");
}

/// The members that a device's seal has and a gateway's has not.
Result<void> parse_device_members(const Json& json, Seal& seal) {
  TRY_ASSIGN(seal.sequence, count_member(json, "sequence"));
  if (seal.sequence == 0) return wrong("sequence");
  const Json* previous = json.find("previous");
  if (previous == nullptr) return wrong("previous");
  if (!previous->is_null()) {
    TRY_ASSIGN(seal.previous, hash_member(json, "previous"));
  }
  const Json* after = json.find("after");
  if (after == nullptr) return wrong("after");
  if (!after->is_null()) {
    TreeHead head;
    TRY_ASSIGN(head.size, count_member(*after, "size"));
    TRY_ASSIGN(head.root, hash_member(*after, "root"));
    if (after->object().size() != 2) return wrong("after");
    seal.after = head;
  }
  const Json* clock = json.find("clock");
  if (clock == nullptr || !clock->is_object() || clock->object().size() != 3) return wrong("clock");
  seal.clock_boot = clock->text("boot");
  auto monotonic = clock->integer("monotonic");
  if (!monotonic) return wrong("clock");
  seal.clock_monotonic_ms = *monotonic;
  const Json* server = clock->find("server");
  if (server == nullptr || !(server->is_null() || server->is_string())) return wrong("clock");
  if (server->is_string()) seal.clock_server = server->string();
  return {};
}

Result<void> check_disclosures(const Capture& capture) {
  if (capture.disclosures.empty()) return {};
  std::vector<std::string> digests;
  for (const Json& event : capture.events) {
    for (std::string& digest : digests_of(event)) digests.push_back(std::move(digest));
  }
  std::ranges::sort(digests);
  for (const std::string& disclosure : capture.disclosures) {
    if (!std::ranges::binary_search(digests, disclosure_digest(disclosure))) {
      return fail(ErrorCode::kInvalidArgument, "capture.disclosure-without-digest");
    }
  }
  return {};
}

Result<void> take_events(Json& document, Capture& capture) {
  const Json* found = document.find("@context");
  const Json context = found != nullptr ? *found : Json();
  Json::Array& events = document.find("epcisBody")->find("eventList")->array();
  if (events.empty()) return fail(ErrorCode::kInvalidArgument, "capture.no-events");
  if (events.size() > kCaptureEventsMax) {
    return fail(ErrorCode::kTooLarge, "capture.too-many-events",
                {{"max", std::to_string(kCaptureEventsMax)}});
  }
  capture.events = std::move(events);
  for (std::size_t i = 0; i < capture.events.size(); ++i) {
    Json& event = capture.events[i];
    if (event.find("@context") == nullptr) event.set("@context", context);
    const auto checked = [&]() -> Result<Buffer> {
      TRY(check_numbers_exact(event));
      TRY(check_standard(event));
      return canonical(event);
    }();
    if (!checked) {
      Error error = checked.error();
      for (auto& [name, value] : error.arguments) {
        if (name == "pointer") value = "/epcisBody/eventList/" + std::to_string(i) + value;
      }
      return Unexpected{std::move(error)};
    }
    capture.event_bytes.push_back(*checked);
  }
  return {};
}

Result<void> take_seal(Json seal, Capture& capture) {
  const Json* proofs = seal.find("proof");
  if (proofs == nullptr || !proofs->is_array()) return wrong("proof");
  capture.proofs = proofs->array();
  seal.erase("proof");
  TRY_ASSIGN(capture.terms, parse_seal(seal));
  TRY_ASSIGN(capture.hash, seal_hash(seal));
  capture.seal = std::move(seal);
  if (capture.terms.count != capture.events.size()) return wrong("count");
  if (capture.terms.root != capture_root(capture.event_bytes)) return wrong("root");
  return capture.proofs.size() == capture.terms.signers.size() ? Result<void>() : wrong("proof");
}

}  // namespace

Json to_json(const Seal& seal) {
  Json::Array signers(seal.signers.begin(), seal.signers.end());
  Json json;
  json.set("type", "CaptureSeal").set("v", 1).set("suite", "sha256").set("ledger", seal.ledger);
  json.set("submitter", seal.submitter()).set("signers", std::move(signers));
  json.set("count", seal.count).set("root", hex(seal.root));
  if (seal.is_gateway()) {
    json.set("onBehalfOf", seal.on_behalf_of);
  } else {
    Json after;
    if (seal.after) after.set("size", seal.after->size).set("root", hex(seal.after->root));
    json.set("sequence", seal.sequence).set("previous", to_json(seal.previous));
    json.set("after", std::move(after)).set("clock", clock_json(seal));
  }
  return json.set("sealedAt", seal.sealed_at);
}

Result<Seal> parse_seal(const Json& json) {
  if (!json.is_object() || json.text("type") != "CaptureSeal") return wrong("type");
  if (auto version = json.integer("v"); !version || *version != 1) return wrong("v");
  if (json.text("suite") != "sha256") return wrong("suite");
  Seal seal;
  seal.ledger = json.text("ledger");
  if (seal.ledger.empty()) return wrong("ledger");
  TRY(parse_signers(json, seal));
  TRY_ASSIGN(seal.count, count_member(json, "count"));
  if (seal.count == 0 || seal.count > kCaptureEventsMax) return wrong("count");
  TRY_ASSIGN(seal.root, hash_member(json, "root"));
  seal.sealed_at = json.text("sealedAt");
  if (seal.sealed_at.empty()) return wrong("sealedAt");
  seal.on_behalf_of = json.text("onBehalfOf");
  if (!seal.is_gateway()) TRY(parse_device_members(json, seal));
  // Printing what was understood shows every member that was not.
  TRY_ASSIGN(const std::string printed, canonical(to_json(seal)));
  TRY_ASSIGN(const std::string given, canonical(json));
  if (printed != given) return wrong("");
  return seal;
}

Result<Hash> seal_hash(const Json& seal_without_proof) {
  TRY_ASSIGN(const std::string bytes, canonical(seal_without_proof));
  return sha256(bytes);
}

Result<Capture> open_capture(Json document) {
  Capture capture;
  Json seal;
  if (Json* found = document.find(kSealMember)) {
    seal = std::move(*found);
    document.erase(kSealMember);
    if (!seal.is_object()) return wrong("");
  }
  if (const Json* found = document.find(kDisclosuresMember)) {
    if (!found->is_array()) {
      return fail(ErrorCode::kInvalidArgument, "capture.disclosures-no-array");
    }
    for (const Json& disclosure : found->array()) {
      if (!disclosure.is_string() || !parse_disclosure(disclosure.string())) {
        return fail(ErrorCode::kInvalidArgument, "capture.disclosures-no-array");
      }
      capture.disclosures.push_back(disclosure.string());
    }
    document.erase(kDisclosuresMember);
  }
  TRY(validate_document(document));
  TRY(take_events(document, capture));
  TRY(check_disclosures(capture));
  if (!seal.is_null()) TRY(take_seal(std::move(seal), capture));
  return capture;
}

Result<void> verify_seal(const Capture& capture,
                         const std::function<Result<PublicKey>(std::string_view did)>& resolve) {
  for (std::size_t i = 0; i < capture.proofs.size(); ++i) {
    TRY_ASSIGN(const PublicKey key, verify_proof(capture.hash, nullptr, capture.proofs[i], resolve));
    if (key.did() != capture.terms.signers[i]) return wrong("proof/" + std::to_string(i));
  }
  return {};
}

Result<Json> make_capture(Seal terms, const Json::Array& events,
                          std::span<const PrivateKey* const> keys,
                          std::span<const std::string> disclosures, std::string_view created) {
  std::vector<Buffer> bytes;
  for (const Json& event : events) {
    TRY_ASSIGN(Buffer canonical_bytes, event_bytes(event, document_context()));
    bytes.push_back(std::move(canonical_bytes));
  }
  terms.count = events.size();
  terms.root = capture_root(bytes);
  terms.signers.clear();
  for (const PrivateKey* key : keys) terms.signers.push_back(key->public_key().did());
  Json seal = to_json(terms);
  Json proofs{Json::Array{}};
  for (const PrivateKey* key : keys) {
    TRY_ASSIGN(Json proof, make_proof(seal, *key, created));
    proofs.push(std::move(proof));
  }
  seal.set("proof", std::move(proofs));
  Json document;
  document.set("@context", document_context()).set("type", "EPCISDocument");
  document.set("schemaVersion", "2.0").set("creationDate", created);
  document.set("epcisBody", Json().set("eventList", events));
  document.set(kSealMember, std::move(seal));
  if (!disclosures.empty()) {
    document.set(kDisclosuresMember, Json::Array(disclosures.begin(), disclosures.end()));
  }
  return document;
}

const Json& document_context() {
  static const Json context(Json::Array{"https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
                                        Json().set("nianlun", "urn:nianlun:voc:")});
  return context;
}

Result<Buffer> event_bytes(const Json& event, const Json& context) {
  if (event.find("@context") != nullptr) return canonical(event);
  Json whole = event;
  whole.set("@context", context);
  return canonical(whole);
}

Hash capture_root(std::span<const Buffer> event_bytes) {
  std::vector<Hash> leaves;
  leaves.reserve(event_bytes.size());
  for (const Buffer& bytes : event_bytes) leaves.push_back(leaf_hash(bytes));
  return root_of(leaves);
}

}  // namespace nianlun
