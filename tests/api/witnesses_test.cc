#include "witnesses.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <fstream>

#include "client/loopback_server.h"
#include "http_client.h"
#include "ledger/cosignature.h"
#include "ledger/random.h"
#include "ledger/witness.h"
#include "served_ledger.h"
#include "server.h"
#include "service.h"
#include "vectors.h"
#include "witness_memory.h"
#include "witness_server.h"

namespace nianlun::testing {
namespace {

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
    WitnessServerOptions options;
    options.now_ms = [] { return kNow; };
    server = WitnessServer::start(*store, options).value();
  }
  TemporaryFolder folder;
  std::string vkey;
  std::unique_ptr<WitnessStore> store;
  std::unique_ptr<WitnessServer> server;
};

std::string line(const std::string& name, const std::string& vkey, const std::string& url) {
  return "witness " + name + " " + vkey + " " + url + "\n";
}
std::string stranger(char seed) {
  return Cosigner::create("witness.example.org/x", key_of(seed)).value().verifier().vkey();
}

api::WitnessesOptions options_for(const OpenLedger& open, const std::string& policy) {
  api::WitnessesOptions options;
  options.policy = parse_policy(policy).value();
  options.file = open.file();
  options.interval = milliseconds(0);
  options.timeout = milliseconds(300);
  options.now_ms = [] { return kNow; };
  options.failed = [](const Error& error) { FAIL(error.message); };
  return options;
}

}  // namespace

TEST_CASE("what a quorum cosigned is on disk, published, and there after a restart") {
  OpenLedger open;
  RunningWitness audit("witness.example.org/audit");
  RunningWitness press("witness.example.org/press");
  const std::string dead = "http://127.0.0.1:1";
  const std::string policy = line("audit", audit.vkey, audit.server->url()) +
                             line("press", press.vkey, press.server->url() + "/") +
                             line("dead", stranger('d'), dead) + "witness mute " + stranger('m') +
                             "\ngroup two 2 audit press dead mute\nquorum two\n";
  std::uint64_t size = 0;
  {
    const auto witnesses = api::Witnesses::start(*open.ledger, options_for(open, policy)).value();
    for (int i = 0; i < 5; ++i) {
      size = open.grow();
      wait_until([&] { return witnesses->covering(size - 1) != nullptr; });
      CHECK(witnesses->covering(size) == nullptr);
    }
    wait_until([&] { return witnesses->status()[2].error.has_value(); });
    const std::vector<api::WitnessStatus> status = witnesses->status();
    CHECK(status[0].size == size);
    CHECK(status[1].time_s == kNow / 1000);
    CHECK(!status[1].error);
    CHECK(status[2].error->code == ErrorCode::kIo);
    CHECK(status[2].error_time_ms == kNow);
    CHECK(!status[3].error);
    CHECK(status[3].size == 0);
  }
  const std::string note = read_file(open.file());
  const auto opened = open_witnessed(note, parse_policy(policy).value(),
                                     std::span(&open.ledger->log_verifier(), 1));
  REQUIRE(opened);
  CHECK(opened->quorum);
  CHECK(opened->checkpoint.size == size);
  CHECK(opened->missing == std::vector<std::string>{"dead", "mute"});

  const auto again = api::Witnesses::start(*open.ledger, options_for(open, policy)).value();
  REQUIRE(again->newest() != nullptr);
  CHECK(again->covering(size - 1) != nullptr);
  size = open.grow();  // the witnesses say what they have
  wait_until([&] { return again->covering(size - 1) != nullptr; });
}

TEST_CASE("a slow witness holds nothing up, and is not waited for when all stops") {
  OpenLedger open;
  RunningWitness audit("witness.example.org/audit");
  LoopbackServer slow([](const SeenRequest&) { return std::string(LoopbackServer::kSilence); });
  const std::string policy = line("audit", audit.vkey, audit.server->url()) +
                             line("slow", stranger('s'), slow.url()) +
                             "group one any audit slow\nquorum one\n";
  api::WitnessesOptions options = options_for(open, policy);
  options.timeout = milliseconds(2'000);
  const auto witnesses = api::Witnesses::start(*open.ledger, std::move(options)).value();
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t size = open.grow();
    wait_until([&] { return witnesses->covering(size - 1) != nullptr; });
  }
  wait_until([&] { return !slow.seen().empty(); });
  witnesses->stop();
  CHECK(witnesses->status()[1].error->code == ErrorCode::kIo);
}

TEST_CASE("without the quorum nothing is published") {
  OpenLedger open;
  RunningWitness audit("witness.example.org/audit");
  const std::string policy = line("audit", audit.vkey, audit.server->url()) +
                             line("dead", stranger('d'), "http://127.0.0.1:1") +
                             "group both all audit dead\nquorum both\n";
  const auto witnesses = api::Witnesses::start(*open.ledger, options_for(open, policy)).value();
  const std::uint64_t size = open.grow();
  wait_until([&] { return witnesses->status()[0].size == size; });
  CHECK(witnesses->newest() == nullptr);
  CHECK(!std::filesystem::exists(open.file()));
}

TEST_CASE("answers that are no cosignature, and a witness that is ahead, are told apart") {
  OpenLedger open;
  LoopbackServer forging([](const SeenRequest&) {
    return LoopbackServer::response(200, "\n\xe2\x80\x94 witness.example.org/x AAAAAAAA\n");
  });
  LoopbackServer refusing(
      [](const SeenRequest&) { return LoopbackServer::response(404, "unknown\n"); });
  LoopbackServer ahead(
      [](const SeenRequest&) { return LoopbackServer::response(409, "1000000\n"); });
  LoopbackServer stubborn([](const SeenRequest&) { return LoopbackServer::response(409, "1\n"); });
  const std::string policy = line("a", stranger('a'), forging.url()) +
                             line("b", stranger('b'), refusing.url()) +
                             line("c", stranger('c'), ahead.url()) +
                             line("d", stranger('d'), stubborn.url()) + "quorum a\n";
  const auto witnesses = api::Witnesses::start(*open.ledger, options_for(open, policy)).value();
  const auto message = [&](std::size_t i) {
    const auto error = witnesses->status()[i].error;
    return error ? error->message : std::string();
  };
  wait_until([&] { return !message(0).empty() && !message(1).empty() && !message(2).empty(); });
  wait_until([&] { return !message(3).empty(); });
  CHECK(message(0) == "witness.no-cosignature");
  CHECK(message(1) == "witness.refused");
  CHECK(message(2) == "witness.is-ahead");
  CHECK(message(3) == "witness.refused");
  CHECK(witnesses->newest() == nullptr);
  for (const SeenRequest& seen : ahead.seen())
    CHECK(parse_add_checkpoint(seen.body)->proof.empty());
  const auto asked = stubborn.seen();
  REQUIRE(asked.size() >= 2);  // it retries once
  CHECK(parse_add_checkpoint(asked[0].body)->old_size == 0);
  CHECK(parse_add_checkpoint(asked[1].body)->old_size == 1);
}

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
  LedgerOptions guarded;
  guarded.before_signing = [&](const NoteVerifier& log, const Reading& reading) {
    return api::compare_with_all(read_policy, log, reading, milliseconds(300));
  };
  guarded.directory = older;
  const std::string signed_before = read_file(older / "checkpoint");
  const auto refused = Ledger::open(guarded);
  REQUIRE(!refused);
  CHECK(refused.error().message == "witness.set-back");
  CHECK(read_file(older / "checkpoint") == signed_before);

  // Opened in spite of that, it finds out as soon as it asks; and it must not split the history.
  guarded.before_signing = nullptr;
  OpenLedger set_back;
  set_back.ledger = Ledger::open(guarded).value();
  set_back.options = guarded;
  std::optional<std::string> found;
  std::mutex mutex;
  api::WitnessesOptions options = options_for(set_back, policy);
  options.set_back = [&](const Error& error) {
    const std::lock_guard lock(mutex);
    found = error.message;
  };
  {
    const auto witnesses = api::Witnesses::start(*set_back.ledger, std::move(options)).value();
    wait_until([&] {
      const std::lock_guard lock(mutex);
      return found.has_value();
    });
  }
  CHECK(*found == "witness.set-back");
  set_back.sequence = 100;
  for (int i = 0; i < 3; ++i) set_back.grow();
  set_back.ledger.reset();
  guarded.before_signing = [&](const NoteVerifier& log, const Reading& reading) {
    return api::compare_with_all(read_policy, log, reading, milliseconds(300));
  };
  CHECK(Ledger::open(guarded).error().message == "witness.saw-another");

  open.ledger.reset();
  guarded.directory = open.options.directory;
  CHECK(Ledger::open(guarded));
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

TEST_CASE("a policy for another log, and a damaged or foreign file, are refused at the start") {
  OpenLedger open;
  const std::string other =
      NoteVerifier::create(kOrigin, NoteKeyType::kEd25519, key_of('x').public_key()).value().vkey();
  const auto start = [&](const std::string& policy) {
    return api::Witnesses::start(*open.ledger, options_for(open, policy));
  };
  CHECK(start("log " + other + "\nquorum none\n").error().code == ErrorCode::kConflict);
  CHECK(start("log " + open.ledger->log_verifier().vkey() + "\nquorum none\n"));
  CHECK(start(line("a", stranger('a'), "ftp://x") + "quorum a\n").error().code ==
        ErrorCode::kInvalidArgument);
  const auto damaged = [&](const std::string& note, std::string_view message) {
    std::ofstream(open.file(), std::ios::binary) << note;
    const auto started = start("quorum none\n");
    REQUIRE(!started);
    CHECK(started.error().code == ErrorCode::kCorrupted);
    CHECK(started.error().message == message);
  };
  damaged(open.ledger->checkpoint() + "x", "ledger.damaged-checkpoint");
  const NoteSigner log = NoteSigner::create(kOrigin, key_of('l')).value();
  const auto signed_over = [&](std::uint64_t size) {
    const std::string text = checkpoint_text(
        {.origin = kOrigin, .size = size, .root = sha256("other"), .extensions = {}});
    return sign_note(text, std::span(&log, 1)).value();
  };
  damaged(signed_over(1), "ledger.checkpoint-fork");
  damaged(signed_over(2), "ledger.checkpoint-ahead");
}

TEST_CASE("the routes tell what is vouched for and by whom") {
  OpenLedger open;
  RunningWitness audit("witness.example.org/audit");
  api::KeyCache keys;
  const auto asked = [&](const api::Service& service, const char* target) {
    const api::Router router(api::routes(service), {});
    const auto server = api::Server::start({}, [&router](api::Request request, api::Reply reply) {
                          router(std::move(request), reply);
                        }).value();
    return Connection(server->url()).request("GET", target).body;
  };
  const api::Service alone{*open.ledger, [] { return kNow; }, fresh_octets, keys};
  CHECK(asked(alone, "/checkpoint") == open.ledger->checkpoint());
  CHECK(asked(alone, "/witnesses") == R"({"quorum":null,"cosigned":null,"witnesses":[]})");

  const auto witnesses =
      api::Witnesses::start(*open.ledger,
                            options_for(open, line("審計\xff", audit.vkey, audit.server->url()) +
                                                  "quorum 審計\xff\n"))
          .value();
  const std::uint64_t size = open.grow();
  wait_until([&] { return witnesses->covering(size - 1) != nullptr; });
  const api::Service service{*open.ledger, [] { return kNow; }, fresh_octets, keys,
                             "",           witnesses.get()};
  CHECK(asked(service, "/checkpoint") == witnesses->newest()->note);
  const Json json = Json::parse(asked(service, "/witnesses")).value();
  CHECK(json.find("cosigned")->integer("size").value() == static_cast<std::int64_t>(size));
  CHECK(json.find("cosigned")->find("by")->array().size() == 1);
  const Json& one = json.find("witnesses")->array().front();
  CHECK(one.text("key") == audit.vkey);
  CHECK(one.text("time") == date_time(kNow));
  CHECK(one.find("error")->is_null());
}

}  // namespace nianlun::testing
