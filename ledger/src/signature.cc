#include "ledger/signature.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <sodium.h>

#include <array>

#include "ledger/encoding.h"
#include "ledger/hash.h"
#include "openssl.h"
#include "try.h"

namespace nianlun {

openssl::Key openssl::make_p256(Bytes point, const BIGNUM* secret) {
  return make_key("EC", "P-256", point, secret);
}

openssl::Key openssl::make_key(const char* algorithm, const char* group, Bytes point,
                               const BIGNUM* secret) {
  const ParamsBuilder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  if (secret != nullptr) {
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret);
  }
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key,
                        secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                        params.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return Key(key);
}

// Two INTEGERs, each without leading zeros but for one that keeps it positive.
std::size_t openssl::to_der(Bytes signature, std::array<unsigned char, 72>& der) {
  std::size_t at = 2;
  for (Bytes number : {signature.substr(0, 32), signature.substr(32)}) {
    number.remove_prefix(std::min(number.find_first_not_of('\0'), number.size() - 1));
    const bool is_padded = (static_cast<unsigned char>(number[0]) & 0x80) != 0;
    der[at++] = 0x02;
    der[at++] = static_cast<unsigned char>(number.size() + (is_padded ? 1 : 0));
    if (is_padded) der[at++] = 0;
    for (const char c : number) der[at++] = static_cast<unsigned char>(c);
  }
  der[0] = 0x30;
  der[1] = static_cast<unsigned char>(at - 2);
  return at;
}

namespace {

constexpr std::string_view kDidPrefix = "did:key:z";  // z: base58btc (multibase)

struct TypeFacts {
  KeyType type;
  std::string_view name;
  std::string_view multicodec;  // an unsigned varint
  std::size_t size;             // octets
};
constexpr TypeFacts kTypes[] = {
    {KeyType::kP256, "P-256", "\x80\x24", 33},
    {KeyType::kEd25519, "Ed25519", "\xed\x01", 32},
    {KeyType::kSm2, "SM2", "\x86\x24", 33},  // 0x1206, sm2-pub: the compressed point
};

const TypeFacts& facts_of(KeyType type) { return kTypes[static_cast<std::size_t>(type)]; }

/// Whether the 32 octets are the canonical encoding of a point whose order isn't small. Its eighth
/// multiple is made by three doublings, since every order that divides 8 is small.
bool is_ed25519_key(Bytes octets) {
  const auto last = static_cast<unsigned char>(octets[31]);
  const bool is_y_large = octets.substr(1, 30).find_first_not_of('\xff') == Bytes::npos &&
                          (last & 0x7f) == 0x7f && static_cast<unsigned char>(octets[0]) >= 0xed;
  if (is_y_large) return false;  // y is not below 2^255 - 19
  std::array<unsigned char, 32> point;
  std::copy(octets.begin(), octets.end(), point.begin());
  for (int i = 0; i < 3; ++i) {
    std::array<unsigned char, 32> twice;
    if (crypto_core_ed25519_add(twice.data(), point.data(), point.data()) != 0) return false;
    point = twice;
  }
  static constexpr std::array<unsigned char, 32> kNeutral = {1};
  return point != kNeutral;
}

bool verify_p256(const EVP_PKEY_CTX* prepared, Bytes message, Bytes signature) {
  if (signature.substr(32) > openssl::kP256HalfOrder) return false;  // compared octet by octet
  std::array<unsigned char, 72> der;
  const std::size_t size = openssl::to_der(signature, der);
  const Hash digest = sha256(message);
  // A context serves one thread at a time. A copy of one that is prepared costs well under one per
  // cent of a verification; to prepare one anew costs more.
  const openssl::KeyContext context(EVP_PKEY_CTX_dup(prepared));
  if (context && EVP_PKEY_verify(context.get(), der.data(), size, digest.bytes.data(),
                                 digest.bytes.size()) == 1) {
    return true;
  }
  ERR_clear_error();
  return false;
}

}  // namespace

struct PublicKey::Impl {
  KeyType type;
  Buffer octets;
  std::string did;
  openssl::Key key;             // null for Ed25519
  openssl::KeyContext context;  // P-256: ready to verify, only ever copied; null otherwise
};

Result<PublicKey> PublicKey::from_bytes(KeyType type, Bytes octets) {
  const TypeFacts& facts = facts_of(type);
  const auto refuse = [&] {
    return fail(ErrorCode::kInvalidArgument, "key.malformed", {{"type", std::string(facts.name)}});
  };
  if (octets.size() != facts.size) return refuse();
  auto impl = std::make_shared<Impl>();
  impl->type = type;
  impl->octets = octets;
  impl->did = std::string(kDidPrefix) + base58(std::string(facts.multicodec).append(octets));
  if (type == KeyType::kEd25519) {
    if (!is_ed25519_key(octets)) return refuse();
  } else if (type == KeyType::kSm2) {
    impl->key = openssl::make_sm2(octets, nullptr);
    if (!impl->key) return refuse();
  } else {
    impl->key = openssl::make_p256(octets, nullptr);
    if (!impl->key) return refuse();
    impl->context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, impl->key.get(), nullptr));
    if (!impl->context || EVP_PKEY_verify_init(impl->context.get()) != 1) return refuse();
  }
  return PublicKey(std::move(impl));
}

Result<PublicKey> PublicKey::from_did(std::string_view did_key) {
  const auto refuse = [&](std::string_view message) {
    constexpr std::size_t kShownMax = 100;  // octets of a DID that may be of any length
    return fail(ErrorCode::kInvalidArgument, message,
                {{"did", std::string(did_key.substr(0, kShownMax))}});
  };
  if (!did_key.starts_with(kDidPrefix)) return refuse("key.not-did-key");
  const auto octets = from_base58(did_key.substr(kDidPrefix.size()));
  if (!octets) return refuse("key.not-did-key");
  for (const TypeFacts& facts : kTypes) {
    if (!octets->starts_with(facts.multicodec)) continue;
    return from_bytes(facts.type, Bytes(*octets).substr(facts.multicodec.size()));
  }
  return refuse("key.unsupported-type");
}

KeyType PublicKey::type() const { return impl_->type; }

Bytes PublicKey::octets() const { return impl_->octets; }

const std::string& PublicKey::did() const { return impl_->did; }

std::string PublicKey::verification_method() const {
  return impl_->did + '#' + impl_->did.substr(kDidPrefix.size() - 1);
}

bool PublicKey::operator==(const PublicKey& other) const {
  return impl_ == other.impl_ || impl_->did == other.impl_->did;
}

Result<void> PublicKey::verify(Bytes message, Bytes signature) const {
  constexpr std::size_t kSignatureSize = 64;
  bool holds = signature.size() == kSignatureSize;
  if (holds && impl_->type == KeyType::kP256) {
    holds = verify_p256(impl_->context.get(), message, signature);
  } else if (holds && impl_->type == KeyType::kSm2) {
    holds = openssl::verify_sm2(impl_->key, message, signature);
  } else if (holds) {
    holds = crypto_sign_verify_detached(openssl::octets_of(signature), openssl::octets_of(message),
                                        message.size(), openssl::octets_of(impl_->octets)) == 0;
  }
  if (holds) return {};
  return fail(ErrorCode::kInvalidArgument, "signature.wrong", {{"did", impl_->did}});
}

}  // namespace nianlun
