#include <doctest/doctest.h>

#include <string>

#include "ledger/database.h"
#include "simulation/fault_env.h"
#include "temporary_folder.h"

// The disk fails at its 1st, 2nd, 3rd, ... operation, the machine loses what was not synced, and
// the database is opened again and compared with what it had promised.
namespace nianlun::testing {
namespace {

constexpr int kWrites = 60;
// Larger than LevelDB's smallest buffer (64 KiB) after some 16 writes, so that logs are rotated
// and tables written within the run.
constexpr std::size_t kValueBytes = 4'000;

std::string key(int i) { return "key" + std::to_string(1000 + i); }
std::string value(int i) { return std::string(kValueBytes, static_cast<char>('a' + i % 26)); }

struct Scenario {
  Sync sync = Sync::kYes;
  bool sync_each_file = false;
  std::uint64_t seed = 0;  // of crash()
  FaultEnv::Failure failure = FaultEnv::Failure::kPowerLoss;
};

struct Outcome {
  bool failed = false;  // the failure was met before the scenario ended
  int acknowledged = 0;
  int found = 0;        // keys that are there after the crash
  int found_first = 0;  // keys before the first that is missing
};

// Writes until a write fails; then no later write may succeed.
int write_all(Database& database, Sync sync) {
  int acknowledged = 0;
  bool refused = false;
  for (int i = 0; i < kWrites; ++i) {
    WriteBatch batch;
    batch.put(key(i), value(i));
    const bool ok = database.write(batch, sync).has_value();
    REQUIRE((!ok || !refused));
    refused = !ok;
    if (ok) ++acknowledged;
  }
  return acknowledged;
}

Outcome run(std::uint64_t n, const Scenario& scenario) {
  const TemporaryFolder folder;
  FaultEnv env;
  const DatabaseOptions options{.directory = folder.path() / "db",
                                .create_if_missing = true,
                                .cache_bytes = 1 << 20,
                                .write_buffer_bytes = 64 << 10,
                                .sync_each_file = scenario.sync_each_file,
                                .env = &env};
  Outcome outcome;
  env.fail_at(n, scenario.failure);
  if (auto database = Database::open(options)) {
    outcome.acknowledged = write_all(**database, scenario.sync);
  }
  outcome.failed = env.has_failed();
  env.crash(scenario.seed);
  auto database = Database::open(options);
  REQUIRE_MESSAGE(database, (database ? "" : database.error().arguments.back().second));
  bool all = true;
  for (int i = 0; i < kWrites; ++i) {
    const auto found = (*database)->get(key(i));
    REQUIRE(found);
    all = all && *found;
    if (!*found) continue;
    REQUIRE(**found == value(i));
    ++outcome.found;
    if (all) ++outcome.found_first;
  }
  return outcome;
}

// Calls check(outcome) for each n until the scenario runs to its end without meeting its failure.
template <class Check>
void for_each_failure(const Scenario& scenario, Check check) {
  std::uint64_t n = 1;
  for (bool failed = true; failed; ++n) {
    CAPTURE(n);
    const Outcome outcome = run(n, scenario);
    failed = outcome.failed;
    check(outcome);
    REQUIRE(n < 10'000);
  }
  CHECK(n > kWrites);
}

}  // namespace

TEST_CASE("a synced write that was acknowledged survives a power loss at any operation") {
  for (const std::uint64_t seed : {0U, 1U}) {
    for_each_failure({.seed = seed}, [](const Outcome& outcome) {
      REQUIRE(outcome.found_first >= outcome.acknowledged);
      // One write more may be there than was acknowledged: it was cut off at the answer.
      REQUIRE(outcome.found <= outcome.acknowledged + 1);
    });
  }
}

TEST_CASE("a synced write that was acknowledged survives a single error of the disk") {
  for_each_failure({.failure = FaultEnv::Failure::kDiskError}, [](const Outcome& outcome) {
    REQUIRE(outcome.found_first >= outcome.acknowledged);
  });
}

TEST_CASE("without sync, acknowledged writes are lost: the test above can fail") {
  int lost = 0;
  for_each_failure({.sync = Sync::kNo}, [&](const Outcome& outcome) {
    if (outcome.found_first < outcome.acknowledged) ++lost;
  });
  CHECK(lost > 10);
}

TEST_CASE("with files synced in order, unsynced writes lose only their tail") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for_each_failure({.sync = Sync::kNo, .sync_each_file = true, .seed = seed},
                     [](const Outcome& outcome) { REQUIRE(outcome.found == outcome.found_first); });
  }
}

TEST_CASE("without it they lose their middle: the test above can fail") {
  int holes = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for_each_failure({.sync = Sync::kNo, .seed = seed}, [&](const Outcome& outcome) {
      if (outcome.found != outcome.found_first) ++holes;
    });
  }
  CHECK(holes > 0);
}

}  // namespace nianlun::testing
