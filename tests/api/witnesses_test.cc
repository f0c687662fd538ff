#include "witnesses.h"

#include <fstream>

#include "client/loopback_server.h"
#include "http_client.h"
#include "ledger/random.h"
#include "ledger/witness.h"
#include "server.h"
#include "service.h"
#include "vectors.h"
#include "witnessed_ledger.h"

namespace nianlun::testing {

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
  CHECK(asked(alone, "/witnesses") ==
        R"({"quorum":null,"signing":true,"cosigned":null,"witnesses":[]})");

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
  CHECK(json.find("signing")->boolean());
  CHECK(json.find("cosigned")->integer("size").value() == static_cast<std::int64_t>(size));
  CHECK(json.find("cosigned")->find("by")->array().size() == 1);
  const Json& one = json.find("witnesses")->array().front();
  CHECK(one.text("key") == audit.vkey);
  CHECK(one.text("time") == date_time(kNow));
  CHECK(one.find("error")->is_null());
}

}  // namespace nianlun::testing
