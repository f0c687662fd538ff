// SM2 signatures over SM3 (GB/T 32918.2-2016, GM/T 0009-2012), by OpenSSL.

#include <openssl/err.h>

#include <array>

#include "openssl.h"

namespace nianlun::openssl {
namespace {

// Of whoever signs (GM/T 0009, 10): one for all, since the key says who it is.
constexpr std::string_view kIdentity = "1234567812345678";

enum class Way { kSign, kVerify };

/// A context for one message; null if the library fails. The identity cannot be among the
/// parameters of its making, which OpenSSL 3.0 hands to the hash as well.
DigestContext context_of(const Key& key, Way way) {
  DigestContext context(EVP_MD_CTX_new());
  const auto init = way == Way::kSign ? EVP_DigestSignInit_ex : EVP_DigestVerifyInit_ex;
  EVP_PKEY_CTX* of_key = nullptr;  // the context's own
  if (!context || init(context.get(), &of_key, "SM3", nullptr, nullptr, key.get(), nullptr) != 1 ||
      EVP_PKEY_CTX_set1_id(of_key, kIdentity.data(), static_cast<int>(kIdentity.size())) != 1) {
    return nullptr;
  }
  return context;
}

}  // namespace

Key make_sm2(Bytes point, const BIGNUM* secret) { return make_key("SM2", "SM2", point, secret); }

bool verify_sm2(const Key& key, Bytes message, Bytes signature) {
  std::array<unsigned char, 72> der;
  const std::size_t size = to_der(signature, der);
  const DigestContext context = context_of(key, Way::kVerify);
  if (context &&
      EVP_DigestVerify(context.get(), der.data(), size, octets_of(message), message.size()) == 1) {
    return true;
  }
  ERR_clear_error();
  return false;
}

Result<Buffer> sign_sm2(const Key& key, Bytes message) {
  const DigestContext context = context_of(key, Way::kSign);
  std::array<unsigned char, 80> der;
  std::size_t size = der.size();
  if (!context ||
      EVP_DigestSign(context.get(), der.data(), &size, octets_of(message), message.size()) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::kIo, "signature.not-made");
  }
  const unsigned char* at = der.data();
  const EcdsaSignature parsed(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  Buffer out(64, '\0');
  if (!parsed || BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), octets_of(out), 32) != 32 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), octets_of(out) + 32, 32) != 32) {
    ERR_clear_error();
    return fail(ErrorCode::kIo, "signature.not-made");
  }
  return out;
}

}  // namespace nianlun::openssl
