#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "ledger/encoding.h"
#include "ledger/signature.h"
#include "vectors.h"

namespace nianlun {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "key-file-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

void write(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

/// PKCS#8 by hand (RFC 8410, section 7, and RFC 5915), so that we do not only read what we wrote.
std::string pem(std::string_view der_hex) {
  return "-----BEGIN PRIVATE KEY-----\n" + base64(*from_hex(der_hex)) +
         "\n-----END PRIVATE KEY-----\n";
}

const std::string kSeedHex = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

}  // namespace

TEST_CASE("a saved key is loaded as the same key, and only its owner can read the file") {
  const Folder folder;
  for (const KeyType type : {KeyType::kP256, KeyType::kEd25519, KeyType::kSm2}) {
    const fs::path file = folder / std::to_string(static_cast<int>(type)).c_str();
    const auto key = PrivateKey::generate(type);
    REQUIRE(key);
    REQUIRE(key->save(file));
    CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    const auto loaded = PrivateKey::load(file);
    REQUIRE(loaded);
    CHECK(loaded->public_key() == key->public_key());
    CHECK(loaded->public_key().type() == type);
    CHECK(key->public_key().verify("m", *loaded->sign("m")));

    const std::string before = testing::read_file(file);
    CHECK(PrivateKey::generate(type)->save(file).error().code == ErrorCode::kConflict);
    CHECK(testing::read_file(file) == before);
  }
}

TEST_CASE("a key that others have any access to is refused") {
  const Folder folder;
  const fs::path file = folder / "key.pem";
  REQUIRE(PrivateKey::generate(KeyType::kP256)->save(file));
  for (const fs::perms open : {fs::perms::group_read, fs::perms::others_read,
                               fs::perms::group_write, fs::perms::others_exec}) {
    fs::permissions(file, fs::perms::owner_read | open);
    const auto loaded = PrivateKey::load(file);
    REQUIRE(!loaded);
    CHECK(loaded.error().code == ErrorCode::kForbidden);
    CHECK(loaded.error().message == "key.file-not-private");
  }
  fs::permissions(file, fs::perms::owner_read);
  CHECK(PrivateKey::load(file));
}

TEST_CASE("PKCS#8 as RFC 8410 has it is read, other texts are not") {
  const Folder folder;
  const fs::path file = folder / "key.pem";
  write(file, pem("302e020100300506032b657004220420" + kSeedHex));
  const auto key = PrivateKey::load(file);
  REQUIRE(key);
  CHECK(hex(key->public_key().octets()) ==
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const std::string good = testing::read_file(file);
  for (const std::string& text :
       {std::string(), std::string("key"), good.substr(0, 60), good.substr(10),
        pem("302e020100300506032b657104220420" + kSeedHex),  // Ed448
        pem("302e020100300506032b656e04220420" + kSeedHex),  // X25519
        pem("302d020100300506032b657004210420" + kSeedHex.substr(2)),
        std::string("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"),
        std::string("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"), std::string(20'000, 'a')}) {
    CAPTURE(text);
    write(file, text);
    const auto loaded = PrivateKey::load(file);
    REQUIRE(!loaded);
    CHECK(loaded.error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("files that cannot be there are reported as such") {
  const Folder folder;
  CHECK(PrivateKey::load(folder / "none.pem").error().code == ErrorCode::kNotFound);
  const auto key = PrivateKey::generate(KeyType::kEd25519);
  CHECK(key->save(folder / "no-folder/key.pem").error().code == ErrorCode::kIo);
  fs::create_directory(folder / "folder");
  fs::permissions(folder / "folder", fs::perms::owner_all);
  CHECK(PrivateKey::load(folder / "folder").error().code == ErrorCode::kInvalidArgument);
}

}  // namespace nianlun
