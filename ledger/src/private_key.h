#pragma once

// What private_key.cc and key_file.cc share.

#include <sodium.h>

#include <array>

#include "ledger/signature.h"
#include "openssl.h"

namespace nianlun {

struct PrivateKey::Impl {
  explicit Impl(PublicKey public_half) : public_key(std::move(public_half)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { sodium_memzero(secret.data(), secret.size()); }

  PublicKey public_key;
  std::array<unsigned char, 64> secret{};  // Ed25519: seed and public key, as libsodium has it
  openssl::Key key;                        // P-256 and SM2: null otherwise
  openssl::KeyContext context;             // P-256: ready to sign, only ever copied
};

}  // namespace nianlun
