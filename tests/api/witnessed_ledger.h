#pragma once

// A ledger and witnesses of it that run.

#include <doctest/doctest.h>
#include <poll.h>

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/cosignature.h"
#include "served_ledger.h"
#include "serving.h"
#include "witness_server.h"
#include "witnesses.h"

namespace nianlun::testing {

using std::chrono::milliseconds;

template <class Condition>
void wait_until(Condition condition) {
  for (int i = 0; i < 10'000 && !condition(); ++i) ::poll(nullptr, 0, 2);
  REQUIRE(condition());
}

struct OpenLedger {
  OpenLedger() {
    options.directory = folder.path() / "ledger";
    create_ledger(options);
    ledger = Ledger::open(options).value();
  }
  /// As a server with a policy does.
  void reopen_held() {
    ledger.reset();
    options.hold_checkpoints = true;
    ledger = Ledger::open(options).value();
  }
  /// The authority enrols one more party; the number of records then.
  std::uint64_t grow() {
    Json name;
    name.set("en", "House").set("zh", "馆");
    Json event = registry_event("nianlun:PartyEnrolled");
    event.set("nianlun:party", "https://id.example.org/party/" + std::to_string(++sequence));
    event.set("nianlun:name", std::move(name));
    CaptureEvent made = capture_event(event, nullptr).value();
    Admission admission;
    admission.time_ms = kNow + static_cast<std::int64_t>(sequence);
    admission.seal = parse_seal(seal_of({&made, 1}, ledger->identity(), sequence)).value();
    admission.events.push_back({std::move(made), base64url(std::string(16, 's')), {}});
    REQUIRE(ledger->submit_and_wait(std::move(admission)));
    REQUIRE(ledger->publish_checkpoint());
    return ledger->read()->size();
  }
  std::filesystem::path file() const { return options.directory / "checkpoint.cosigned"; }

  TemporaryFolder folder;
  LedgerOptions options;
  std::unique_ptr<Ledger> ledger;
  std::uint64_t sequence = 1;
};

/// A witness of the ledger that runs.
struct RunningWitness {
  explicit RunningWitness(const std::string& name) {
    vkey = WitnessStore::create(folder.path() / "witness", name).value();
    const NoteVerifier log =
        NoteVerifier::create(kOrigin, NoteKeyType::kEd25519, key_of('l').public_key()).value();
    REQUIRE(WitnessStore::add_log(folder.path() / "witness", log.vkey()));
    store = WitnessStore::open(folder.path() / "witness").value();
    serve("");
  }
  /// At an address that it had before, or at a free one.
  void serve(const std::string& url) {
    WitnessServerOptions options;
    options.now_ms = [] { return kNow; };
    if (!url.empty()) {
      REQUIRE(api::listen_at(url.substr(std::string("http://").size()), options.server));
    }
    server = WitnessServer::start(*store, options).value();
  }
  TemporaryFolder folder;
  std::string vkey;
  std::unique_ptr<WitnessStore> store;
  std::unique_ptr<WitnessServer> server;
};

inline std::string line(const std::string& name, const std::string& vkey, const std::string& url) {
  return "witness " + name + " " + vkey + " " + url + "\n";
}
inline std::string stranger(char seed) {
  return Cosigner::create("witness.example.org/x", key_of(seed)).value().verifier().vkey();
}

inline api::WitnessesOptions options_for(const OpenLedger& open, const std::string& policy) {
  api::WitnessesOptions options;
  options.policy = parse_policy(policy).value();
  options.file = open.file();
  options.interval = milliseconds(0);
  options.timeout = milliseconds(300);
  options.now_ms = [] { return kNow; };
  options.failed = [](const Error& error) { FAIL(error.message); };
  return options;
}

}  // namespace nianlun::testing
