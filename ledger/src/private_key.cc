#include "private_key.h"

#include <openssl/err.h>

#include <array>

#include "ledger/hash.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kSeedSize = 32;  // octets

/// The compressed point of a P-256 or SM2 secret.
///
/// kInvalidArgument  the secret is zero or not below the order of the group, or for SM2 is the
///                   order less one: nothing could be signed with that (GB/T 32918.1, 6.1)
Result<Buffer> point_of(KeyType type, const BIGNUM* secret) {
  const bool sm2 = type == KeyType::kSm2;
  const openssl::Group group(EC_GROUP_new_by_curve_name(sm2 ? NID_sm2 : NID_X9_62_prime256v1));
  const openssl::Point point(EC_POINT_new(group.get()));
  const openssl::Number above(BN_dup(secret));
  if (!point || !above || (sm2 && BN_add_word(above.get(), 1) != 1)) {
    return fail(ErrorCode::kIo, "signature.not-made");
  }
  if (BN_is_zero(secret) || BN_cmp(above.get(), EC_GROUP_get0_order(group.get())) >= 0) {
    return fail(ErrorCode::kInvalidArgument, "key.malformed", {{"type", sm2 ? "SM2" : "P-256"}});
  }
  Buffer out(33, '\0');
  if (EC_POINT_mul(group.get(), point.get(), secret, nullptr, nullptr, nullptr) != 1 ||
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_COMPRESSED,
                         openssl::octets_of(out), out.size(), nullptr) != out.size()) {
    return fail(ErrorCode::kIo, "signature.not-made");
  }
  return out;
}

/// r || s with s replaced by n - s if it is the larger of the two.
Result<Buffer> low_s(Buffer octets) {
  if (octets.size() != 64) return fail(ErrorCode::kIo, "signature.not-made");
  if (Bytes(octets).substr(32) <= openssl::kP256HalfOrder) return octets;
  const openssl::Number order(BN_bin2bn(openssl::octets_of(openssl::kP256Order), 32, nullptr));
  const openssl::Number s(BN_bin2bn(openssl::octets_of(octets) + 32, 32, nullptr));
  const bool done = order && s && BN_sub(s.get(), order.get(), s.get()) == 1 &&
                    BN_bn2binpad(s.get(), openssl::octets_of(octets) + 32, 32) == 32;
  if (!done) return fail(ErrorCode::kIo, "signature.not-made");
  return octets;
}

/// The same of an ECDSA signature in DER.
Result<Buffer> to_low_s(const unsigned char* der, std::size_t size) {
  const openssl::EcdsaSignature parsed(d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size)));
  Buffer out(64, '\0');
  unsigned char* const octets = openssl::octets_of(out);
  bool done = parsed != nullptr;
  done = done && BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), octets, 32) == 32;
  done = done && BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), octets + 32, 32) == 32;
  if (!done) return fail(ErrorCode::kIo, "signature.not-made");
  return low_s(std::move(out));
}

Result<Buffer> sign_p256(const EVP_PKEY_CTX* prepared, Bytes message) {
  const Hash digest = sha256(message);
  const openssl::KeyContext context(EVP_PKEY_CTX_dup(prepared));
  std::array<unsigned char, 80> der;
  std::size_t size = der.size();
  if (!context || EVP_PKEY_sign(context.get(), der.data(), &size, digest.bytes.data(),
                                digest.bytes.size()) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::kIo, "signature.not-made");
  }
  return to_low_s(der.data(), size);
}

/// What a token signs is checked, since nothing else here would see that it is wrong.
Result<Buffer> sign_by_token(const TokenKey& token, Bytes message) {
  const bool digests = token.public_key().type() == KeyType::kP256;
  const Hash digest = digests ? sha256(message) : Hash();
  auto made = token.sign(digests ? digest.view() : message);
  if (made && digests) made = low_s(*std::move(made));
  if (!made) return made;
  if (!token.public_key().verify(message, *made)) {
    return fail(ErrorCode::kIo, "pkcs11.wrong-signature", {{"uri", token.uri()}});
  }
  return made;
}

}  // namespace

PrivateKey::PrivateKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

Result<PrivateKey> PrivateKey::generate(KeyType type) {
  if (sodium_init() < 0) return fail(ErrorCode::kIo, "signature.not-made");
  std::array<char, kSeedSize> seed;
  while (true) {  // one secret in 2^32 is out of range
    randombytes_buf(seed.data(), seed.size());
    auto key = from_seed(type, Bytes(seed.data(), seed.size()));
    if (!key && key.error().code == ErrorCode::kInvalidArgument) continue;
    sodium_memzero(seed.data(), seed.size());
    return key;
  }
}

Result<PrivateKey> PrivateKey::from_seed(KeyType type, Bytes seed32) {
  if (seed32.size() != kSeedSize) {
    return fail(ErrorCode::kInvalidArgument, "key.seed-wrong-size",
                {{"bytes", std::to_string(seed32.size())}});
  }
  if (type == KeyType::kEd25519) {
    std::array<unsigned char, 64> secret;
    Buffer octets(32, '\0');
    crypto_sign_seed_keypair(openssl::octets_of(octets), secret.data(), openssl::octets_of(seed32));
    auto public_key = PublicKey::from_bytes(type, octets);
    assert(public_key);
    auto impl = std::make_unique<Impl>(*std::move(public_key));
    impl->secret = secret;
    sodium_memzero(secret.data(), secret.size());
    return PrivateKey(std::move(impl));
  }
  const openssl::Number secret(BN_secure_new());
  if (!secret || BN_bin2bn(openssl::octets_of(seed32), 32, secret.get()) == nullptr) {
    return fail(ErrorCode::kIo, "signature.not-made");
  }
  TRY_ASSIGN(const Buffer point, point_of(type, secret.get()));
  TRY_ASSIGN(PublicKey public_key, PublicKey::from_bytes(type, point));
  auto impl = std::make_unique<Impl>(std::move(public_key));
  if (type == KeyType::kSm2) {
    impl->key = openssl::make_sm2(point, secret.get());
    if (!impl->key) return fail(ErrorCode::kIo, "signature.not-made");
    return PrivateKey(std::move(impl));
  }
  impl->key = openssl::make_p256(point, secret.get());
  impl->context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, impl->key.get(), nullptr));
  if (!impl->context || EVP_PKEY_sign_init(impl->context.get()) != 1) {
    return fail(ErrorCode::kIo, "signature.not-made");
  }
  return PrivateKey(std::move(impl));
}

const PublicKey& PrivateKey::public_key() const { return impl_->public_key; }

Result<Buffer> PrivateKey::sign(Bytes message) const {
  if (impl_->token) return sign_by_token(*impl_->token, message);
  if (impl_->public_key.type() == KeyType::kSm2) return openssl::sign_sm2(impl_->key, message);
  if (impl_->key) return sign_p256(impl_->context.get(), message);
  Buffer out(64, '\0');
  crypto_sign_detached(openssl::octets_of(out), nullptr, openssl::octets_of(message),
                       message.size(), impl_->secret.data());
  return out;
}

}  // namespace nianlun
