#include "ledger/cbor.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "ledger/encoding.h"

namespace nianlun::testing {
namespace {

Buffer octets(std::string_view digits) { return from_hex(digits).value(); }

std::string reason(std::string_view digits, CborLimits limits = {}) {
  const auto value = Cbor::parse(octets(digits), limits);
  if (value) return "read";
  if (value.error().message != "cbor.malformed") return value.error().message;
  return value.error().arguments.at(0).second;
}

}  // namespace

TEST_CASE("the examples of RFC 8949, appendix A, are read and written octet for octet") {
  const std::vector<std::pair<const char*, Cbor>> examples = {
      {"00", Cbor::number(0)},
      {"17", Cbor::number(23)},
      {"1818", Cbor::number(24)},
      {"1903e8", Cbor::number(1000)},
      {"1a000f4240", Cbor::number(1'000'000)},
      {"1b000000e8d4a51000", Cbor::number(1'000'000'000'000)},
      {"1bffffffffffffffff", Cbor::number(~std::uint64_t{0})},
      {"20", Cbor::label(-1)},
      {"3863", Cbor::label(-100)},
      {"3903e7", Cbor::label(-1000)},
      {"3b7fffffffffffffff", Cbor::label(INT64_MIN)},
      {"f4", Cbor::boolean(false)},
      {"f5", Cbor::boolean(true)},
      {"f6", Cbor()},
      {"c11a514b67b0", Cbor::tagged(1, Cbor::number(1363896240))},
      {"40", Cbor::bytes("")},
      {"4401020304", Cbor::bytes("\x01\x02\x03\x04")},
      {"60", Cbor::text("")},
      {"6449455446", Cbor::text("IETF")},
      {"63e6b0b4", Cbor::text("水")},
      {"80", Cbor::array({})},
      {"8301820203820405",
       Cbor::array({Cbor::number(1), Cbor::array({Cbor::number(2), Cbor::number(3)}),
                    Cbor::array({Cbor::number(4), Cbor::number(5)})})},
      {"a0", Cbor::map({})},
      {"a201020304",
       Cbor::map({{Cbor::number(3), Cbor::number(4)}, {Cbor::number(1), Cbor::number(2)}})},
  };
  for (const auto& [digits, value] : examples) {
    CAPTURE(digits);
    CHECK(hex(value.encode()) == digits);
    const auto read = Cbor::parse(octets(digits));
    REQUIRE(read);
    CHECK(*read == value);
  }
}

TEST_CASE("keys are ordered by their octets, and found by their numbers") {
  // The order of RFC 8949, 4.2.1: 10, 100, -1, "z", "aa", [100], [-1], false.
  const char* digits =
      "a80a001864002000617a0062616100811864008120"
      "00f400";
  const auto map = Cbor::parse(octets(digits));
  REQUIRE(map);
  CHECK(map->find(100) != nullptr);
  CHECK(map->find(-1) != nullptr);
  CHECK(map->find(-2) == nullptr);
  CHECK(map->encode() == octets(digits));
  CHECK(Cbor::number(1).find(1) == nullptr);
}

TEST_CASE("every other encoding of the same value is refused, with the reason") {
  CHECK(reason("1817") == "not-the-shortest");
  CHECK(reason("190018") == "not-the-shortest");
  CHECK(reason("1a0000ffff") == "not-the-shortest");
  CHECK(reason("1b00000000ffffffff") == "not-the-shortest");
  CHECK(reason("3800") == "not-the-shortest");
  CHECK(reason("580401020304") == "not-the-shortest");
  CHECK(reason("9800") == "not-the-shortest");
  CHECK(reason("d81261"
               "61") == "not-the-shortest");
  CHECK(reason("5f42010243030405ff") == "indefinite-or-reserved");
  CHECK(reason("9fff") == "indefinite-or-reserved");
  CHECK(reason("bfff") == "indefinite-or-reserved");
  CHECK(reason("1c") == "indefinite-or-reserved");
  CHECK(reason("a203040102") == "keys-out-of-order");
  CHECK(reason("a201020103") == "key-twice");
  CHECK(reason("a3010203040106", {.order = CborOrder::kAny}) == "key-twice");
  CHECK(reason("a203040102", {.order = CborOrder::kAny}) == "read");
}

TEST_CASE("what we have no use for, and what is cut short, too long or too deep, is refused") {
  for (const char* number : {"f93c00", "fa47c35000", "fb3ff199999999999a", "f7", "f0", "f8ff"}) {
    CAPTURE(number);
    CHECK(reason(number) == "number-or-value-of-no-use");
  }
  for (const char* cut : {"", "18", "1900", "44010203", "82", "8201", "a1", "a101", "c1",
                          "9bffffffffffffffff", "bbffffffffffffffff", "5bffffffffffffffff"}) {
    CAPTURE(cut);
    CHECK(reason(cut) == "cut-short");
  }
  CHECK(reason("0000") == "more-after-it");
  CHECK(reason("61ff") == "not-utf-8");
  CHECK(reason("62c080") == "not-utf-8");
  std::string nested = "00";
  for (int depth = 0; depth < 16; ++depth) nested.insert(0, "81");
  CHECK(reason(nested) == "read");
  CHECK(reason("81" + nested) == "too-deep");
  CHECK(reason("0000", {.bytes_max = 1}) == "cbor.too-large");
}

}  // namespace nianlun::testing
