#include "ledger/hash.h"

// Its older functions keep their state on the stack and look nothing up, which for a node of a
// tree, 65 octets, is a fifth of the time.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <cstring>

namespace nianlun {
namespace {

class Digest {
 public:
  Digest() { SHA256_Init(&state_); }
  void update(Bytes data) { SHA256_Update(&state_, data.data(), data.size()); }
  Hash finish() {
    Hash hash;
    SHA256_Final(hash.bytes.data(), &state_);
    return hash;
  }

 private:
  SHA256_CTX state_;
};

}  // namespace

Result<Hash> Hash::from(Bytes octets) {
  Hash hash;
  if (octets.size() != hash.bytes.size()) {
    return fail(ErrorCode::kInvalidArgument, "hash.wrong-size",
                {{"bytes", std::to_string(octets.size())}});
  }
  std::memcpy(hash.bytes.data(), octets.data(), octets.size());
  return hash;
}

Hash sha256(Bytes data) {
  Digest digest;
  digest.update(data);
  return digest.finish();
}

Hash sha256(Bytes a, Bytes b, Bytes c) {
  Digest digest;
  for (const Bytes part : {a, b, c}) digest.update(part);
  return digest.finish();
}

}  // namespace nianlun
