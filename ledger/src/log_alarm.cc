#include "log_alarm.h"

#include <iostream>

#include "ledger/encoding.h"
#include "ledger/hash.h"
#include "ledger/messages.h"
#include "ledger/output_file.h"
#include "ledger/time.h"
#include "tool.h"

namespace nianlun {
namespace {

constexpr std::size_t kEvidenceNoteBytesMax = 64 << 10;  // of a note that is none

std::string_view word_of(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::kFork:
      return "fork";
    case AlarmKind::kRollback:
      return "rollback";
    case AlarmKind::kSignature:
      return "signature";
    case AlarmKind::kFiles:
      return "files";
  }
  return {};
}

std::string_view meaning_of(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::kFork:
      return "watch.means-fork";
    case AlarmKind::kRollback:
      return "watch.means-rollback";
    case AlarmKind::kSignature:
      return "watch.means-signature";
    case AlarmKind::kFiles:
      return "watch.means-files";
  }
  return {};
}

std::string evidence_file(const Alarm& alarm, const AlarmContext& context) {
  const Hash hash = sha256(alarm.known + '\n' + alarm.shown + '\n' + alarm.why.message);
  return context.evidence_base + ".evidence-" + hex(hash).substr(0, 16) + ".json";
}

}  // namespace

Json evidence_json(const Alarm& alarm, std::string_view url, std::string_view vkey,
                   std::int64_t found_ms) {
  Json problem;
  Json meaning;
  for (const std::string_view language : languages()) {
    problem.set(language, text(language, alarm.why));
    meaning.set(language, text(language, meaning_of(alarm.kind)));
  }
  Json evidence;
  evidence.set("kind", word_of(alarm.kind)).set("found", date_time(found_ms));
  evidence.set("server", url).set("key", vkey);
  evidence.set("problem", std::move(problem)).set("meaning", std::move(meaning));
  if (!alarm.known.empty()) evidence.set("known", alarm.known);
  if (parse_note(alarm.shown)) {
    evidence.set("shown", alarm.shown);
  } else {  // it may be no text at all
    evidence.set("shownBase64", base64(Bytes(alarm.shown).substr(0, kEvidenceNoteBytesMax)));
  }
  if (!alarm.path.empty()) {
    Json::Array path;
    for (const Hash& hash : alarm.path) path.emplace_back(base64(hash.view()));
    evidence.set("path", Json(std::move(path)));
  }
  return evidence;
}

int sound_alarm(const Alarm& alarm, const AlarmContext& context) {
  const std::string_view language = context.language;
  std::cerr << text(language, "watch.alarm", {{"url", context.url}}) << '\n'
            << text(language, alarm.why) << '\n';
  say(language, meaning_of(alarm.kind));
  const std::string file = evidence_file(alarm, context);
  const Json json = evidence_json(alarm, context.url, context.vkey, context.now_ms);
  const auto written = replace_file(file, json.dump() + "\n", Access::kEverybody);
  if (written) {
    say(language, "watch.evidence", {{"file", file}});
  } else {  // it is shown at least
    complain(language, written.error());
    std::cout << json.dump() << std::endl;
  }
  say(language, "watch.tell");
  return kExitAlarm;
}

}  // namespace nianlun
