#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <vector>

#include "ledger/disclosure.h"
#include "ledger/ledger_fixture.h"
#include "simulation/fault_env.h"
#include "temporary_folder.h"

// The disk fails at its 1st, 2nd, 3rd, ... operation while captures are submitted, the machine
// loses what was not synced, and the ledger is opened again and compared with what it had answered.
namespace nianlun::testing {
namespace {

constexpr std::uint64_t kCaptures = 14;
constexpr std::uint64_t kPerCapture = 3;

struct Scenario {
  std::uint64_t seed = 0;  // of crash()
  FaultEnv::Failure failure = FaultEnv::Failure::kPowerLoss;
  bool sync = true;
};

struct Outcome {
  bool failed = false;                  // the failure was met before the scenario ended
  bool kept = true;                     // every promise
  std::vector<std::uint64_t> answered;  // first events of captures that were answered
  std::uint64_t size = 0;               // of the checkpoint that was published last
  bool token = false;                   // it was put
  bool erased = false;                  // the disclosure of the first capture
};

std::string disclosure_with(std::uint64_t first) {
  return make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:note", std::to_string(first)).encoded;
}

/// Submits until the ledger fails; after that nothing may succeed any more.
void submit_all(const LedgerOptions& options, Outcome& outcome) {
  auto ledger = Ledger::open(options);
  if (!ledger) return;
  bool refused = false;
  for (std::uint64_t i = 0; i < kCaptures; ++i) {
    const std::uint64_t first = 1 + i * kPerCapture;
    const bool ok = (*ledger)
                        ->submit_and_wait(capture_of(first, kPerCapture), {disclosure_with(first)})
                        .has_value();
    REQUIRE((!ok || !refused));
    refused = !ok;
    if (ok) outcome.answered.push_back(first);
    // No record tells of these two.
    if (i == 3)
      outcome.token = (*ledger)->put_token(sha256("token"), Json(Json::Object())).has_value();
    if (i == 6)
      outcome.erased = (*ledger)->erase({disclosure_digest(disclosure_with(1))}).has_value();
    if (ok && i % 5 == 4 && (*ledger)->publish_checkpoint()) outcome.size = first + kPerCapture;
  }
}

bool is_kept(const LedgerOptions& options, const Outcome& outcome) {
  const auto report = check_ledger(options, {});
  if (!report || !report->problems.empty()) return false;
  const auto ledger = Ledger::open(options);
  if (!ledger) return false;
  const auto reading = (*ledger)->read();
  if (reading->size() < outcome.size) return false;
  if (outcome.token && !*reading->token(sha256("token"))) return false;
  for (const std::uint64_t first : outcome.answered) {
    const auto kept = reading->disclosure(disclosure_digest(disclosure_with(first)));
    if (!kept || (first == 1 && outcome.erased && *kept) || (first != 1 && !*kept)) return false;
    for (std::uint64_t n = first; n < first + kPerCapture; ++n) {
      const auto stored = reading->record(n);
      if (!stored || stored->record.event_hash != event_of(event_json(n), n).event.hash) {
        return false;
      }
    }
  }
  // It goes on from there.
  return (*ledger)->submit_and_wait(capture_of(1'000, 5)).has_value();
}

Outcome run(std::uint64_t n, const Scenario& scenario) {
  const TemporaryFolder folder;
  FaultEnv env;
  LedgerOptions options = options_in(folder.path() / "ledger", &env);
  create_in(options);
  Outcome outcome;
  std::atomic<int> fatal = 0;
  options.fatal = [&](const Error&) { ++fatal; };
  if (!scenario.sync) env.ignore_syncs();
  env.fail_at(n, scenario.failure);
  submit_all(options, outcome);
  CHECK(fatal <= 1);
  outcome.failed = env.has_failed();
  env.crash(scenario.seed);
  options.fatal = {};
  outcome.kept = is_kept(options, outcome);
  return outcome;
}

/// Calls check(outcome) for each n until the scenario runs to its end without meeting its failure.
template <class Check>
void for_each_failure(const Scenario& scenario, Check check) {
  std::uint64_t n = 1;
  for (bool failed = true; failed; ++n) {
    CAPTURE(n);
    const Outcome outcome = run(n, scenario);
    failed = outcome.failed;
    check(outcome);
    REQUIRE(n < 1'000);
  }
  CHECK(n > 2 * kCaptures);  // an append and a sync for each, at the least
}

}  // namespace

TEST_CASE("an answered capture survives a power loss at any operation") {
  for (const std::uint64_t seed : {0U, 7U}) {
    for_each_failure({.seed = seed}, [](const Outcome& outcome) { REQUIRE(outcome.kept); });
  }
}

TEST_CASE("an answered capture survives a single error of the disk") {
  for_each_failure({.failure = FaultEnv::Failure::kDiskError},
                   [](const Outcome& outcome) { REQUIRE(outcome.kept); });
}

TEST_CASE("on a disk that does not sync, answered captures are lost: the tests above can fail") {
  int lost = 0;
  for_each_failure({.sync = false}, [&](const Outcome& outcome) { lost += outcome.kept ? 0 : 1; });
  CHECK(lost > 5);
}

TEST_CASE("after a failed sync the process is told to end, and nothing is answered any more") {
  const TemporaryFolder folder;
  FaultEnv env;
  LedgerOptions options = options_in(folder.path() / "ledger", &env);
  create_in(options);
  std::atomic<int> fatal = 0;
  options.fatal = [&](const Error& error) { fatal += error.code == ErrorCode::kIo ? 1 : 100; };
  const auto ledger = open_ledger(options);
  submit_events(*ledger, 1, 5, 5);
  const std::string checkpoint = ledger->checkpoint();
  env.fail_at(1);
  CHECK(ledger->submit_and_wait(capture_of(6, 5)).error().code == ErrorCode::kIo);
  CHECK(ledger->submit_and_wait(capture_of(11, 5)).error().code == ErrorCode::kIo);
  CHECK(ledger->publish_checkpoint().error().code == ErrorCode::kIo);
  CHECK(ledger->read()->size() == 6);
  CHECK(fatal == 1);
}

}  // namespace nianlun::testing
