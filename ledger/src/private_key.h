#pragma once

// What private_key.cc, key_file.cc and pkcs11.cc share.

#include <sodium.h>

#include <array>

#include "ledger/signature.h"
#include "openssl.h"
#include "pkcs11.h"

namespace nianlun {

/// Octets that are wiped before their memory is given back.
struct Secret {
  explicit Secret(std::size_t size) : octets(size, '\0') {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { sodium_memzero(octets.data(), octets.size()); }
  Buffer octets;
};
/// A file of a few KB that only its owner can read; errors as PrivateKey::load().
Result<std::unique_ptr<Secret>> read_secret_file(const std::filesystem::path& file);

struct PrivateKey::Impl {
  explicit Impl(PublicKey public_half) : public_key(std::move(public_half)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { sodium_memzero(secret.data(), secret.size()); }

  PublicKey public_key;
  std::array<unsigned char, 64> secret{};  // Ed25519: seed and public key, as libsodium has it
  openssl::Key key;                        // P-256 and SM2: null otherwise
  openssl::KeyContext context;             // P-256: ready to sign, only ever copied
  std::shared_ptr<const TokenKey> token;   // signs instead of the two; null otherwise
};

}  // namespace nianlun
