// ZIPs that were made by nobody's archiver, to be taken for a bundle.

#include <cstdint>
#include <functional>

#include "bundle_zip.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

/// A member as its headers claim it to be.
struct Raw {
  std::string path;
  std::string content;
  unsigned method = 0;
  unsigned flags = 0;
  std::uint32_t size = 0xffffffff;  ///< unpacked; that: of the content
  std::string extra = {};
  std::string local_path = {};  ///< "": the same
  std::uint32_t offset = 0xffffffff;
  bool bad_checksum = false;
};

std::string le(std::uint32_t value, int octets) {
  std::string out;
  for (int i = 0; i < octets; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

std::uint32_t checksum(std::string_view content) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : content) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
  }
  return ~crc;
}

std::string header(const Raw& member, std::string_view path) {
  const auto length = static_cast<std::uint32_t>(member.content.size());
  const std::uint32_t crc = checksum(member.content) ^ (member.bad_checksum ? 1U : 0U);
  return le(10, 2) + le(member.flags, 2) + le(member.method, 2) + le(0, 2) + le(33, 2) +
         le(crc, 4) + le(length, 4) + le(member.size == 0xffffffff ? length : member.size, 4) +
         le(static_cast<std::uint32_t>(path.size()), 2) +
         le(static_cast<std::uint32_t>(member.extra.size()), 2);
}

std::string raw_zip(const std::vector<Raw>& members, const std::string& comment = "",
                    std::uint32_t count = 0xffff) {
  std::string out;
  std::string directory;
  for (const Raw& member : members) {
    const std::uint32_t offset =
        member.offset == 0xffffffff ? static_cast<std::uint32_t>(out.size()) : member.offset;
    const std::string& local = member.local_path.empty() ? member.path : member.local_path;
    out += "PK\x03\x04" + header(member, local) + local + member.extra + member.content;
    directory += "PK\x01\x02" + le(10, 2) + header(member, member.path) + le(0, 2) + le(0, 2) +
                 le(0, 2) + le(0, 4) + le(offset, 4) + member.path + member.extra;
  }
  const auto entries = count == 0xffff ? static_cast<std::uint32_t>(members.size()) : count;
  const auto start = static_cast<std::uint32_t>(out.size());
  return out + directory + "PK\x05\x06" + le(0, 4) + le(entries, 2) + le(entries, 2) +
         le(static_cast<std::uint32_t>(directory.size()), 4) + le(start, 4) +
         le(static_cast<std::uint32_t>(comment.size()), 2) + comment;
}

bool is_read(const std::string& zip) { return read_zip(zip).has_value(); }

}  // namespace

TEST_CASE("a plain ZIP is read as it was made, and made the same again") {
  const std::vector<ZipMember> members = {{"manifest.json", "{}"}, {"a/b.txt", ""}, {"c", "xyz"}};
  const auto zip = make_zip(members);
  REQUIRE(zip);
  CHECK(is_zip(*zip));
  CHECK(*read_zip(*zip) == members);
  CHECK(*make_zip(members) == *zip);
  CHECK(zip->size() == 22 + 3 * 76 + 2 * (13 + 7 + 1) + 5);
  CHECK(is_read(raw_zip({{"manifest.json", "{}"}, {"a/b.txt", ""}, {"c", "xyz"}})));
}

TEST_CASE("names that lead elsewhere, or that are there twice, are refused and never made") {
  for (const char* path : {"../x", "a/../x", "/x", "a//b", "a/", "a\\b", "C:x", "x y",
                           "\xe5\xb9\xb4", "a\nb", "~/..", ".."}) {
    CAPTURE(path);
    CHECK(!is_read(raw_zip({{path, "x"}})));
    const ZipMember member{path, "x"};
    CHECK(!make_zip(std::span(&member, 1)));
  }
  CHECK(!is_read(raw_zip({{std::string("a\0b", 3), "x"}})));
  CHECK(!is_read(raw_zip({{"a", "x"}, {"b", "y"}, {"a", "x"}})));
  CHECK(!make_zip(std::vector<ZipMember>{{"a", "x"}, {"a", "x"}}));
  Raw other{"a", "x"};
  other.local_path = "b";
  CHECK_MESSAGE(!is_read(raw_zip({other})), "two names for one member");
}

TEST_CASE("what is packed, encrypted, of unknown size or larger than it is stored is refused") {
  const auto with = [](const std::function<void(Raw&)>& change) {
    Raw member{"a", "xyz"};
    change(member);
    return is_read(raw_zip({member, {"b", "z"}}));
  };
  CHECK(with([](Raw&) {}));
  for (const unsigned method : {1U, 8U, 9U, 12U, 14U, 93U, 99U}) {
    CAPTURE(method);
    CHECK(!with([&](Raw& m) { m.method = method; }));
  }
  CHECK(!with([](Raw& m) { m.flags = 1; }));
  CHECK(!with([](Raw& m) { m.flags = 0x41; }));
  CHECK(!with([](Raw& m) { m.flags = 8; }));
  CHECK(!with([](Raw& m) { m.flags = 0x800; }));
  CHECK(!with([](Raw& m) { m.size = 0xfffffffe; }));
  CHECK(!with([](Raw& m) { m.size = 2; }));
  CHECK(!with([](Raw& m) { m.extra = std::string("\x01\x00\x00\x00", 4); }));
  CHECK(!with([](Raw& m) { m.bad_checksum = true; }));
  // A bomb: one content under many names, each of which leads to the first.
  std::vector<Raw> overlapping = {{"a", std::string(1000, 'x')}};
  for (char c = 'b'; c < 'h'; ++c) {
    overlapping.push_back({std::string(1, c), std::string(1000, 'x')});
    overlapping.back().offset = 0;
  }
  CHECK(!is_read(raw_zip(overlapping)));
}

TEST_CASE("octets that belong to no member are refused, wherever they stand") {
  const std::string zip = raw_zip({{"a", "xyz"}, {"b", "z"}});
  REQUIRE(is_read(zip));
  CHECK(!is_read(zip + "x"));
  CHECK(!is_read("x" + zip));
  CHECK(!is_read(zip + zip));
  CHECK(!is_read(raw_zip({{"a", "xyz"}}, "a comment")));
  CHECK(!is_read(raw_zip({{"a", "xyz"}, {"b", "z"}}, "", 1)));
  CHECK(!is_read(raw_zip({{"a", "xyz"}}, "", 2)));
  CHECK(!is_read(raw_zip({})));
  CHECK(!is_read(""));
  const std::size_t directory = zip.find("PK\x01\x02");
  CHECK(!is_read(zip.substr(0, directory) + "hidden" + zip.substr(directory)));
  for (std::size_t length = 0; length < zip.size(); ++length) {
    CAPTURE(length);
    CHECK(!is_read(zip.substr(0, length)));
  }
}

TEST_CASE("there are bounds for members and octets") {
  std::vector<Raw> many(kZipMembersMax + 1);
  for (std::size_t i = 0; i < many.size(); ++i) many[i].path = std::to_string(i);
  const auto refused = read_zip(raw_zip(many));
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::kTooLarge);
  many.pop_back();
  CHECK(is_read(raw_zip(many)));
  std::string large = raw_zip({{"a", "x"}});
  large.resize(kZipBytesMax + 1);
  CHECK(read_zip(large).error().code == ErrorCode::kTooLarge);
}

}  // namespace nianlun::testing
