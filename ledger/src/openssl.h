#pragma once

// What signature.cc, private_key.cc, sm2.cc and key_file.cc share of OpenSSL. For no other file.

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <memory>
#include <string_view>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun::openssl {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};
template <class T, auto kFree>
using Owned = std::unique_ptr<T, Free<kFree>>;

using Bio = Owned<BIO, BIO_free_all>;
using EcdsaSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using Group = Owned<EC_GROUP, EC_GROUP_free>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Number = Owned<BIGNUM, BN_clear_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using ParamsBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Point = Owned<EC_POINT, EC_POINT_free>;

inline const unsigned char* octets_of(Bytes bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* octets_of(Buffer& buffer) {
  return reinterpret_cast<unsigned char*>(buffer.data());
}

/// A P-256 key from its public point and, unless null, its secret; null if they are no such key.
Key make_p256(Bytes point, const BIGNUM* secret);
/// The same for SM2.
Key make_sm2(Bytes point, const BIGNUM* secret);
/// The same for a curve by OpenSSL's names: "EC" or "SM2", and the group's.
Key make_key(const char* algorithm, const char* group, Bytes point, const BIGNUM* secret);

/// A signature's r || s as the DER that OpenSSL wants. Returns the size.
std::size_t to_der(Bytes signature, std::array<unsigned char, 72>& der);

bool verify_sm2(const Key& key, Bytes message, Bytes signature);
/// r || s. kIo  the library fails
Result<Buffer> sign_sm2(const Key& key, Bytes message);

/// The order n of P-256's group and the largest s that a signature may have, n / 2, as 32 octets.
inline constexpr std::string_view kP256Order(
    "\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"
    "\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51",
    32);
inline constexpr std::string_view kP256HalfOrder(
    "\x7f\xff\xff\xff\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff"
    "\xde\x73\x7d\x56\xd3\x8b\xcf\x42\x79\xdc\xe5\x61\x7e\x31\x92\xa8",
    32);

}  // namespace nianlun::openssl
