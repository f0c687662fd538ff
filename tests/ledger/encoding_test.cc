#include "ledger/encoding.h"

#include <doctest/doctest.h>

#include <random>

namespace nianlun {

TEST_CASE("RFC 4648's examples encode and decode") {
  const std::pair<const char*, const char*> kCases[] = {{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}};
  for (const auto& [octets, text] : kCases) {
    CHECK(base64(octets) == text);
    CHECK(*from_base64(text) == octets);
    const std::string unpadded = std::string(text).substr(0, std::string_view(text).find('='));
    CHECK(base64url(octets) == unpadded);
    CHECK(*from_base64url(unpadded) == octets);
  }
  CHECK(base64("\xfb\xff") == "+/8=");
  CHECK(base64url("\xfb\xff") == "-_8");
  CHECK(hex("\x01\xfe") == "01fe");
}

TEST_CASE("texts that no encoder makes are refused") {
  for (const char* text : {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zg= =", "Z-==",
                           "Zm9v\n", "Zm9vY", "="}) {
    CAPTURE(text);
    CHECK(!from_base64(text));
  }
  for (const char* text : {"Zg==", "Zh", "Zm9", "Z", "+/8", "Zm8=", " Zm8"}) {
    CAPTURE(text);
    CHECK(!from_base64url(text));
  }
  for (const char* text : {"0", "0G", "AB", "0x", " 0", "00 "}) CHECK(!from_hex(text));
  for (const char* text : {"0", "O", "I", "l", "2g ", "+"}) CHECK(!from_base58(text));
  CHECK(from_base58(std::string(257, '1')).error().code == ErrorCode::kTooLarge);
  CHECK(from_base58(std::string(256, 'z')));
  CHECK(!hash_from_hex(std::string(62, '0')));
  CHECK(!hash_from_hex(std::string(66, '0')));
  CHECK(*hash_from_hex(hex(sha256("abc"))) == sha256("abc"));
}

TEST_CASE("base 58 gives the examples of draft-msporny-base58") {
  CHECK(base58("Hello World!") == "2NEpo7TZRRrLZSi2U");
  CHECK(base58("The quick brown fox jumps over the lazy dog.") ==
        "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z");
  CHECK(base58(*from_hex("0000287fb4cd")) == "11233QC4");
  CHECK(*from_base58("11233QC4") == *from_hex("0000287fb4cd"));
  CHECK(base58("").empty());
  CHECK(from_base58("")->empty());
  CHECK(base58(std::string(3, '\0')) == "111");
}

TEST_CASE("random octets of every length survive each encoding") {
  std::mt19937 random(7);
  for (std::size_t size = 0; size < 150; ++size) {
    Buffer octets(size, '\0');
    for (char& c : octets) c = static_cast<char>(random());
    if (size > 3 && size % 3 == 0) octets[0] = octets[1] = '\0';
    CHECK(*from_hex(hex(octets)) == octets);
    CHECK(*from_base64(base64(octets)) == octets);
    CHECK(*from_base64url(base64url(octets)) == octets);
    CHECK(*from_base58(base58(octets)) == octets);
  }
}

}  // namespace nianlun
