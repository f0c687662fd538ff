#include "log_groups.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "groups_ahead.h"
#include "ledger/ledger_fixture.h"
#include "log.h"
#include "record_packing.h"
#include "temporary_folder.h"

namespace nianlun::testing {
namespace {

constexpr std::uint64_t kRecords = 2003;  // several batches of frames, and three that lie singly

std::unique_ptr<Log> log_of(const TemporaryFolder& folder) {
  const LedgerOptions options = options_in(folder.path() / "ledger");
  create_in(options);
  submit_events(*open_ledger(options), 1, kRecords - 1, 200);
  auto log = Log::open({.directory = options.directory / "log"});
  REQUIRE(log);
  return *std::move(log);
}

void damage(const TemporaryFolder& folder, Bytes key) {
  const auto database = Database::open({.directory = folder.path() / "ledger/log"});
  REQUIRE(database);
  WriteBatch batch;
  batch.put(key, "damaged");
  REQUIRE((*database)->write(batch, Sync::kYes));
}

/// All that reading yields: the records with their leaves, and why there are no more.
std::vector<std::string> all_of(const LogView& log, std::uint64_t first, bool in_thread) {
  std::vector<std::string> all;
  LogGroups groups(log, first, in_thread ? Parse::kYes : Parse::kNo);
  GroupsAhead ahead(groups, in_thread);
  for (std::uint64_t end = 0; end < log.size();) {
    const auto group = ahead.next();
    REQUIRE(group);
    end = group->end;
    REQUIRE(group->leaves.size() == group->records.size());
    REQUIRE(group->parsed.size() == (in_thread ? group->records.size() : 0));
    for (std::size_t i = 0; i < group->records.size(); ++i) {
      CHECK(group->leaves[i] == record_leaf(group->records[i]));
      if (in_thread) {
        REQUIRE(group->parsed[i]);
        CHECK(group->parsed[i]->event_hash == parse_record(group->records[i])->event_hash);
      }
      all.emplace_back(group->records[i]);
    }
    if (!group->unpacked) all.push_back(group->unpacked.error().message);
  }
  return all;
}

}  // namespace

TEST_CASE("records are read in order, beside whoever looks at them or when he asks") {
  const TemporaryFolder folder;
  const auto log = log_of(folder);
  const auto direct = all_of(*log->view(), 0, false);
  REQUIRE(direct.size() == kRecords);
  for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{999}, kRecords - 1}) {
    CHECK(direct[index] == log->view()->record(index)->bytes);
  }
  CHECK(all_of(*log->view(), 0, true) == direct);
  const auto later = all_of(*log->view(), 1001, true);  // from the frame on that has it
  CHECK(later == std::vector(direct.begin() + 1000, direct.end()));
}

TEST_CASE("a damaged frame leaves the others, and whoever stops early waits for nobody") {
  const TemporaryFolder folder;
  log_of(folder);
  damage(folder, frame_key(800));
  const auto log = Log::open({.directory = folder.path() / "ledger/log"});
  REQUIRE(log);
  const auto direct = all_of(*(*log)->view(), 0, false);
  CHECK(direct.size() == kRecords - kFrameRecords + 1);
  CHECK(direct[800] == "log.damaged-packing");
  CHECK(all_of(*(*log)->view(), 0, true) == direct);
  LogGroups groups(*(*log)->view(), 0);
  GroupsAhead ahead(groups, true);
  CHECK(ahead.next()->end == kFrameRecords);
}

namespace {

Buffer plain_record(const std::string& event, std::uint64_t seal) {
  Record record;
  record.seal = sha256("seal " + std::to_string(seal));
  record.proofs = sha256("proofs " + std::to_string(seal));
  record.time_ms = kGenesisMs;
  record.salt = base64url(Bytes(record.seal.view()).substr(0, 16));
  record.verdict.step = R"(","proofs":")";
  return record_bytes(record, event);
}

std::vector<Buffer> unpacked(Bytes packed, std::size_t count) {
  Buffer bytes;
  const auto records = unpack_records(packed, count, nullptr, bytes);
  if (!records) return {};
  return {records->begin(), records->begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

TEST_CASE("records come out of packing as they went in, whatever they say") {
  Buffer short_salt = plain_record("{}", 1);
  short_salt.erase(short_salt.find(R"(","seal")") - 1, 1);
  const std::vector<Buffer> records = {
      plain_record(R"({"a":{"proofs":"","salt":"","seal":""},"proofs":"","salt":""})", 1),
      plain_record(R"({"event":1})", 1), short_salt, plain_record(R"({"event":2})", 1)};
  CHECK(packed_text(records[1]).size() < records[1].size() - 150);
  CHECK(packed_text(short_salt) == short_salt);
  const Buffer packed = pack_records(records, nullptr);
  CHECK(unpacked(packed, 4) == records);
  CHECK(unpacked(packed, 3).empty());
  for (const Buffer& record : {records[0], short_salt, Buffer("no record"), Buffer()}) {
    const std::vector<Buffer> one = {record};
    CHECK(unpacked(pack_records(one, nullptr), 1) == one);
    CHECK(unpacked(pack_records(one, nullptr), 4).empty());
  }
}

TEST_CASE("packed records with one bit flipped or cut are others, or none") {
  const std::vector<Buffer> records = {plain_record(R"({"n":1})", 1), plain_record(R"({"n":2})", 1),
                                       plain_record(R"({"n":3})", 2),
                                       plain_record(R"({"n":4})", 3)};
  const Buffer packed = pack_records(records, nullptr);
  // In what zstd made, a few bits say nothing. What becomes of the others shows in the tree.
  constexpr std::size_t kBeside = 1 + 3 * 2 * sizeof(Hash) + 4 * 16;
  for (std::size_t bit = 0; bit < packed.size() * 8; ++bit) {
    CAPTURE(bit);
    Buffer changed = packed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    const bool same = unpacked(changed, 4) == records;
    if (bit < kBeside * 8) CHECK_FALSE(same);
  }
  for (std::size_t size = 0; size < packed.size(); ++size) {
    CHECK(unpacked(Bytes(packed).substr(0, size), 4).empty());
  }
}

}  // namespace nianlun::testing
