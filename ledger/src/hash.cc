#include "ledger/hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace nianlun {
namespace {

// OpenSSL's one-shot functions look the algorithm up at every call, which costs more than hashing a
// node of 65 octets. So each thread keeps a context, and the algorithm is fetched once.
const EVP_MD* algorithm() {
  static EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  assert(kAlgorithm != nullptr);  // every build of OpenSSL has it
  return kAlgorithm;
}

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// The context of this thread, ready for a new digest.
EVP_MD_CTX* fresh_context() {
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  [[maybe_unused]] const int done = EVP_DigestInit_ex2(context.get(), algorithm(), nullptr);
  assert(done == 1);
  return context.get();
}

void update(EVP_MD_CTX* context, Bytes data) {
  [[maybe_unused]] const int done = EVP_DigestUpdate(context, data.data(), data.size());
  assert(done == 1);
}

Hash finish(EVP_MD_CTX* context) {
  Hash hash;
  [[maybe_unused]] const int done = EVP_DigestFinal_ex(context, hash.bytes.data(), nullptr);
  assert(done == 1);
  return hash;
}

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
  EVP_MD_CTX* context = fresh_context();
  update(context, data);
  return finish(context);
}

Hash sha256(Bytes a, Bytes b, Bytes c) {
  constexpr std::size_t kCopiedMax = 256;  // octets; below, a copy is cheaper than further updates
  if (a.size() <= kCopiedMax && b.size() <= kCopiedMax && c.size() <= kCopiedMax &&
      a.size() + b.size() + c.size() <= kCopiedMax) {
    std::array<char, kCopiedMax> whole;
    char* end = std::copy(a.begin(), a.end(), whole.data());
    end = std::copy(b.begin(), b.end(), end);
    end = std::copy(c.begin(), c.end(), end);
    return sha256(Bytes(whole.data(), static_cast<std::size_t>(end - whole.data())));
  }
  EVP_MD_CTX* context = fresh_context();
  for (const Bytes part : {a, b, c}) update(context, part);
  return finish(context);
}

}  // namespace nianlun
