#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nianlun {

/// The subcommands that write registry events: sealed captures with --key, sent to --server.
struct RegistryArguments {
  std::string server;
  std::vector<std::string> key_files;  ///< the submitter's first, then who signs with it
  std::string store;                   ///< outbox; beside the first key if empty
  std::string_view language = "en";

  std::string party;               ///< of `roles`: instead of the key
  std::vector<std::string> names;  ///< "zh=苗圃"
  std::string key_did;
  std::string possession_file;  ///< proof of possession, JSON; "-" is standard input
  std::vector<std::string> roles;
  std::string reason;
  std::string compromised_since;  ///< time; empty: nothing is claimed
  std::string profile_file;
  std::string exception;  ///< "<index>/<guard>"
  std::string outcome;    ///< upheld or dismissed
  std::uint64_t record = 0;
  std::string item;         ///< of a marked record: one of its items, and
  std::string item_time;    ///< its eventTime
  std::string record_hash;  ///< so that nobody endorses what he has not seen
};
int run_party(const RegistryArguments& arguments);
int run_enrol(const RegistryArguments& arguments);
/// `key_did` is the key that the new one replaces.
int run_replace_key(const RegistryArguments& arguments);
int run_roles(const RegistryArguments& arguments);
int run_revoke(const RegistryArguments& arguments);
int run_adopt(const RegistryArguments& arguments);
int run_answer(const RegistryArguments& arguments);
int run_endorse(const RegistryArguments& arguments);

/// `ledger possess --key FILE --party URI --server URL`: the new key's consent, for `enrol`.
int run_possess(const RegistryArguments& arguments);

}  // namespace nianlun
