#pragma once

#include <string>

#include "../ledger/small_ledger.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "ledger/tag_code.h"

namespace nianlun::testing {

inline constexpr std::string_view kPageBook = "https://id.example.org/book/1";
inline constexpr std::string_view kPageBatch = "https://id.example.org/batch/7";

/// A small ledger with one book of a batch, whose tag is in use.
struct PagesWorld {
  SmallLedger ledger;
  std::string code = make_tag_code("12345678");

  PagesWorld() {
    ledger.enrol(1, "urn:party:press", "Press", "librarian");
    ledger.enrol(2, "urn:party:branch", "城东分馆 East Branch", "librarian");
    happen("2026-04-30T01:00:00.000Z", "printed", 1,
           {{std::string(kPageBatch), "batch", {"printed", "", "", 1}}});
    happen("2026-05-01T02:00:00.000Z", "printed", 1,
           {{std::string(kPageBook), "book", {"shelved", "", "", 1}}});
    ledger.comes_from(std::string(kPageBook), std::string(kPageBatch));
    happen("2026-05-02T02:00:00.000Z", "printed", 1,
           {{"https://id.example.org/t/" + code, "tag", {"bound", std::string(kPageBook), "", 0}}});
    title("\"<script>alert('1')</script> & Rings\"");
  }
  std::uint64_t happen(std::string_view time, std::string_view step, std::uint64_t party,
                       const std::vector<Change>& changes, std::string_view more = "",
                       Verdict verdict = {}) {
    return ledger.happen(R"({"type":"ObjectEvent","eventTime":")" + std::string(time) +
                             R"(","eventID":"urn:uuid:)" + std::string(time) + "\"" +
                             std::string(more) + "}",
                         step, party, changes, std::move(verdict));
  }
  std::uint64_t book(std::string_view time, std::string_view step, const std::string& state,
                     std::string_view more = "", Verdict verdict = {}) {
    return happen(time, step, 2, {{std::string(kPageBook), "book", {state, "", "", 2}}}, more,
                  std::move(verdict));
  }
  void title(const std::string& json) {
    ledger.item(std::string(kPageBook)).attributes = {{"title", json, 0, 1}};
    ledger.put(ledger.item(std::string(kPageBook)));
  }
  void dispute(std::uint64_t index) {
    ledger.writable().put(exception_key(index, "due-soon"), "{}");
    ledger.writable().put(open_exception_key(index, "due-soon"), "");
    ledger.item(std::string(kPageBook)).open_exceptions = 1;
    ledger.put(ledger.item(std::string(kPageBook)));
  }
  void recall() {
    happen("2026-05-20T02:00:00.000Z", "withdrawn", 1,
           {{std::string(kPageBatch), "batch", {"printed", "", "", 1}}},
           R"(,"nianlun:why":"3 to 9")");
    ledger.item(std::string(kPageBatch)).recalled = true;
    ledger.put(ledger.item(std::string(kPageBatch)));
  }
  /// A checkpoint over all records, whose signature nobody checks here.
  std::string checkpoint() const {
    const std::string text =
        checkpoint_text({"ledger.example.org/library", ledger.size(), ledger.root(), {}});
    return text + "\n" + signature_line({"ledger.example.org/library", 7, std::string(64, 's')});
  }
};

}  // namespace nianlun::testing
