#include "gzip.h"

#include "packed.h"

namespace nianlun::testing {

TEST_CASE("gzip of one member or more is unpacked to what it was") {
  const std::string text(200'000, 'a');
  for (const std::string& bytes : {std::string(), std::string("x"), text}) {
    CHECK(gunzip(packed(bytes), bytes.size()).value() == bytes);
    CHECK(gunzip(packed(bytes) + packed("") + packed("more"), bytes.size() + 4).value() ==
          bytes + "more");
  }
}

TEST_CASE("what is more than may be, cut off, followed or changed is refused") {
  const std::string bytes(100'000, 'b');
  const std::string whole = packed(bytes);
  CHECK(gunzip(whole, bytes.size() - 1).error().code == ErrorCode::kTooLarge);
  CHECK(gunzip(whole + whole, bytes.size()).error().code == ErrorCode::kTooLarge);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(gunzip(whole.substr(0, size), bytes.size()).error().code == ErrorCode::kInvalidArgument);
  }
  CHECK(gunzip(whole + "x", bytes.size()).error().code == ErrorCode::kInvalidArgument);
  std::string changed = whole;
  changed[changed.size() - 6] = static_cast<char>(changed[changed.size() - 6] ^ 1);  // of its CRC
  CHECK(gunzip(changed, bytes.size()).error().code == ErrorCode::kInvalidArgument);
}

}  // namespace nianlun::testing
