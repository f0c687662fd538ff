#include "bundle.h"
#include "ledger/encoding.h"
#include "ledger/messages.h"
#include "ledger/private_values.h"
#include "ledger/time.h"
#include "text.h"

namespace nianlun {
namespace {

class Words {
 public:
  explicit Words(std::string_view language) : language_(language) {}

  void say(std::string_view message, const Arguments& values = {}) {
    lines_.push_back(printable(text(language_, message, values)));
  }
  void indented(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) lines_.push_back("  " + line);
  }
  std::string_view language() const { return language_; }
  std::vector<std::string> lines() && { return std::move(lines_); }

 private:
  std::string_view language_;
  std::vector<std::string> lines_;
};

void say_records(Words& words, const Bundle& bundle) {
  for (const auto& [index, record] : bundle.records) {
    const Verified& verified = record.verified;
    words.say("bundle.record",
              {{"index", std::to_string(index)},
               {"outcome", outcome_word(text(verified.verdict.outcome), words.language())},
               {"step", verified.verdict.step},
               {"time", date_time(verified.record_time_ms)}});
    words.indented(signer_words(verified, words.language()));
  }
}

/// Each checkpoint once, though many receipts lead to the same.
void say_checkpoints(Words& words, const Bundle& bundle) {
  std::map<std::string_view, const BundleRecord*> checkpoints;
  for (const auto& [index, record] : bundle.records) {
    checkpoints.emplace(record.receipt.checkpoint, &record);
  }
  for (const auto& [note, record] : checkpoints) {
    words.say("bundle.checkpoint", {{"root", hex(record->checkpoint.root)},
                                    {"size", std::to_string(record->checkpoint.size)}});
    words.indented(witness_words(record->verified, words.language()));
  }
}

void say_files(Words& words, const Bundle& bundle) {
  for (const NamedFile& file : named_files(bundle)) {
    const Arguments values = {
        {"file", file.hash}, {"index", std::to_string(file.record)}, {"ni", file.ni}};
    words.say(file.present ? "bundle.file-holds" : "bundle.file-absent", values);
  }
}

void say_not_proved(Words& words, const Bundle& bundle) {
  words.say("bundle.reading-aid");
  std::size_t withheld = 0;
  bool witnessed = true;
  for (const auto& [index, record] : bundle.records) {
    const Json& event = record.verified.event;
    if (event.is_object()) withheld += digests_of(event).size();
    witnessed = witnessed && !record.verified.cosigned.empty();
  }
  for (const BundleAccount& account : bundle.accounts) {
    const std::size_t count = records_not_naming(bundle, account);
    if (count == 0) continue;
    words.say("bundle.not-naming",
              {{"count", std::to_string(count)}, {"subject", account.subject}});
  }
  if (!witnessed) words.say("verify.not-proved-same-for-all");
  words.say("verify.not-proved-time");
  if (withheld > 0) words.say("bundle.withheld", {{"count", std::to_string(withheld)}});
  words.say("bundle.not-proved");
}

}  // namespace

std::vector<std::string> words_of(const Bundle& bundle, std::string_view language) {
  Words words(language);
  words.say("bundle.holds",
            {{"count", std::to_string(bundle.records.size())}, {"ledger", bundle.ledger}});
  for (const BundleAccount& account : bundle.accounts) {
    words.say("bundle.subject", {{"subject", account.subject}});
  }
  say_records(words, bundle);
  say_checkpoints(words, bundle);
  say_files(words, bundle);
  say_not_proved(words, bundle);
  return std::move(words).lines();
}

Json json_of(const Bundle& bundle) {
  Json subjects = Json::Array{};
  for (const BundleAccount& account : bundle.accounts) subjects.push(account.subject);
  Json records = Json::Array{};
  for (const auto& [index, record] : bundle.records) records.push(json_of(record.verified));
  Json files = Json::Array{};
  for (const NamedFile& file : named_files(bundle)) {
    files.push(Json().set("ni", file.ni).set("present", file.present).set("record", file.record));
  }
  const Checkpoint& head = newest_of(bundle).checkpoint;
  return Json()
      .set("form", "bundle")
      .set("ledger", bundle.ledger)
      .set("subjects", std::move(subjects))
      .set("checkpoint", Json().set("root", hex(head.root)).set("size", head.size))
      .set("records", std::move(records))
      .set("files", std::move(files));
}

}  // namespace nianlun
