#include <algorithm>

#include "bundle_make.h"
#include "ledger/encoding.h"
#include "ledger/messages.h"
#include "ledger/private_values.h"
#include "ledger/time.h"
#include "text.h"

namespace nianlun {
namespace {

using Kind = PaperBlock::Kind;

const Json::Array& list(const Json& json, std::string_view member) {
  static const Json::Array kNone;
  const Json* found = json.find(member);
  return found != nullptr && found->is_array() ? found->array() : kNone;
}

bool flag(const Json& json, std::string_view member) {
  const Json* found = json.find(member);
  return found != nullptr && found->is_boolean() && found->boolean();
}

/// Adds "name: value" of each member that is no structure, those of ilmd too.
void append_values(const Json& object, std::string_view separator, std::string& out) {
  for (const Json::Member& member : object.object()) {
    if (member.name == "ilmd" && member.value.is_object()) {
      append_values(member.value, separator, out);
    } else if (!is_structural(member.name) && member.name != "nianlun:sd") {
      if (!out.empty()) out += separator;
      const Json& value = member.value;
      out += member.name + ": " + (value.is_string() ? value.string() : value.dump());
    }
  }
}

/// "2026-05-01 16:00:00 +08:00": to the second, in the zone that the event was recorded in.
std::string local_time(std::int64_t ms, std::string_view offset) {
  const auto minutes = zone_minutes_of("2026-01-01T00:00:00" + std::string(offset));
  if (!minutes) offset = "UTC";
  std::string time = date_time(ms + std::int64_t{minutes.value_or(0)} * 60'000).substr(0, 19);
  if (const std::size_t middle = time.find('T'); middle != time.npos) time[middle] = ' ';
  return time + " " + std::string(offset);
}

class History {
 public:
  History(const Bundle& bundle, std::string_view language) : bundle_(bundle), language_(language) {}

  PaperPart part() && {
    add(Kind::kTitle, said("bundle.title", {{"origin", origin()}}));
    add(Kind::kFixed, said("bundle.pdf-identity", {{"ledger", bundle_.ledger}}));
    add(Kind::kNote, said("bundle.pdf-about"));
    for (const BundleAccount& account : bundle_.accounts) tell(account);
    checkpoints();
    files();
    proved();
    verifying();
    return {std::string(language_), said("bundle.title", {{"origin", origin()}}),
            std::move(blocks_)};
  }

 private:
  std::string origin() const { return newest_of(bundle_).receipt.origin; }
  std::string said(std::string_view message, const Arguments& values = {}) const {
    return text(language_, message, values);
  }
  void add(Kind kind, std::string text, double indent = 0, bool stays = false) {
    if (text.empty()) return;
    blocks_.push_back({kind, std::move(text), indent, stays});
  }
  void heading(std::string_view message) { add(Kind::kHeading, said(message), 0, true); }
  void fact(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    add(Kind::kText,
        said("bundle.fact", {{"name", std::string(name)}, {"value", std::string(value)}}), kIndent);
  }

  void tell(const BundleAccount& account) {
    const Json& told = account.said(language_);
    heading("bundle.pdf-subject");
    const std::string kind = text_in(told.find("kindName"), language_);
    if (!kind.empty()) add(Kind::kText, kind, 0, true);
    add(Kind::kFixed, account.subject);
    if (told.find("chain") != nullptr) verdict(told);
    facts(told);
    heading("bundle.pdf-history");
    const auto entries = entries_of(told);
    if (!entries) return;
    for (const Json* entry : *entries) tell_entry(told, *entry);
  }

  void verdict(const Json& told) {
    std::string state = text_in(told.find("stateName"), language_);
    if (state.empty()) state = text_in(told.find("kindName"), language_);
    const Arguments values{{"state", state}};
    const std::string_view verdict = told.text("verdict");
    std::string line;
    if (verdict == "good") line = said("page.verdict-good", values);
    if (verdict == "waiting") line = said("page.verdict-waiting", values);
    if (verdict == "closed") line = said("page.verdict-closed", values);
    if (verdict == "disputed") line = said("page.verdict-disputed", values);
    if (verdict == "recalled") line = said("page.verdict-recalled");
    if (line.empty()) line = said("page.verdict-warning", values);
    add(Kind::kLead, line, 0, true);
    const Json* recall = told.find("recall");
    if (recall != nullptr && recall->is_object())
      add(Kind::kText, std::string(recall->text("say")));
    for (const Json& exception : list(told, "exceptions")) {
      if (!flag(exception, "open")) continue;
      add(Kind::kText, said("page.disputed", {{"text", std::string(exception.text("text"))}}));
    }
    add(Kind::kNote, said("bundle.pdf-verdict"));
  }

  std::string value_of(const Json& attribute) const {
    const std::string words = text_in(attribute.find("valueText"), language_);
    if (!words.empty()) return words;
    const Json* value = attribute.find("value");
    if (value == nullptr) return {};
    if (value->is_string()) return value->string();
    if (value->is_number()) return value->number_text();
    if (value->is_boolean()) return said(value->boolean() ? "page.yes" : "page.no");
    return {};
  }

  void facts(const Json& told) {
    for (const Json& attribute : list(told, "attributes")) {
      std::string name = text_in(attribute.find("text"), language_);
      if (name.empty()) name = attribute.text("name");
      fact(name, value_of(attribute));
    }
    if (flag(told, "baseline")) fact(said("page.origin"), said("page.baseline"));
    const Json* holder = told.find("holder");
    if (holder != nullptr) fact(said("page.holder"), text_in(holder->find("name"), language_));
  }

  /// A party by its name and its roles, as the public page has it.
  std::string who(const Json* by) const {
    if (by == nullptr || !by->is_object()) return {};
    std::string name = text_in(by->find("name"), language_);
    if (name.empty()) name = by->text("party");
    std::string roles;
    for (const Json& role : list(*by, "roles")) {
      if (!roles.empty()) roles += said("page.list-comma");
      roles += text_in(&role, language_);
    }
    if (roles.empty() || roles == name) return name;
    return said("page.party-and-role", {{"party", name}, {"role", roles}});
  }

  std::string event_time(const BundleRecord& record, std::string_view told) const {
    const Json& event = record.verified.event;
    const auto ms = parse_date_time(event.is_object() ? event.text("eventTime") : told);
    if (!ms) return std::string(told);
    return local_time(*ms, event.is_object() ? event.text("eventTimeZoneOffset") : "");
  }

  void tell_entry(const Json& told, const Json& entry) {
    const auto index = entry.integer("index");
    const auto found = bundle_.records.find(static_cast<std::uint64_t>(index.value_or(-1)));
    if (found == bundle_.records.end()) return;
    const BundleRecord& record = found->second;
    std::string say(entry.text("say"));
    if (say.empty()) say = text_in(entry.find("stepName"), language_);
    if (say.empty()) say = record.verified.verdict.step;
    std::string when = event_time(record, entry.text("eventTime"));
    if (const std::string by = who(entry.find("by")); !by.empty()) when += "  ·  " + by;
    add(Kind::kGap, " ", 0, true);
    add(Kind::kNote, when, 0, true);
    add(Kind::kText, say, 0, true);
    flags(told, entry);
    proof(record);
  }

  /// What was objected to, put right or voided, said under the entry that it concerns.
  void flags(const Json& told, const Json& entry) {
    if (flag(entry, "voided")) {
      const Json* by = entry.find("voidedBy");
      add(Kind::kText,
          by == nullptr ? said("page.voided")
                        : said("page.voided-by", {{"party", who(by->find("by"))},
                                                  {"time", std::string(by->text("recordTime"))}}),
          kIndent, true);
    }
    if (const Json* mark = entry.find("compromised")) {
      const bool endorsed = mark->find("endorsed") != nullptr;
      add(Kind::kText,
          said(endorsed ? "page.compromised-endorsed" : "page.compromised",
               {{"time", std::string(mark->text("since"))}}),
          kIndent, true);
    }
    const auto index = entry.integer("index");
    for (const Json& exception : list(told, "exceptions")) {
      const auto concerned = exception.integer("record");
      if (!index || !concerned || *concerned != *index) continue;
      add(Kind::kText,
          said(flag(exception, "open") ? "page.disputed" : "page.settled",
               {{"text", std::string(exception.text("text"))}}),
          kIndent, true);
    }
    const Json* fits = entry.find("fits");
    if (fits != nullptr && fits->is_boolean() && !fits->boolean()) {
      add(Kind::kText, said("page.does-not-fit"), kIndent, true);
    }
  }

  /// Where it stands in the log, and who signed it: as the receipt proves it.
  void proof(const BundleRecord& record) {
    const Verified& verified = record.verified;
    add(Kind::kNote,
        said("bundle.record", {{"index", std::to_string(verified.index)},
                               {"outcome", outcome_word(text(verified.verdict.outcome), language_)},
                               {"step", verified.verdict.step},
                               {"time", date_time(verified.record_time_ms)}}),
        kIndent, true);
    for (const std::string& line : signer_words(verified, language_)) {
      add(Kind::kNote, line, kIndent, true);
    }
    if (verified.event.is_object()) {
      std::string values;
      append_values(verified.event, said("bundle.pdf-separator"), values);
      if (!values.empty()) {
        add(Kind::kNote, said("bundle.pdf-signed", {{"values", values}}), kIndent, true);
      }
      const std::size_t withheld = digests_of(verified.event).size();
      if (withheld > 0) {
        add(Kind::kNote, said("verify.withheld", {{"count", std::to_string(withheld)}}), kIndent,
            true);
      }
    }
    add(Kind::kFixed, said("bundle.pdf-record-hash", {{"hash", hex(record.hash)}}), kIndent, true);
    add(Kind::kFixed, said("bundle.pdf-seal-hash", {{"hash", hex(record.receipt.of.seal.hash)}}),
        kIndent);
  }

  void checkpoints() {
    heading("bundle.pdf-checkpoints");
    std::map<std::string_view, const BundleRecord*> known;
    for (const auto& [index, record] : bundle_.records) {
      if (!known.emplace(record.receipt.checkpoint, &record).second) continue;
      add(Kind::kText,
          said("bundle.checkpoint", {{"root", hex(record.checkpoint.root)},
                                     {"size", std::to_string(record.checkpoint.size)}}));
      for (const std::string& line : witness_words(record.verified, language_)) {
        add(Kind::kNote, line, kIndent);
      }
      if (record.verified.cosigned.empty()) {
        add(Kind::kNote, said("verify.not-proved-same-for-all"), kIndent);
      }
    }
  }

  void files() {
    const std::vector<NamedFile> named = named_files(bundle_);
    if (named.empty()) return;
    heading("bundle.pdf-files");
    for (const NamedFile& file : named) {
      add(Kind::kNote,
          said(file.present ? "bundle.file-holds" : "bundle.file-absent",
               {{"file", file.hash}, {"index", std::to_string(file.record)}, {"ni", file.ni}}));
    }
  }

  void proved() {
    heading("bundle.pdf-proves");
    for (const char* id :
         {"page.proves", "page.does-not-prove-newest", "page.does-not-prove-thing"}) {
      add(Kind::kText, said(id));
    }
    add(Kind::kText, said("verify.not-proved-time"));
    add(Kind::kText, said("bundle.reading-aid"));
    add(Kind::kText, said("bundle.not-proved"));
  }

  void verifying() {
    heading("bundle.pdf-verify");
    for (const std::string& paragraph : instructions(bundle_, language_)) {
      std::string_view rest = paragraph;
      while (const auto line = cut(rest, '\n')) add(Kind::kNote, std::string(*line));
      add(Kind::kNote, std::string(rest));
      add(Kind::kGap, " ");
    }
  }

  static constexpr double kIndent = 12;
  const Bundle& bundle_;
  std::string_view language_;
  std::vector<PaperBlock> blocks_;
};

}  // namespace

PaperPart history_part(const Bundle& bundle, std::string_view language) {
  return History(bundle, language).part();
}

}  // namespace nianlun
