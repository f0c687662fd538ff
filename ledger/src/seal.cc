#include "ledger/seal.h"

#include <algorithm>

#include "ledger/encoding.h"
#include "ledger/merkle.h"
#include "ledger/time.h"
#include "strict_json.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected malformed(std::string_view member) {
  return fail(ErrorCode::kInvalidArgument, "seal.malformed", {{"member", std::string(member)}});
}

constexpr StrictReader kStrict{malformed};

Result<Hash> hash_at(const Json& object, std::string_view name) {
  const auto value = hash_from_hex(object.text(name));
  if (!value) return malformed(name);
  return *value;
}

Unexpected other_suite(Suite here, std::string_view there) {
  return fail(ErrorCode::kInvalidArgument, "seal.other-suite",
              {{"here", std::string(suite_name(here))}, {"there", std::string(there)}});
}

/// A time in the one form that we write: UTC with three decimals.
Result<std::int64_t> time_at(const Json& object, std::string_view name) {
  const auto value = parse_date_time(object.text(name));
  if (!value || date_time(*value) != object.text(name)) return malformed(name);
  return *value;
}

Result<void> parse_signers(const Json& json, Seal& seal) {
  const Json* signers = json.find("signers");
  if (signers == nullptr || !signers->is_array()) return malformed("signers");
  for (const Json& signer : signers->array()) {
    if (!signer.is_string()) return malformed("signers");
    if (std::ranges::find(seal.signers, signer.string()) != seal.signers.end()) {
      return fail(ErrorCode::kInvalidArgument, "seal.signer-twice", {{"key", signer.string()}});
    }
    seal.signers.push_back(signer.string());
  }
  if (seal.signers.empty() || seal.signers.size() > kSealSignersMax) return malformed("signers");
  if (seal.signers.front() != seal.submitter) return malformed("submitter");
  return {};
}

/// A device's seal says where it stands in that device's sequence, a gateway's whom it is for.
Result<void> parse_place(const Json& json, Seal& seal) {
  if (json.find("onBehalfOf") != nullptr) {
    seal.on_behalf_of = json.text("onBehalfOf");
    if (seal.on_behalf_of.empty()) return malformed("onBehalfOf");
    for (const char* name : {"sequence", "previous", "after", "clock"}) {
      if (json.find(name) != nullptr) return malformed(name);
    }
    return {};
  }
  TRY_ASSIGN(const std::uint64_t sequence, kStrict.count_at(json, "sequence"));
  if (sequence == 0) return malformed("sequence");
  seal.sequence = sequence;
  const Json* previous = json.find("previous");
  if (previous == nullptr) return malformed("previous");
  if (!previous->is_null()) {
    TRY_ASSIGN(seal.previous, hash_at(json, "previous"));
  }
  const Json* after = json.find("after");
  if (after == nullptr) return malformed("after");
  if (!after->is_null()) {
    TRY(kStrict.only(*after, "after", {"size", "root"}));
    TreeHead head;
    TRY_ASSIGN(head.size, kStrict.count_at(*after, "size"));
    TRY_ASSIGN(head.root, hash_at(*after, "root"));
    seal.after = head;
  }
  const Json* clock = json.find("clock");
  if (clock == nullptr) return malformed("clock");
  TRY(kStrict.only(*clock, "clock", {"boot", "monotonic", "server"}));
  const Json* boot = clock->find("boot");
  if (boot == nullptr || !boot->is_string()) return malformed("clock");
  TRY(kStrict.count_at(*clock, "monotonic"));
  const Json* server = clock->find("server");
  if (server == nullptr) return malformed("clock");
  if (!server->is_null()) TRY(time_at(*clock, "server"));
  return {};
}

Json text_or_null(const std::optional<Hash>& hash) { return hash ? Json(hex(*hash)) : Json(); }

Json body_of(const SealDraft& draft, const Json::Array& signers) {
  Json body;
  body.set("type", "CaptureSeal")
      .set("v", 1)
      .set("suite", suite_name(draft.suite))
      .set("ledger", draft.ledger)
      .set("submitter", signers.front())
      .set("signers", signers)
      .set("count", static_cast<std::uint64_t>(draft.leaves.size()))
      .set("root", hex(root_of(draft.leaves, draft.suite)));
  if (draft.sequence == 0) {
    body.set("onBehalfOf", draft.on_behalf_of);
  } else {
    Json after;
    if (draft.after) after.set("size", draft.after->size).set("root", hex(draft.after->root));
    Json clock;
    clock.set("boot", draft.boot)
        .set("monotonic", draft.monotonic_ms)
        .set("server", draft.server_ms ? Json(date_time(*draft.server_ms)) : Json());
    body.set("sequence", draft.sequence)
        .set("previous", text_or_null(draft.previous))
        .set("after", std::move(after))
        .set("clock", std::move(clock));
  }
  body.set("sealedAt", date_time(draft.sealed_at_ms));
  return body;
}

}  // namespace

Result<Seal> parse_seal(Json json, Json proofs, Suite suite) {
  TRY(kStrict.only(json, "seal",
                   {"type", "v", "suite", "ledger", "submitter", "signers", "count", "root",
                    "sequence", "previous", "after", "sealedAt", "clock", "onBehalfOf"}));
  Seal seal;
  seal.suite = suite;
  const auto version = json.integer("v");
  if (json.text("type") != "CaptureSeal") return malformed("type");
  if (!version || *version != 1) return malformed("v");
  const auto named = suite_named(json.text("suite"));
  if (!named) return malformed("suite");
  if (*named != suite) return other_suite(suite, suite_name(*named));
  seal.ledger = json.text("ledger");
  if (seal.ledger.empty()) return malformed("ledger");
  seal.submitter = json.text("submitter");
  TRY(parse_signers(json, seal));
  TRY_ASSIGN(seal.count, kStrict.count_at(json, "count"));
  if (seal.count == 0 || seal.count > kCaptureEventsMax) return malformed("count");
  TRY_ASSIGN(seal.root, hash_at(json, "root"));
  TRY_ASSIGN(seal.sealed_at_ms, time_at(json, "sealedAt"));
  TRY(parse_place(json, seal));
  if (!proofs.is_array() || proofs.array().size() != seal.signers.size()) {
    return malformed("proof");
  }
  TRY(check_numbers_exact(json));
  TRY(check_numbers_exact(proofs));
  TRY_ASSIGN(const std::string text, canonical(json));
  TRY_ASSIGN(const std::string proofs_text, canonical(proofs));
  seal.hash = digest(suite, text);
  seal.proofs_hash = digest(suite, proofs_text);
  seal.json = std::move(json);
  seal.proofs = std::move(proofs.array());
  return seal;
}

Result<Seal> parse_seal(Json seal_with_proof, Suite suite) {
  Json* found = seal_with_proof.find("proof");
  if (found == nullptr) return malformed("proof");
  Json proofs = std::move(*found);
  seal_with_proof.erase("proof");
  return parse_seal(std::move(seal_with_proof), std::move(proofs), suite);
}

Result<void> verify_seal(const Seal& seal, std::span<const Hash> leaves,
                         const KeyResolver& resolve) {
  if (leaves.size() != seal.count) {
    return fail(ErrorCode::kInvalidArgument, "seal.other-count",
                {{"count", std::to_string(seal.count)}, {"events", std::to_string(leaves.size())}});
  }
  if (root_of(leaves, seal.suite) != seal.root)
    return fail(ErrorCode::kInvalidArgument, "seal.other-root");
  for (std::size_t i = 0; i < seal.signers.size(); ++i) {
    TRY_ASSIGN(const PublicKey key,
               verify_proof(seal.hash, nullptr, seal.proofs[i], resolve, seal.suite));
    if (key.did() != seal.signers[i]) {
      return fail(ErrorCode::kInvalidArgument, "seal.other-signer", {{"key", seal.signers[i]}});
    }
  }
  return {};
}

Result<Json> make_seal(const SealDraft& draft, std::span<const PrivateKey* const> keys) {
  if (keys.empty() || keys.size() > kSealSignersMax) return malformed("signers");
  if (draft.leaves.empty() || draft.leaves.size() > kCaptureEventsMax) return malformed("count");
  Json::Array signers;
  for (const PrivateKey* key : keys) {
    TRY(check_key_type(key->public_key(), draft.suite));
    const Json did(key->public_key().did());
    if (std::ranges::find(signers, did) != signers.end()) {
      return fail(ErrorCode::kInvalidArgument, "seal.signer-twice", {{"key", did.string()}});
    }
    signers.push_back(did);
  }
  Json body = body_of(draft, signers);
  Json proofs = Json::Array{};
  for (const PrivateKey* key : keys) {
    TRY_ASSIGN(Json proof, make_proof(body, *key, date_time(draft.sealed_at_ms)));
    proofs.push(std::move(proof));
  }
  body.set("proof", std::move(proofs));
  return body;
}

}  // namespace nianlun
