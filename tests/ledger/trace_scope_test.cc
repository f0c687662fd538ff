#include <algorithm>
#include <map>

#include "ledger/trace.h"
#include "small_ledger.h"

namespace nianlun {
namespace {

using testing::good;
using testing::SmallLedger;

constexpr std::string_view kBatch = "https://id.example.org/batch/7";
const std::string kCrate = "https://id.example.org/crate/1";
const std::string kPallet = "https://id.example.org/crate/2";

std::string book(int number) { return "https://id.example.org/book/" + std::to_string(number); }

std::map<std::string, ScopeUnit> scope_of(const SmallLedger& ledger) {
  std::map<std::string, ScopeUnit> units;
  good(each_in_scope(ledger, kBatch, [&](const ScopeUnit& unit) {
    CHECK_MESSAGE(units.emplace(unit.id, unit).second, "met twice: " << unit.id);
    return true;
  }));
  return units;
}

/// Three books of a batch; `day` counts the events.
struct Batch {
  SmallLedger ledger;
  int day = 10;

  Batch() {
    ledger.enrol(1, "urn:party:press", "Press", "librarian");
    ledger.enrol(2, "urn:party:branch", "Branch", "librarian");
    happen(1, {{std::string(kBatch), "batch", {"printed", "", "", 1}}});
    for (const int number : {1, 2, 3}) {
      happen(1, {{book(number), "book", {"shelved", "", "", 1}}});
      ledger.comes_from(book(number), std::string(kBatch));
    }
  }
  void happen(std::uint64_t party, const std::vector<testing::Change>& changes) {
    ledger.happen(R"({"type":"ObjectEvent","eventTime":"2026-05-)" + std::to_string(++day) +
                      R"(T02:00:00.000Z"})",
                  "packed", party, changes);
  }
  void pack_two() {
    happen(1, {{book(1), "book", {"shelved", kCrate, "", 1}},
               {book(2), "book", {"shelved", kCrate, "", 1}},
               {kCrate, "crate", {"closed", "", "", 1}}});
  }
};

TEST_CASE("the scope of a lot is every unit that came from it, once, wherever it was packed") {
  Batch batch;
  CHECK(scope_of(batch.ledger).size() == 3);
  batch.pack_two();
  auto units = scope_of(batch.ledger);
  CHECK(units.size() == 3);
  CHECK(units.at(book(1)).container == kCrate);
  CHECK(units.at(book(1)).holder == "urn:party:press");
  CHECK(units.at(book(3)).container.empty());
  // A crate that is said to come from the batch as well is a unit, and its books are met once.
  batch.ledger.comes_from(kCrate, std::string(kBatch));
  units = scope_of(batch.ledger);
  CHECK(units.size() == 4);
  CHECK(units.contains(kCrate));
}

TEST_CASE("who takes over a container holds what is inside, through all its levels") {
  Batch batch;
  batch.pack_two();
  batch.happen(1, {{kCrate, "crate", {"closed", kPallet, "", 1}},
                   {kPallet, "crate", {"closed", "", "", 1}}});
  batch.happen(2, {{kPallet, "crate", {"closed", "", "", 2}}});
  auto units = scope_of(batch.ledger);
  CHECK(units.at(book(1)).holder == "urn:party:branch");
  CHECK(units.at(book(3)).holder == "urn:party:press");
  // A later event of the crate that names no new holder changes nothing.
  batch.happen(1, {{kCrate, "crate", {"closed", kPallet, "", 1}}});
  CHECK(scope_of(batch.ledger).at(book(1)).holder == "urn:party:branch");
  // Unpacked, it is what its own last event says.
  batch.happen(2, {{book(1), "book", {"shelved", "", "", 2}}});
  units = scope_of(batch.ledger);
  CHECK(units.at(book(1)).holder == "urn:party:branch");
  CHECK(units.at(book(1)).container.empty());
  CHECK(units.at(book(2)).container == kCrate);
}

TEST_CASE("what lies in a unit of the scope is in the scope, tags excepted") {
  Batch batch;
  batch.happen(1,
               {{"https://id.example.org/book/supplement", "book", {"shelved", book(1), "", 1}}});
  batch.happen(1, {{"https://id.example.org/t/0000000000000", "tag", {"bound", book(1), "", 0}}});
  const auto units = scope_of(batch.ledger);
  CHECK(units.size() == 4);
  CHECK(units.contains("https://id.example.org/book/supplement"));
}

TEST_CASE("events that go round in a circle end, and leave nobody out") {
  Batch batch;
  batch.ledger.comes_from(book(1), book(2));
  batch.ledger.comes_from(book(2), book(1));
  batch.happen(1, {{std::string(kBatch), "batch", {"printed", book(3), "", 1}}});
  CHECK(scope_of(batch.ledger).size() == 3);
}

TEST_CASE("the walk stops when it is told to, and an unknown lot is not found") {
  Batch batch;
  int seen = 0;
  good(each_in_scope(batch.ledger, kBatch, [&](const ScopeUnit&) { return ++seen < 2; }));
  CHECK(seen == 2);
  CHECK(each_in_scope(batch.ledger, "https://id.example.org/batch/8",
                      [](const ScopeUnit&) { return true; })
            .error()
            .code == ErrorCode::kNotFound);
}

}  // namespace
}  // namespace nianlun
