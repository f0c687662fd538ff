// `ledger witness` as a process: what it answers, and what it never forgets.

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "api/http_client.h"
#include "ledger/encoding.h"
#include "ledger/small_log.h"
#include "tool_world.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

/// A witness with a key of its own, which knows the log of small_log.h.
class WitnessWorld {
 public:
  WitnessWorld() {
    vkey_ = output("init --name witness.example.org/audit");
    vkey_.pop_back();
  }
  void add_log(const std::string& vkey) const { must(tool("add-log " + vkey)); }

  Ran tool(const std::string& arguments) const {
    return run(std::string(LEDGER_BINARY) + " --lang en witness --dir " + folder() + " " +
               arguments);
  }
  std::string output(const std::string& arguments) const {
    const Ran ran = tool(arguments);
    must(ran);
    return ran.out;
  }
  std::unique_ptr<Server> serve() const {
    return std::make_unique<Server>(std::vector<std::string>{
        LEDGER_BINARY, "witness", "--dir", folder(), "--listen", "127.0.0.1:0", "--lang", "en"});
  }
  std::filesystem::path path() const { return folder_.path() / "witness"; }
  std::string folder() const { return path().string(); }
  NoteVerifier verifier() const { return NoteVerifier::parse(vkey_).value(); }

 private:
  TemporaryFolder folder_;
  std::string vkey_;
};

Answer add(Connection& to, const std::string& body) {
  return to.request("POST", "/add-checkpoint", "", body);
}

/// Asks for ever larger checkpoints of one history, from the size that the witness says it has,
/// until it is gone; notes which roots it cosigned.
class Asker {
 public:
  explicit Asker(SmallLog log) : log_(std::move(log)) {}

  void ask(Connection& connection, const NoteVerifier& witness, std::atomic<int>& answered) {
    for (std::uint64_t old_size = 0, size = 1;;) {
      const Answer answer = add(connection, log_.body(std::min(old_size, size), size));
      if (answer.status == 0) return;
      if (answer.status == 409) {
        old_size = std::stoull(answer.body);
        size = std::max(old_size + 1, size);
        continue;
      }
      if (answer.status == 422) return;  // the witness has the other history
      REQUIRE(answer.status == 200);
      const auto opened = open_note(log_.checkpoint(size) + answer.body, std::span(&witness, 1));
      REQUIRE(opened);
      cosigned[size] = root_of(log_.leaves(size));
      ++answered;
      old_size = size;
      ++size;
    }
  }

  std::map<std::uint64_t, Hash> cosigned;

 private:
  SmallLog log_;
};

}  // namespace

TEST_CASE("the witness holds torchwood's conversation and serves what it cosigned last") {
  const Json told = json_of(
      read_file(vectors() / "transparency/FiloSottile-torchwood/add_checkpoint_conversation.json"));
  WitnessWorld world;
  const NoteVerifier log = NoteVerifier::parse(told.text("log_vkey")).value();
  world.add_log(log.vkey());
  const std::string latest = "/" + hex(sha256(log.name())) + "/checkpoint";
  const auto server = world.serve();
  Connection connection(server->url());
  CHECK(connection.request("GET", latest).status == 404);
  const Json::Array& steps = told.find("steps")->array();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CAPTURE(i);
    const Answer answer = add(connection, std::string(steps[i].text("body")));
    CHECK(answer.status == (i == 2 ? 404 : steps[i].integer("status").value()));
    CHECK(answer.header("content-type") ==
          (answer.status == 409 ? "text/x.tlog.size" : "text/plain; charset=utf-8"));
    if (i == 6) CHECK(answer.body == "3\n");
    if (i == 8) CHECK(answer.body == "5\n");
  }
  const Answer note = connection.request("GET", latest);
  const NoteVerifier keys[] = {log, world.verifier()};
  const auto opened = open_note(note.body, keys);
  REQUIRE(opened);
  CHECK(opened->verified.size() == 2);
  CHECK(parse_checkpoint(opened->text)->size == 5);
}

TEST_CASE("other addresses, methods and too large bodies are refused in words") {
  WitnessWorld world;
  const auto server = world.serve();
  Connection connection(server->url());
  CHECK(connection.request("GET", "/add-checkpoint").status == 405);
  CHECK(connection.request("POST", "/").status == 405);
  CHECK(connection.request("GET", "/none").status == 404);
  CHECK(connection.request("GET", "/checkpoint").status == 404);
  const Answer key = connection.request("GET", "/");
  CHECK(key.body == world.verifier().vkey() + "\n");
  const Answer chinese =
      connection.request("POST", "/add-checkpoint", "Accept-Language: zh\r\n", "old\n");
  CHECK(chinese.status == 400);
  CHECK(chinese.body.find("请求") != std::string::npos);
  Connection large(server->url());
  CHECK(add(large, std::string(kAddCheckpointBytesMax + 1, 'o')).status == 413);
}

TEST_CASE("a log that is added while the witness runs is cosigned at its next request") {
  const WitnessWorld world;
  const SmallLog log;
  const NoteVerifier other =
      NoteVerifier::create("other.example.org/log", NoteKeyType::kEd25519,
                           PrivateKey::generate(KeyType::kEd25519).value().public_key())
          .value();
  const auto server = world.serve();
  Connection connection(server->url());
  CHECK(add(connection, log.body(0, 3)).status == 404);
  world.add_log(log.signer.verifier().vkey());
  CHECK(add(connection, log.body(0, 3)).status == 200);
  const Ran twice = world.tool("add-log " + log.signer.verifier().vkey());
  CHECK(twice.exit_code == 1);
  CHECK(twice.says("knows a log"));

  // Half a file, as an editor may leave it, changes nothing; the next whole one is taken.
  const std::string whole = read_file(world.path() / "logs");
  std::ofstream(world.path() / "logs", std::ios::binary) << whole << "other.exa";
  CHECK(add(connection, log.body(3, 5)).status == 200);
  const Ran half = world.tool("add-log " + other.vkey());
  CHECK(half.exit_code == 1);
  CHECK(half.says("not a list of"));
  std::ofstream(world.path() / "logs", std::ios::binary) << whole;
  world.add_log(other.vkey());
  CHECK(add(connection, log.body(5, 6)).status == 200);
  server->stop(SIGKILL);
  const auto again = world.serve();
  Connection reconnected(again->url());
  CHECK(add(reconnected, log.body(6, 7)).status == 200);
}

TEST_CASE("of many that add logs at once, each finds its own in the end") {
  const WitnessWorld world;
  std::vector<std::string> keys;
  for (int i = 0; i < 8; ++i) {
    const PrivateKey key = PrivateKey::generate(KeyType::kEd25519).value();
    keys.push_back(NoteVerifier::create("log.example.org/" + std::to_string(i),
                                        NoteKeyType::kEd25519, key.public_key())
                       .value()
                       .vkey());
  }
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (const std::string& key : keys) {
    threads.emplace_back([&] {
      // Whoever finds another at work says so, and is asked again.
      while (world.tool("add-log " + key).exit_code != 0) ++refused;
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string kept = read_file(world.path() / "logs");
  for (const std::string& key : keys) CHECK(kept.find(key + "\n") != kept.npos);
  CHECK(std::ranges::count(kept, '\n') == 8);
}

TEST_CASE("a witness remembers over restarts, and keeps what contradicts it") {
  WitnessWorld world;
  const SmallLog log;
  SmallLog forked;
  forked.fork = 4;
  world.add_log(log.signer.verifier().vkey());
  {
    const auto server = world.serve();
    Connection connection(server->url());
    CHECK(add(connection, log.body(0, 9)).status == 200);
    CHECK(world.tool("").says("in use by another process"));
  }
  const auto server = world.serve();
  Connection connection(server->url());
  CHECK(add(connection, log.body(0, 6)).status == 409);
  CHECK(add(connection, forked.body(0, 9)).status == 409);
  CHECK(add(connection, forked.body(9, 9)).status == 422);
  CHECK(add(connection, forked.body(9, 12)).status == 422);
  CHECK(add(connection, log.body(9, 12)).status == 200);
  std::map<std::string, std::string> kept;
  const auto folder = world.path() / hex(sha256(log.signer.name()));
  for (const auto& each : std::filesystem::directory_iterator(folder / "conflicts")) {
    kept[each.path().extension()] = read_file(each.path());
  }
  CHECK(kept.size() == 2);
  CHECK(kept[".sent"] == forked.checkpoint(9));
  CHECK(kept[".cosigned"].starts_with(log.checkpoint(9)));
}

TEST_CASE("a witness does not start on a checkpoint that is not its own") {
  WitnessWorld world;
  const SmallLog log;
  world.add_log(log.signer.verifier().vkey());
  {
    const auto server = world.serve();
    Connection connection(server->url());
    CHECK(add(connection, log.body(0, 3)).status == 200);
  }
  const auto folder = world.path() / hex(sha256(log.signer.name()));
  std::ofstream(folder / "checkpoint", std::ios::binary) << log.checkpoint(2);
  const Ran ran = world.tool("");
  CHECK(ran.exit_code == 1);
  CHECK(ran.says("is not what this witness wrote"));
}

TEST_CASE("a witness that is killed under load never cosigns two histories") {
  for (int round = 0; round < 3; ++round) {
    WitnessWorld world;
    SmallLog log;
    SmallLog forked;
    forked.fork = 0;
    world.add_log(log.signer.verifier().vkey());
    Asker honest{SmallLog{}};
    Asker forking{std::move(forked)};
    for (int life = 0; life < 6; ++life) {
      const auto server = world.serve();
      std::atomic<int> answered = 0;
      const NoteVerifier key = world.verifier();
      std::atomic<int> asking = 2;
      Connection to_one(server->url());
      Connection to_two(server->url());
      const auto ask = [&](Asker& asker, Connection& connection) {
        asker.ask(connection, key, answered);
        --asking;
      };
      std::thread one([&] { ask(honest, to_one); });
      std::thread two([&] { ask(forking, to_two); });
      while (asking > 0 && answered < 5 + 3 * life + round) std::this_thread::yield();
      server->stop(SIGKILL);
      one.join();
      two.join();
    }
    CHECK((honest.cosigned.empty() || forking.cosigned.empty()));
    CHECK(honest.cosigned.size() + forking.cosigned.size() > 20);
    // What was cosigned last is still known.
    const std::uint64_t last =
        (honest.cosigned.empty() ? forking : honest).cosigned.rbegin()->first;
    const auto server = world.serve();
    Connection connection(server->url());
    const Answer answer = add(connection, log.body(0, 1));
    REQUIRE(answer.status == 409);
    CHECK(std::stoull(answer.body) >= last);
  }
}

}  // namespace nianlun::testing
