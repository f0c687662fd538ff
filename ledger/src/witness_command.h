#pragma once

#include <string>
#include <string_view>

namespace nianlun {

/// `ledger witness`: cosigns the checkpoints of logs, as a server; and what makes its folder.
struct WitnessArguments {
  std::string directory;
  std::string name;
  std::string key;  ///< of init and rotate: as PrivateKey::load() takes it; empty: it is made
  bool finish = false;
  std::string log_key;
  std::string listen = "127.0.0.1:8081";
  std::string port_file;
  std::string_view language = "en";
};
int run_witness(const WitnessArguments& arguments);
int run_witness_init(const WitnessArguments& arguments);
int run_witness_rotate(const WitnessArguments& arguments);
int run_witness_add_log(const WitnessArguments& arguments);

}  // namespace nianlun
