#include "privacy_world.h"

// What a profile hides, looked for wherever it must not be: over the routes that anybody may ask,
// in receipts, and in the files of a ledger on disk.
namespace nianlun::testing {

TEST_CASE("what the profile hides is in no public answer, receipt, log or state") {
  Library library;
  lend(library);
  const std::uint64_t first = library.record_of("urn:library:lent:1");
  const std::uint64_t second = library.record_of("urn:library:lent:2");
  // It is there for whoever may see it, so the search below looks for the right thing.
  CHECK(library.get("/records/" + std::to_string(first), true).body.find(kSealed) !=
        std::string::npos);
  CHECK(library.get("/records/" + std::to_string(second), true).body.find(kSent) !=
        std::string::npos);
  CHECK(library.public_answers().find("2026-07-01") != std::string::npos);

  std::vector<std::string> hidden = {kSealed, kSent, kInClear, kUndisclosed};
  for (const std::uint64_t index : {first, second}) {
    for (const std::string& digest : library.digests(index)) {
      const auto kept = good(library.ledger().read()->disclosure(digest));
      REQUIRE(kept);
      hidden.push_back(*kept);
    }
  }
  REQUIRE(hidden.size() == 6);
  std::string seen = library.public_answers();
  for (std::uint64_t i = 0; i < library.ledger().read()->size(); ++i) {
    seen += good(library.ledger().read()->record(i)).bytes;
  }
  library.close();
  for (const char* part : {"log", "state"}) {
    seen += content_of(library.part(part)) + values_of(library.part(part));
  }
  CHECK(values_of(library.part("state")).find(item_key(kBook + "4")) != std::string::npos);
  for (const std::string& value : hidden) {
    CAPTURE(value);
    CHECK(seen.find(value) == std::string::npos);
  }
  CHECK(values_of(library.part("vault")).find(hidden.back()) != std::string::npos);
}

TEST_CASE("what is erased is nowhere on disk, and every proof still holds") {
  Library library;
  lend(library);
  good(library.ledger().publish_checkpoint());
  const std::uint64_t first = library.record_of("urn:library:lent:1");
  const std::string target = "/records/" + std::to_string(first) + "/receipt";
  const std::string whole = library.get(target, true).body;
  const std::string plain = library.get(target).body;
  CHECK(good(library.verified(whole)).event.text("nianlun:reader") == kSealed);
  CHECK(good(library.verified(plain)).event.find("nianlun:reader") == nullptr);

  std::vector<std::string> gone = {kSealed, kSent};
  std::vector<std::string> digests;
  for (const std::uint64_t index : {first, library.record_of("urn:library:lent:2")}) {
    for (const std::string& digest : library.digests(index)) {
      gone.push_back(good(library.ledger().read()->disclosure(digest)).value());
      digests.push_back(digest);
    }
  }
  REQUIRE(content_of(library.options().directory).find(gone.back()) != std::string::npos);
  const Hash root = library.ledger().read()->root();
  CHECK(good(library.ledger().erase(digests)) == 2);

  const auto is_gone = [&] {
    std::string seen = library.public_answers() + library.get(target, true).body +
                       library.get("/records/" + std::to_string(first), true).body;
    seen += content_of(library.options().directory);
    for (const std::string& value : gone) {
      CAPTURE(value);
      CHECK(seen.find(value) == std::string::npos);
    }
  };
  is_gone();
  CHECK(library.ledger().read()->root() == root);
  library.close();
  for (const char* part : {"log", "state", "vault"}) {
    const std::string values = values_of(library.part(part));
    for (const std::string& value : gone) CHECK(values.find(value) == std::string::npos);
  }
  const CheckReport report = good(check_ledger(library.options(), {}));
  CHECK(report.problems.empty());
  CHECK(report.root == root);
  library.open();
  is_gone();
  // A receipt that somebody was given keeps what it shows; a new one proves the rest.
  CHECK(good(library.verified(whole)).event.text("nianlun:reader") == kSealed);
  CHECK(library.verified(plain));
  const ReceiptFacts facts = good(library.verified(library.get(target, true).body));
  CHECK(facts.event.find("nianlun:reader") == nullptr);
  CHECK(facts.event.text("nianlun:due") == "2026-07-01");
}

}  // namespace nianlun::testing
