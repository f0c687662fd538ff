#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nianlun {

/// `ledger init DIR`: makes a ledger with its genesis record.
struct InitArguments {
  std::string directory;
  std::string origin;
  std::string domain;
  std::string time_zone = "Asia/Shanghai";
  std::string offset = "+08:00";
  std::vector<std::string> languages = {"zh", "en"};
  std::vector<std::string> authority_files;  ///< private keys of the authority, PEM
  unsigned threshold = 1;
  std::string suite = "sha256";
  std::string log_key;      ///< as PrivateKey::load() takes them; empty: a new one is made
  std::string gateway_key;  ///< likewise
  std::vector<std::string> profile_files;
  std::string_view language = "en";
};
int run_init(const InitArguments& arguments);

/// `ledger token DIR`: issues a party's token; prints it, and keeps only its hash.
struct TokenArguments {
  std::string directory;
  std::string party;
  std::vector<std::string> roles;
  std::string_view language = "en";
};
int run_token(const TokenArguments& arguments);

/// `ledger keygen FILE`: makes a key file and prints its did:key.
struct KeygenArguments {
  std::string file;
  std::string type = "p256";
  std::string_view language = "en";
};
int run_keygen(const KeygenArguments& arguments);

}  // namespace nianlun
