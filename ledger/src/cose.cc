#include "ledger/cose.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "try.h"

namespace nianlun {
namespace {

constexpr std::uint64_t kSign1Tag = 18;

Unexpected malformed(std::string_view part) {
  return fail(ErrorCode::kInvalidArgument, "cose.malformed", {{"part", std::string(part)}});
}

/// A protected header is the octets of a map; an empty one has no octets at all.
Result<Cbor> parse_protected(Bytes octets, CborLimits limits) {
  if (octets.empty()) return Cbor::map({});
  TRY_ASSIGN(Cbor header, Cbor::parse(octets, limits));
  if (!header.is(Cbor::Kind::kMap)) return malformed("protected");
  const bool is_empty = header.items().empty();
  if (is_empty && limits.order == CborOrder::kSorted) return malformed("protected");
  return header;
}

bool has_label_of(const Cbor& header, const Cbor& other) {
  for (std::size_t i = 0; i < other.items().size(); i += 2) {
    for (std::size_t j = 0; j < header.items().size(); j += 2) {
      if (header.items()[j] == other.items()[i]) return true;
    }
  }
  return false;
}

bool is_algorithm_of(const Cbor* algorithm, KeyType type) {
  if (algorithm == nullptr) return false;
  if (type == KeyType::kEd25519) {
    return algorithm->is_label(cose::kEdDsa) || algorithm->is_label(cose::kEd25519);
  }
  if (type != KeyType::kP256) return false;
  return algorithm->is_label(cose::kEs256) || algorithm->is_label(cose::kEsp256);
}

}  // namespace

Result<CoseSign1> parse_cose_sign1(Bytes octets, CborLimits limits) {
  TRY_ASSIGN(const Cbor tagged, Cbor::parse(octets, limits));
  if (!tagged.is(Cbor::Kind::kTag) || tagged.number() != kSign1Tag) return malformed("tag");
  const Cbor& list = tagged.value();
  if (!list.is(Cbor::Kind::kArray) || list.items().size() != 4) return malformed("array");
  const std::vector<Cbor>& parts = list.items();
  if (!parts[0].is(Cbor::Kind::kBytes)) return malformed("protected");
  if (!parts[1].is(Cbor::Kind::kMap)) return malformed("unprotected");
  if (!parts[2].is(Cbor::Kind::kBytes) && !parts[2].is(Cbor::Kind::kNull)) {
    return malformed("payload");
  }
  if (!parts[3].is(Cbor::Kind::kBytes)) return malformed("signature");
  CoseSign1 message;
  message.protected_octets = parts[0].octets();
  TRY_ASSIGN(message.protected_header, parse_protected(message.protected_octets, limits));
  if (message.protected_header.items().empty()) message.protected_octets.clear();
  message.unprotected_header = parts[1];
  if (has_label_of(message.protected_header, message.unprotected_header)) {
    return malformed("label-in-both-headers");
  }
  if (parts[2].is(Cbor::Kind::kBytes)) message.payload = parts[2].octets();
  message.signature = parts[3].octets();
  return message;
}

Buffer encode(const CoseSign1& message) {
  return Cbor::tagged(
             kSign1Tag,
             Cbor::array({Cbor::bytes(message.protected_octets), message.unprotected_header,
                          message.payload ? Cbor::bytes(*message.payload) : Cbor(),
                          Cbor::bytes(message.signature)}))
      .encode();
}

Buffer cose_signed_octets(Bytes protected_octets, Bytes payload, Bytes external) {
  return Cbor::array({Cbor::text("Signature1"), Cbor::bytes(protected_octets),
                      Cbor::bytes(external), Cbor::bytes(payload)})
      .encode();
}

Result<void> verify_cose_sign1(const CoseSign1& message, const PublicKey& key, Bytes payload,
                               Bytes external) {
  if (message.protected_header.find(cose::kCritical) != nullptr) {
    return fail(ErrorCode::kInvalidArgument, "cose.unknown", {{"what", "crit"}});
  }
  if (!is_algorithm_of(message.protected_header.find(cose::kAlgorithm), key.type())) {
    return fail(ErrorCode::kInvalidArgument, "cose.unknown", {{"what", "alg"}});
  }
  const Buffer octets = cose_signed_octets(message.protected_octets, payload, external);
  if (!key.verify(octets, message.signature)) {
    return fail(ErrorCode::kForbidden, "cose.false-signature");
  }
  return {};
}

Cbor cose_key(const PublicKey& key) {
  assert(key.type() == KeyType::kEd25519);
  return Cbor::map({{Cbor::label(1), Cbor::label(1)},   // kty: OKP
                    {Cbor::label(-1), Cbor::label(6)},  // crv: Ed25519
                    {Cbor::label(-2), Cbor::bytes(key.octets())}});
}

Hash cose_key_id(const PublicKey& key) { return sha256(cose_key(key).encode()); }

}  // namespace nianlun
