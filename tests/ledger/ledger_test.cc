#include "ledger/ledger.h"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <future>
#include <iterator>
#include <mutex>
#include <thread>

#include "ledger/disclosure.h"
#include "ledger/ledger_fixture.h"
#include "ledger/proof.h"
#include "ledger/tile.h"
#include "temporary_folder.h"

namespace nianlun::testing {
namespace {

void check_record(const Reading& reading, std::uint64_t index, std::uint64_t n) {
  const auto stored = reading.record(index);
  REQUIRE_MESSAGE(stored, (stored ? "" : stored.error().message));
  CHECK(stored->index == index);
  CHECK(stored->record.event_hash == event_of(event_json(n), n).event.hash);
  CHECK((stored->record.verdict.outcome == Outcome::kRefused) == (n % 7 == 6));
  const auto path = reading.inclusion(index, reading.size());
  REQUIRE(path);
  CHECK(verify_inclusion({.index = index,
                          .size = reading.size(),
                          .leaf = record_leaf(stored->bytes),
                          .path = *path,
                          .root = reading.root()}));
}

std::string all_files_in(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(file.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

ErrorCode code_of(const Result<std::unique_ptr<Ledger>>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

}  // namespace

TEST_CASE("what was submitted is read back with its seal and its proof, also after reopening") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  Hash root;
  {
    const auto ledger = open_ledger(options);
    CHECK(ledger->origin() == kOrigin);
    CHECK(ledger->identity() == kOrigin + "#" + hex(record_hash(ledger->read()->record(0)->bytes)));
    CHECK(ledger->read()->size() == 1);
    const auto answer = ledger->submit_and_wait(capture_of(1, 40));
    REQUIRE(answer);
    CHECK(answer->events.size() == 40);
    CHECK(answer->events[0].index == 1);
    submit_events(*ledger, 41, 700, 7);
    root = ledger->read()->root();
  }
  const auto ledger = open_ledger(options);
  const auto reading = ledger->read();
  REQUIRE(reading->size() == 741);
  CHECK(reading->root() == root);
  for (std::uint64_t i = 1; i < 741; ++i) check_record(*reading, i, i);
  CHECK(reading->seal(1)->hash == capture_of(1, 40).seal.hash);
  CHECK(reading->seal(41)->proofs_hash == capture_of(41, 7).seal.proofs_hash);
  CHECK(reading->seal(42).error().code == ErrorCode::kNotFound);
  CHECK(reading->record(741).error().code == ErrorCode::kNotFound);
  CHECK(reading->state().get("last").value() == std::optional<Buffer>("740"));
}

TEST_CASE("a reading stays as it was while the ledger grows and after it is closed") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  auto ledger = open_ledger(options);
  submit_events(*ledger, 1, 30, 5);
  const auto before = ledger->read();
  const Hash root = before->root();
  submit_events(*ledger, 31, 300, 50);
  const auto after = ledger->read();
  ledger.reset();
  CHECK(before->size() == 31);
  CHECK(before->root() == root);
  CHECK(before->state().get("last").value() == std::optional<Buffer>("30"));
  CHECK(before->record(31).error().code == ErrorCode::kNotFound);
  for (std::uint64_t i = 1; i < 31; ++i) check_record(*before, i, i);
  const auto path = after->consistency(31, after->size());
  REQUIRE(path);
  CHECK(verify_consistency({.first = 31,
                            .second = after->size(),
                            .path = *path,
                            .first_root = root,
                            .second_root = after->root()}));
  CHECK(after->consistency(31, after->size() + 1).error().code == ErrorCode::kNotFound);
}

TEST_CASE("tiles hold the leaves, full and partial, and no more than there are") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  const auto ledger = open_ledger(options);
  submit_events(*ledger, 1, 299, 100);
  const auto reading = ledger->read();
  const auto full = reading->tile(0, 0, 256);
  const auto partial = reading->tile(0, 1, 44);
  REQUIRE(full);
  REQUIRE(partial);
  CHECK(full->size() == kTileBytes);
  CHECK(full->substr(32 * 5, 32) == record_leaf(reading->record(5)->bytes).view());
  CHECK(partial->substr(32 * 43) == record_leaf(reading->record(299)->bytes).view());
  CHECK(reading->tile(0, 0, 3).value() == full->substr(0, 96));
  CHECK(reading->tile(1, 0, 1).has_value());
  CHECK(reading->tile(0, 1, 45).error().code == ErrorCode::kNotFound);
  CHECK(reading->tile(0, 2, 1).error().code == ErrorCode::kNotFound);
  CHECK(reading->tile(2, 0, 1).error().code == ErrorCode::kNotFound);
  CHECK(reading->tile(63, 0, 1).error().code == ErrorCode::kNotFound);
}

TEST_CASE("the log's entries are the records' hashes, wherever a reading of them begins and ends") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  const auto ledger = open_ledger(options);
  submit_events(*ledger, 1, 21, 5);  // five frames of records, and two that lie singly
  const auto reading = ledger->read();
  REQUIRE(reading->size() == 22);
  std::vector<Hash> hashes;
  for (std::uint64_t i = 0; i < 22; ++i) hashes.push_back(reading->kept(i)->hash);
  for (std::uint64_t first = 0; first <= 22; ++first) {
    for (std::uint64_t count = 0; first + count <= 22; ++count) {
      const auto part = std::span(hashes).subspan(first, count);
      CHECK(reading->record_hashes(first, count).value() ==
            std::vector<Hash>(part.begin(), part.end()));
    }
    const auto refused = reading->record_hashes(first, 23 - first);
    CHECK(refused.error().code == ErrorCode::kNotFound);
  }
  CHECK(reading->record_hashes(23, 0).error().code == ErrorCode::kNotFound);
  CHECK(reading->record_hashes(1, ~std::uint64_t{0}).error().code == ErrorCode::kNotFound);
}

TEST_CASE("many threads submit at once, and each capture is there once") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  {
    const auto ledger = open_ledger(options);
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (std::uint64_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (std::uint64_t i = 0; i < 25; ++i) {
          const std::uint64_t n = 1 + (t * 25 + i) * 3;
          const auto answer = ledger->submit_and_wait(capture_of(n, 3));
          const auto reading = ledger->read();
          const bool ok = answer && answer->events[2].index == answer->events[0].index + 2 &&
                          reading->record(answer->events[2].index) &&
                          reading->record(answer->events[0].index)->record.event_hash ==
                              event_of(event_json(n), n).event.hash;
          if (!ok) ++wrong;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
    CHECK(ledger->read()->size() == 301);
  }
  check_is_sound(options);
}

TEST_CASE("a capture sent twice is answered twice and recorded once") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  const auto ledger = open_ledger(options);
  const auto first = ledger->submit_and_wait(capture_of(1, 3));
  const auto second = ledger->submit_and_wait(capture_of(1, 3));
  REQUIRE(first);
  REQUIRE(second);
  CHECK(second->repeated);
  CHECK(second->events[2].index == first->events[2].index);
  CHECK(ledger->read()->size() == 4);
}

TEST_CASE("record times never run backwards") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  const auto ledger = open_ledger(options);
  REQUIRE(ledger->submit_and_wait(capture_of(50, 1)));
  REQUIRE(ledger->submit_and_wait(capture_of(20, 1)));
  CHECK(ledger->read()->record(2)->record.time_ms == ledger->read()->record(1)->record.time_ms);
}

TEST_CASE("a full queue takes nothing, and what it took is answered") {
  const TemporaryFolder folder;
  LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  options.queue_captures_max = 2;
  std::promise<void> entered;
  std::promise<void> released;
  std::atomic<int> answered = 0;
  {
    const auto ledger = open_ledger(options);
    REQUIRE(ledger->submit(capture_of(1, 1), {}, [&](const Result<CaptureResult>& result) {
      answered += result ? 1 : 0;
      entered.set_value();
      released.get_future().wait();
    }));
    entered.get_future().wait();  // the sequencer is held: what comes now has to wait
    const auto count = [&](const Result<CaptureResult>& result) { answered += result ? 1 : 0; };
    CHECK(ledger->submit(capture_of(2, 1), {}, count));
    CHECK(ledger->submit(capture_of(3, 1), {}, count));
    const auto refused = ledger->submit(capture_of(4, 1), {}, count);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kBusy);
    released.set_value();
  }
  CHECK(answered == 3);
  CHECK(open_ledger(options)->read()->size() == 4);
}

TEST_CASE("a queue is bounded by bytes too, but takes one capture of any size") {
  const TemporaryFolder folder;
  LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  options.queue_bytes_max = 100;
  std::promise<void> entered;
  std::promise<void> released;
  const auto ledger = open_ledger(options);
  REQUIRE(ledger->submit(capture_of(1, 2), {}, [&](const Result<CaptureResult>&) {
    entered.set_value();
    released.get_future().wait();
  }));
  entered.get_future().wait();
  CHECK(ledger->submit(capture_of(3, 2), {}, [](const Result<CaptureResult>&) {}));
  const auto refused = ledger->submit(capture_of(5, 1), {}, [](const Result<CaptureResult>&) {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kBusy);
  released.set_value();
}

TEST_CASE("a folder that holds anything is no place for a new ledger") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  const auto again = Ledger::create(options, genesis(), log_key(), gateway_key());
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::kConflict);
}

TEST_CASE("keys that the genesis event does not name make no ledger") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  const auto swapped = Ledger::create(options, genesis(), gateway_key(), log_key());
  REQUIRE_FALSE(swapped);
  CHECK(swapped.error().code == ErrorCode::kInvalidArgument);
  CHECK_FALSE(std::filesystem::exists(options.directory));
}

TEST_CASE("a ledger is opened where one is, and by one at a time") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  CHECK(code_of(Ledger::open(options)) == ErrorCode::kNotFound);
  create_in(options);
  const auto ledger = open_ledger(options);
  CHECK(code_of(Ledger::open(options)) == ErrorCode::kConflict);
}

TEST_CASE("a ledger that is open for reading only shows everything and takes nothing") {
  const TemporaryFolder folder;
  LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  submit_events(*open_ledger(options), 1, 20, 20);
  std::filesystem::remove_all(options.directory / "state");
  options.read_only = true;
  const auto ledger = open_ledger(options);
  const auto reading = ledger->read();
  CHECK(reading->size() == 21);
  CHECK(reading->state().get("last").value() == std::optional<Buffer>("20"));
  CHECK_FALSE(ledger->checkpoint().empty());
  CHECK(ledger->gateway_key() == nullptr);
  CHECK(ledger->submit_and_wait(capture_of(21, 1)).error().code == ErrorCode::kForbidden);
  CHECK(ledger->publish_checkpoint().error().code == ErrorCode::kForbidden);
  CHECK(ledger->put_token(Hash(), Json(Json::Object())).error().code == ErrorCode::kForbidden);
  CHECK(ledger->erase({"x"}).error().code == ErrorCode::kForbidden);
}

TEST_CASE("a ledger that holds its checkpoints takes captures and signs nothing until it may") {
  const TemporaryFolder folder;
  LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  const std::string before = open_ledger(options)->checkpoint();
  options.hold_checkpoints = true;
  {
    const auto ledger = open_ledger(options);
    submit_events(*ledger, 1, 20, 20);
    REQUIRE(ledger->publish_checkpoint());
    CHECK(ledger->read()->size() == 21);
    CHECK(ledger->checkpoint() == before);
  }
  const auto ledger = open_ledger(options);
  CHECK(ledger->read()->size() == 21);
  CHECK(ledger->checkpoint() == before);
  ledger->sign_checkpoints();
  REQUIRE(ledger->publish_checkpoint());
  CHECK(ledger->checkpoint().find("\n21\n") != std::string::npos);
}

TEST_CASE("disclosures are found by their digests until they are erased, off the disk too") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  const std::string kept = make_disclosure("c2FsdHNhbHQ", "nianlun:note", "kept").encoded;
  const std::string gone = make_disclosure("c2FsdHNhbHQ", "nianlun:note", "gone").encoded;
  const auto ledger = open_ledger(options);
  REQUIRE(ledger->submit_and_wait(capture_of(1, 1), {kept, gone}));
  CHECK(ledger->read()->disclosure(disclosure_digest(gone)).value() ==
        std::optional<std::string>(gone));
  CHECK(all_files_in(options.directory / "vault").find(gone) != std::string::npos);
  CHECK(ledger->erase({disclosure_digest(gone), disclosure_digest(gone), "unknown"}).value() == 1U);
  CHECK(ledger->read()->disclosure(disclosure_digest(gone)).value() ==
        std::optional<std::string>());
  CHECK(ledger->read()->disclosure(disclosure_digest(kept)).value() ==
        std::optional<std::string>(kept));
  const std::string files = all_files_in(options.directory / "vault");
  CHECK(files.find(gone) == std::string::npos);
  CHECK(files.find(kept) != std::string::npos);
  CHECK(ledger->erase({disclosure_digest(gone)}).value() == 0U);
}

TEST_CASE("a token is known by its hash") {
  const TemporaryFolder folder;
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  Json grant;
  grant.set("party", "https://id.example.org/party/1");
  REQUIRE(open_ledger(options)->put_token(sha256("secret"), grant));
  const auto reading = open_ledger(options)->read();
  CHECK(reading->token(sha256("secret")).value() == std::optional<Json>(grant));
  CHECK(reading->token(sha256("guess")).value() == std::optional<Json>());
}

}  // namespace nianlun::testing
