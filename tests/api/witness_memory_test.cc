#include "witness_memory.h"

#include <atomic>
#include <mutex>
#include <optional>

#include "client/loopback_server.h"
#include "vectors.h"
#include "witnessed_ledger.h"

namespace nianlun::testing {

TEST_CASE("a ledger that was set back signs nothing while its witnesses remember more") {
  OpenLedger open;
  RunningWitness audit("witness.example.org/audit");
  const std::string policy = line("audit", audit.vkey, audit.server->url()) +
                             line("dead", stranger('d'), "http://127.0.0.1:1") + "quorum audit\n";
  open.grow();
  open.ledger.reset();
  const std::filesystem::path older = open.folder.path() / "older";
  std::filesystem::copy(open.options.directory, older, std::filesystem::copy_options::recursive);
  open.ledger = Ledger::open(open.options).value();
  std::uint64_t size = 0;
  {
    const auto witnesses = api::Witnesses::start(*open.ledger, options_for(open, policy)).value();
    size = open.grow();
    wait_until([&] { return witnesses->covering(size - 1) != nullptr; });
  }
  const auto read_policy = parse_policy(policy).value();
  const auto compared = [&](const Ledger& ledger) {
    return api::compare_with_all(read_policy, ledger.log_verifier(), *ledger.read(),
                                 milliseconds(300));
  };
  LedgerOptions guarded;
  guarded.directory = older;
  guarded.hold_checkpoints = true;
  CHECK(compared(*Ledger::open(guarded).value()).error().message == "witness.set-back");

  // Opened in spite of that, it finds out as soon as it asks; and it must not split the history.
  guarded.hold_checkpoints = false;
  OpenLedger set_back;
  set_back.ledger = Ledger::open(guarded).value();
  set_back.options = guarded;
  std::optional<std::string> found;
  std::mutex mutex;
  const auto found_out = [&](const Error& error) {
    const std::lock_guard lock(mutex);
    found = error.message;
  };
  const auto is_found = [&] {
    const std::lock_guard lock(mutex);
    return found.has_value();
  };
  api::WitnessesOptions options = options_for(set_back, policy);
  options.set_back = found_out;
  {
    const auto witnesses = api::Witnesses::start(*set_back.ledger, std::move(options)).value();
    wait_until(is_found);
  }
  CHECK(*found == "witness.set-back");
  set_back.sequence = 100;
  for (int i = 0; i < 3; ++i) set_back.grow();
  CHECK(compared(*set_back.ledger).error().message == "witness.saw-another");
  CHECK(compared(*open.ledger));

  // What it signed since is no extension of what the witness has, which it says by refusing.
  found.reset();
  options = options_for(set_back, policy);
  options.set_back = found_out;
  {
    const auto witnesses = api::Witnesses::start(*set_back.ledger, std::move(options)).value();
    wait_until(is_found);
  }
  CHECK(*found == "witness.saw-another");
}

TEST_CASE("a ledger signs nothing new after its start until the quorum has answered") {
  OpenLedger open;
  auto audit = std::make_unique<RunningWitness>("witness.example.org/audit");
  LoopbackServer press([](const SeenRequest&) { return LoopbackServer::response(500, ""); });
  const std::string address = audit->server->url();
  const std::string policy = line("audit", audit->vkey, address) +
                             line("press", stranger('p'), press.url()) + "quorum audit\n";
  open.grow();
  audit->server.reset();  // the port is free again
  open.reopen_held();
  const std::string before = open.ledger->checkpoint();
  std::atomic<int> waited = 0;
  std::atomic<int> signed_again = 0;
  std::string missing;
  api::WitnessesOptions options = options_for(open, policy);
  options.timeout = milliseconds(50);
  options.waits = [&](const Error& error) {
    missing = error.arguments.front().second;
    ++waited;
  };
  options.signs_again = [&] { ++signed_again; };
  const auto witnesses = api::Witnesses::start(*open.ledger, std::move(options)).value();
  const std::uint64_t size = open.grow();  // captures are taken, and on disk
  wait_until([&] { return waited > 0; });
  CHECK(missing == "audit, press");
  CHECK(!witnesses->signing());
  CHECK(open.ledger->checkpoint() == before);
  CHECK(read_file(open.options.directory / "checkpoint") == before);
  CHECK(witnesses->newest() == nullptr);

  audit->serve(address);
  wait_until([&] { return witnesses->covering(size - 1) != nullptr; });
  CHECK(witnesses->signing());
  CHECK(waited == 1);
  CHECK(signed_again == 1);
}

TEST_CASE("a ledger that was set back where nobody could be asked ends when somebody can") {
  OpenLedger open;
  RunningWitness audit("witness.example.org/audit");
  const std::string address = audit.server->url();
  const std::string policy = line("audit", audit.vkey, address) + "quorum audit\n";
  open.ledger.reset();
  const std::filesystem::path older = open.folder.path() / "older";
  std::filesystem::copy(open.options.directory, older, std::filesystem::copy_options::recursive);
  open.ledger = Ledger::open(open.options).value();
  {
    const auto witnesses = api::Witnesses::start(*open.ledger, options_for(open, policy)).value();
    const std::uint64_t size = open.grow();
    wait_until([&] { return witnesses->covering(size - 1) != nullptr; });
  }
  audit.server.reset();
  open.options.directory = older;
  open.sequence = 50;
  open.reopen_held();
  const std::string before = open.ledger->checkpoint();
  CHECK(api::compare_with_all(parse_policy(policy).value(), open.ledger->log_verifier(),
                              *open.ledger->read(), milliseconds(300)));
  std::atomic<bool> found = false;
  api::WitnessesOptions options = options_for(open, policy);
  options.set_back = [&](const Error& error) {
    CHECK(error.message == "witness.saw-another");
    found = true;
  };
  const auto witnesses = api::Witnesses::start(*open.ledger, std::move(options)).value();
  for (int i = 0; i < 3; ++i) open.grow();
  audit.serve(address);
  wait_until([&] { return found.load(); });
  witnesses->stop();
  CHECK(!witnesses->signing());
  open.ledger.reset();
  CHECK(read_file(older / "checkpoint") == before);
}

TEST_CASE("what a witness shows is believed only if the log signed it") {
  OpenLedger open;
  const NoteVerifier& log = open.ledger->log_verifier();
  const Cosigner witness = Cosigner::create("witness.example.org/x", key_of('x')).value();
  const auto shown = [&](const std::string& text, char log_key) {
    const NoteSigner signer = NoteSigner::create(kOrigin, key_of(log_key)).value();
    const std::string note = sign_note(text, std::span(&signer, 1)).value();
    const NoteSignature one = witness.cosign(text, 7).value();
    return add_signatures(note, std::span(&one, 1)).value();
  };
  const auto text_of = [](const std::string& origin) {
    return checkpoint_text({.origin = origin, .size = 9, .root = sha256("x"), .extensions = {}});
  };
  std::string answer;
  int status = 200;
  LoopbackServer server(
      [&](const SeenRequest&) { return LoopbackServer::response(status, answer); });
  const Policy policy =
      parse_policy(line("x", witness.verifier().vkey(), server.url()) + "quorum x\n").value();
  const auto compared = [&] {
    return api::compare_with_all(policy, log, *open.ledger->read(), milliseconds(2'000));
  };
  answer = shown(text_of(kOrigin), 'l');
  CHECK(compared().error().message == "witness.set-back");
  answer = shown(text_of(kOrigin), 'm');  // somebody else's key under the log's name
  CHECK(compared());
  answer = shown(text_of("ledger.example.org/other"), 'l');
  CHECK(compared());
  answer = "nothing of the kind";
  CHECK(compared());
  status = 404;
  CHECK(compared());
}

}  // namespace nianlun::testing
