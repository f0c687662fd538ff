#include "ledger/encoding.h"
#include "ledger/trace.h"
#include "profile_book.h"
#include "try.h"

namespace nianlun {

Result<Json> ledger_view(const Reading& reading) {
  TRY_ASSIGN(const auto book, reading.book());
  TRY_ASSIGN(const KeptRecord first, reading.kept(0));
  const GenesisSettings& genesis = book->genesis();
  Json languages{Json::Array()};
  for (const std::string& language : genesis.languages) languages.push(language);
  Json profiles{Json::Array()};
  for (const std::string& id : book->ids()) profiles.push(book->newest(id)->label());
  return Json()
      .set("identity", genesis.origin + "#" + hex(first.hash))
      .set("suite", suite_name(genesis.suite))
      .set("origin", genesis.origin)
      .set("logKey", genesis.log_key)
      .set("domain", genesis.domain)
      .set("timeZone", genesis.time_zone)
      .set("languages", std::move(languages))
      .set("profiles", std::move(profiles))
      .set("rules", 1);
}

}  // namespace nianlun
