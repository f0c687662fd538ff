#include "ledger/hash.h"

#include <doctest/doctest.h>

#include <thread>

#include "ledger/encoding.h"

namespace nianlun {

TEST_CASE("SHA-256 gives the digests of FIPS 180-4") {
  CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(sha256(std::string(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SM3 gives the digests of GB/T 32905") {
  CHECK(hex(sm3("abc")) == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  CHECK(hex(sm3("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd")) ==
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

TEST_CASE("parts hash as their concatenation, on both sides of the copying limit") {
  const std::string text(700, 'x');
  for (const std::size_t size : {0, 1, 64, 65, 255, 256, 257, 600}) {
    const Bytes a = Bytes(text).substr(0, size / 3);
    const Bytes b = Bytes(text).substr(a.size(), size / 2);
    const Bytes c = Bytes(text).substr(a.size() + b.size(), size - a.size() - b.size());
    CHECK(sha256(a, b, c) == sha256(Bytes(text).substr(0, size)));
    CHECK(sha256(a, b) == sha256(Bytes(text).substr(0, a.size() + b.size())));
    CHECK(sm3(a, b, c) == sm3(Bytes(text).substr(0, size)));
  }
}

TEST_CASE("threads do not disturb each other's digests") {
  const Hash expected = sha256("abc");
  bool same = true;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) same = same && sha256("abc") == expected;
  });
  for (int i = 0; i < 1000; ++i) sha256("another", std::string(500, 'z'));
  other.join();
  CHECK(same);
}

TEST_CASE("a hash is made of exactly 32 octets and ordered by them") {
  const Hash hash = sha256("abc");
  CHECK(*Hash::from(hash.view()) == hash);
  CHECK(Hash::from(hash.view().substr(1)).error().code == ErrorCode::kInvalidArgument);
  CHECK(!Hash::from(std::string(33, 'a')));
  CHECK(*Hash::from(std::string(32, '\x01')) < *Hash::from(std::string(32, '\xff')));
}

}  // namespace nianlun
