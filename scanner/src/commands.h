#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "terminal.h"

namespace nianlun::scanner {

// The subcommands but `decode`, each with what its options say. They return the exit code.

/// `scanner keygen --key FILE [--type p256|ed25519]`: a key of this device's own.
struct KeygenArguments {
  std::string key;
  std::string type = {};   // empty: what the ledger of the store takes, else p256
  std::string store = {};  // that was pulled; may be empty
};
int run_keygen(const KeygenArguments& arguments, const Terminal& terminal);

/// `scanner enrol --key FILE (--ledger IDENTITY | --store DIR) --party URI`: the proof of
/// possession that `ledger enrol` takes (docs/formats.md, section 2): a KeyEnrolment with its
/// "proof".
struct EnrolArguments {
  std::string key, ledger, store, party;
};
int run_enrol(const EnrolArguments& arguments, const Terminal& terminal);

/// `scanner pull --server URL --store DIR`: what is needed without a network.
struct PullArguments {
  std::string server, store;
};
int run_pull(const PullArguments& arguments, const Terminal& terminal);

/// `scanner show CODE_OR_IMAGE... [--server URL] [--store DIR]`
struct ShowArguments {
  std::vector<std::string> codes;
  std::string server, store;
};
int run_show(const ShowArguments& arguments, const Terminal& terminal);

/// `scanner record --step PROFILE/STEP --item [MEMBER=]ID[,QUANTITY[,UNIT]]... [--value
/// PATH=VALUE]...
/// --store DIR [--key FILE] [--server URL] [--time T] [--together]`
struct RecordArguments {
  std::string step;
  std::vector<std::string> items, values;
  std::string key;  ///< not used before `send`, but must be fit for it
  std::string store, server, time;
  bool together = false;
};
int run_record(const RecordArguments& arguments, const Terminal& terminal);

/// `scanner outbox --store DIR [--undo N]...`
struct OutboxArguments {
  std::string store;
  std::vector<std::uint64_t> undo;
};
int run_outbox(const OutboxArguments& arguments, const Terminal& terminal);

/// `scanner send --store DIR --server URL --key FILE [--cosign FILE]...`
struct SendArguments {
  std::string store, server, key;
  std::vector<std::string> cosign;
  std::uint64_t events_max = 500;  ///< of a seal
};
int run_send(const SendArguments& arguments, const Terminal& terminal);

}  // namespace nianlun::scanner
