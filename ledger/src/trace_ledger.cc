#include "ledger/encoding.h"
#include "ledger/trace.h"
#include "log_key_state.h"
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
  TRY_ASSIGN(const std::vector<LogKey> keys, log_keys(reading.state(), genesis));
  Json log_keys{Json::Array()};
  for (const LogKey& key : signing(keys)) log_keys.push(key.vkey);
  Json current = log_keys.array().empty() ? Json(genesis.log_key) : log_keys.array().front();
  return Json()
      .set("identity", genesis.origin + "#" + hex(first.hash))
      .set("suite", suite_name(genesis.suite))
      .set("origin", genesis.origin)
      .set("logKey", std::move(current))
      .set("logKeys", std::move(log_keys))
      .set("domain", genesis.domain)
      .set("timeZone", genesis.time_zone)
      .set("languages", std::move(languages))
      .set("profiles", std::move(profiles))
      .set("rules", 1);
}

}  // namespace nianlun
