#include <doctest/doctest.h>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/disclosure.h"
#include "ledger/ledger_fixture.h"
#include "simulation/fault_env.h"
#include "state_keys.h"
#include "temporary_folder.h"

// Damage to each byte of each file of a closed ledger: either something notices it, or every answer
// is what it was. Under a sanitizer, which is slow, NIANLUN_SAMPLE_STEP takes fewer places.
#ifndef NIANLUN_SAMPLE_STEP
#define NIANLUN_SAMPLE_STEP 1
#endif

namespace nianlun::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kStep = NIANLUN_SAMPLE_STEP;
using Files = std::map<fs::path, std::string>;  // by the path within the ledger

/// What a ledger answers; `noticed`: it says that something is wrong.
struct Answers {
  bool noticed = true;
  std::string checkpoint;
  std::vector<std::string> records;  // with their seals, proofs and the tile, and the state
  std::vector<std::optional<std::string>> kept;  // of the vault

  bool operator==(const Answers&) const = default;
};

std::string disclosed(int number) {
  return make_disclosure("c2FsdHNhbHRzYWx0c2FsdA", "nianlun:note", std::to_string(number)).encoded;
}

bool add_records(const Reading& reading, std::vector<std::string>& out) {
  for (std::uint64_t i = 0; i < reading.size(); ++i) {
    const auto stored = reading.record(i);
    const auto path = reading.inclusion(i, reading.size());
    const auto seal = reading.seal(i);
    if (!stored || !path) return false;
    if (!seal && seal.error().code != ErrorCode::kNotFound) return false;
    out.emplace_back(stored->bytes);
    for (const Hash& hash : *path) out.back() += hash.view();
    if (seal) out.back() += seal->hash.view();
  }
  const auto tile =
      reading.tile(0, 0, static_cast<unsigned>(std::min(reading.size(), std::uint64_t{256})));
  const auto entries = reading.record_hashes(0, reading.size());
  if (!tile || !entries) return false;
  out.push_back(hex(reading.root()) + *tile);
  for (const Hash& entry : *entries) out.back() += entry.view();
  const auto add = [&](Bytes key, Bytes value) {
    // The position is none of its answers: it lags until what is missing is written.
    if (key != kPositionKey) out.push_back(Buffer(key) + "=" + Buffer(value));
    return true;
  };
  return reading.state()
      .scan("", std::string(64, '\xff'), StateView::Order::kAscending, add)
      .has_value();
}

bool add_kept(const Reading& reading, std::vector<std::optional<std::string>>& out) {
  for (int number = 0; number < 4; ++number) {
    const auto found = reading.disclosure(disclosure_digest(disclosed(number)));
    if (!found) return false;
    out.push_back(*found);
  }
  const auto token = reading.token(sha256("token"));
  if (!token) return false;
  out.push_back(*token ? std::optional<std::string>((*token)->dump()) : std::nullopt);
  return true;
}

Answers answers_of(LedgerOptions options) {
  options.read_only = true;  // it refuses least of all
  Answers answers;
  const auto ledger = Ledger::open(options);
  if (!ledger) return answers;
  const auto reading = (*ledger)->read();
  answers.checkpoint = (*ledger)->checkpoint();
  answers.noticed = !add_records(*reading, answers.records) || !add_kept(*reading, answers.kept);
  return answers.noticed ? Answers{} : answers;
}

/// A closed ledger, and a copy that is damaged in one place after the other.
class Damaged {
 public:
  explicit Damaged(std::uint64_t events) : options_(options_in(folder_.path() / "ledger")) {
    env_.ignore_syncs();  // nothing here outlives the process
    create_in(options_);
    {
      const auto ledger = open_ledger(options_);
      REQUIRE(ledger->put_token(sha256("token"), Json().set("party", "urn:party:press")));
      REQUIRE(ledger->submit_and_wait(capture_of(1, 2), {disclosed(0), disclosed(1)}));
    }
    {  // what was written before is in tables by now, and what comes is in write-ahead logs
      const auto ledger = open_ledger(options_);
      REQUIRE(ledger->submit_and_wait(capture_of(3, 1), {disclosed(2), disclosed(3)}));
      if (events > 3) submit_events(*ledger, 4, events - 3, 20);
    }
    read_files();
    options_.directory = folder_.path() / "copy";
    options_.env = &env_;
    write_files({}, "");
    before_ = answers_of(options_);
    REQUIRE_FALSE(before_.noticed);
    REQUIRE(before_.kept.back());
  }

  const Files& files() const { return files_; }

  /// Opens, reads and, if that tells nothing, checks the ledger with `bytes` for one file.
  void try_with(const fs::path& file, const std::string& bytes) {
    ++tried;
    write_files(file, bytes);
    const Answers after = answers_of(options_);
    if (after == before_) return;
    ++noticed;
    if (after.noticed) return;
    write_files(file, bytes);  // opening it has written to it
    const auto report = check_ledger(options_, {});
    CHECK((!report || !report->problems.empty()));
  }

  int tried = 0;
  int noticed = 0;

 private:
  void read_files() {
    const std::set<std::string> unused = {"LOCK", "LOG", "LOG.old", "log.key", "gateway.key"};
    for (const auto& entry : fs::recursive_directory_iterator(options_.directory)) {
      if (!entry.is_regular_file()) continue;
      const fs::path name = entry.path().lexically_relative(options_.directory);
      std::ifstream in(entry.path(), std::ios::binary);
      if (!unused.contains(name.filename().string())) {
        files_[name] = {std::istreambuf_iterator<char>(in), {}};
      }
    }
    REQUIRE(files_.contains("checkpoint"));
    REQUIRE(files_.contains("vault.anchor"));
  }

  void write_files(const fs::path& changed, const std::string& bytes) const {
    std::error_code ignored;
    fs::remove_all(options_.directory, ignored);
    for (const char* part : {"log", "state", "vault"}) {
      fs::create_directories(options_.directory / part);
    }
    for (const auto& [name, content] : files_) {
      std::ofstream out(options_.directory / name, std::ios::binary);
      out << (name == changed ? bytes : content);
      REQUIRE(out.flush());
    }
  }

  const TemporaryFolder folder_;
  FaultEnv env_;
  LedgerOptions options_;
  Files files_;
  Answers before_;
};

}  // namespace

TEST_CASE("whatever byte of a closed ledger is flipped, it is noticed or nothing changes") {
  Damaged ledger(3);
  for (const auto& [name, bytes] : ledger.files()) {
    CAPTURE(name.string());
    for (std::size_t at = 0; at < bytes.size(); at += kStep) {
      CAPTURE(at);
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ (1 << (at / kStep % 8)));
      ledger.try_with(name, changed);
    }
  }
  MESSAGE(ledger.tried << " bytes, " << ledger.noticed << " noticed");
  CHECK(ledger.noticed > ledger.tried / 4);
}

TEST_CASE("after whatever byte a file of a small ledger is cut, it is noticed or nothing changes") {
  Damaged ledger(3);
  for (const auto& [name, bytes] : ledger.files()) {
    CAPTURE(name.string());
    for (std::size_t cut = 0; cut < bytes.size(); cut += kStep) {
      CAPTURE(cut);
      ledger.try_with(name, bytes.substr(0, cut));
    }
  }
  MESSAGE(ledger.tried << " cuts, " << ledger.noticed << " noticed");
  CHECK(ledger.noticed > ledger.tried / 4);
}

TEST_CASE("at whatever block a file of a longer ledger is cut, it is noticed or nothing changes") {
  Damaged ledger(80);
  std::size_t place = 0;
  for (const auto& [name, bytes] : ledger.files()) {
    CAPTURE(name.string());
    std::set<std::size_t> cuts;
    for (std::size_t block = 0; block <= bytes.size(); block += 4096) {
      for (const std::size_t before : {8, 7, 1, 0}) cuts.insert(block - std::min(block, before));
      for (const std::size_t after : {1, 6, 7, 8}) cuts.insert(block + after);
    }
    for (std::size_t left = 1; left <= 8; ++left) cuts.insert(bytes.size() - left);
    for (const std::size_t cut : cuts) {
      if (cut >= bytes.size() || place++ % kStep != 0) continue;
      CAPTURE(cut);
      ledger.try_with(name, bytes.substr(0, cut));
    }
  }
  MESSAGE(ledger.tried << " cuts, " << ledger.noticed << " noticed");
  CHECK(ledger.noticed > ledger.tried / 4);
}

}  // namespace nianlun::testing
