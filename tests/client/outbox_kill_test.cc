#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <random>
#include <set>

#include "outbox_samples.h"
#include "temporary_folder.h"

using namespace nianlun;
using namespace nianlun::testing;

extern char** environ;  // NOLINT: POSIX has it so

namespace {

constexpr int kRounds = 25;
constexpr int kEventsOfRound = 1000;

// Runs the writer and kills it after some lines; returns all that it said in whole lines.
std::vector<std::string> killed_after(int lines, const std::string& folder, int first) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  REQUIRE(::posix_spawn_file_actions_init(&actions) == 0);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string arguments[] = {OUTBOX_WRITER, folder, std::to_string(first)};
  char* const pointers[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(), nullptr};
  pid_t process = 0;
  REQUIRE(::posix_spawn(&process, pointers[0], &actions, nullptr, pointers, environ) == 0);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::FILE* output = ::fdopen(ends[0], "r");
  REQUIRE(output != nullptr);
  std::vector<std::string> said;
  std::string line;
  for (int octet = std::fgetc(output); octet != EOF; octet = std::fgetc(output)) {
    if (octet != '\n') {
      line += static_cast<char>(octet);
      continue;
    }
    said.push_back(std::move(line));
    line.clear();
    if (static_cast<int>(said.size()) == lines) ::kill(process, SIGKILL);
  }
  std::fclose(output);
  int status = 0;
  ::waitpid(process, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  return said;
}

// What must hold over all rounds.
struct Seen {
  std::set<std::string> added;                       // eventIDs that add() returned for
  std::map<std::uint64_t, std::string> documents;    // by sequence
  std::map<std::string, std::uint64_t> sequence_of;  // by eventID

  void document(const std::string& text) {
    const auto json = Json::parse(text);
    REQUIRE(json);
    const auto capture = parse_capture(*json, PublicKey::from_did);
    REQUIRE(capture);
    const std::uint64_t sequence = *capture->seal->sequence;
    const auto [there, is_new] = documents.emplace(sequence, text);
    CHECK(there->second == text);  // what is sent again is the same
    if (!is_new) return;
    if (sequence > 1) {
      const auto before = Json::parse(documents.at(sequence - 1));
      CHECK(capture->seal->previous == parse_seal(*before->find("nianlun:seal"))->hash);
    }
    for (const CaptureEvent& event : capture->events) {
      CHECK(sequence_of.emplace(event.id, sequence).second);  // nothing is sealed twice
    }
  }
};

}  // namespace

TEST_CASE("a kill at any moment loses nothing that was saved and seals nothing twice") {
  const TemporaryFolder folder;
  const std::string name = (folder.path() / "outbox").string();
  std::mt19937 random(20260501);
  const PrivateKey key = outbox_key();
  Seen seen;
  for (int round = 0; round < kRounds; ++round) {
    const int lines = 1 + static_cast<int>(random() % 20);
    for (const std::string& line : killed_after(lines, name, round * kEventsOfRound + 1)) {
      if (line.starts_with("added ")) seen.added.insert("urn:test:event:" + line.substr(6));
      if (line.starts_with("sealed ")) seen.document(line.substr(7));
    }
    const auto outbox = Outbox::open(name);
    REQUIRE_MESSAGE(outbox.has_value(), outbox.error().message);
    if (*(*outbox)->count(OutboxState::kSealed) > 0) {
      const auto pending = (*outbox)->next_document(outbox_context(key));
      REQUIRE(pending);
      seen.document((*pending)->dump());
    }
    std::set<std::string> kept;
    REQUIRE((*outbox)->each([&](const OutboxEntry& entry) {
      const std::string id(entry.event.text("eventID"));
      CHECK(kept.insert(id).second);
      CHECK((entry.state == OutboxState::kWaiting) == !seen.sequence_of.contains(id));
      return true;
    }));
    for (const std::string& id : seen.added) CHECK_MESSAGE(kept.contains(id), id);
  }
  CHECK(seen.added.size() > kRounds);
  CHECK(seen.documents.size() > kRounds / 10);
}
