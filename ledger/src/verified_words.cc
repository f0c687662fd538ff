#include "ledger/messages.h"
#include "ledger/private_values.h"
#include "ledger/time.h"
#include "text.h"
#include "verified.h"

namespace nianlun {
namespace {

class Words {
 public:
  explicit Words(std::string_view language) : language_(language) {}

  void say(std::string_view message, const Arguments& values = {}) {
    lines_.push_back(printable(text(language_, message, values)));
  }
  std::string_view language() const { return language_; }
  std::vector<std::string> lines() && { return std::move(lines_); }
  void line(std::string_view line) { lines_.push_back(printable(line)); }

 private:
  std::string_view language_;
  std::vector<std::string> lines_;
};

/// A party by its name, where one is proved, and its URI.
std::string who(const std::string& party, const Json& name, std::string_view language) {
  const std::string said = text_in(&name, language);
  return said.empty() ? party : said + " (" + party + ")";
}

void say_signer(Words& words, const VerifiedSigner& signer) {
  const Arguments values = {{"key", signer.key},
                            {"party", who(signer.party, signer.name, words.language())},
                            {"registrar", signer.enrolled_by.value_or("")}};
  if (!signer.enrolled_by) return words.say("verify.signed-stranger", values);
  if (signer.party.empty()) return words.say("verify.signed-authority", values);
  words.say(signer.enrolled_by->empty() ? "verify.signed" : "verify.signed-registrar", values);
}

void say_not_proved(Words& words, const Verified& verified) {
  const bool is_lean = verified.form != ReceiptForm::kJson;
  if (is_lean) words.say("verify.not-proved-signer");
  if (verified.cosigned.empty()) words.say("verify.not-proved-same-for-all");
  words.say("verify.not-proved-time");
  const std::size_t withheld = verified.event.is_object() ? digests_of(verified.event).size() : 0;
  if (withheld > 0) words.say("verify.withheld", {{"count", std::to_string(withheld)}});
  words.say("verify.not-proved");
}

}  // namespace

std::string outcome_word(std::string_view outcome, std::string_view language) {
  if (outcome == "accepted") return text(language, "tool.outcome-accepted");
  if (outcome == "disputed") return text(language, "tool.outcome-disputed");
  if (outcome == "refused") return text(language, "tool.outcome-refused");
  return std::string(outcome);
}

std::string text_in(const Json* texts, std::string_view language) {
  if (texts == nullptr || !texts->is_object() || texts->object().empty()) return {};
  const std::string_view said = texts->text(language);
  if (!said.empty()) return std::string(said);
  const Json& first = texts->object().front().value;
  return first.is_string() ? first.string() : std::string();
}

std::vector<std::string> signer_words(const Verified& verified, std::string_view language) {
  Words words(language);
  for (const VerifiedSigner& signer : verified.signers) say_signer(words, signer);
  if (!verified.on_behalf_of.empty()) {
    words.say("verify.on-behalf",
              {{"party", who(verified.on_behalf_of, verified.on_behalf_of_name, language)}});
  }
  return std::move(words).lines();
}

std::vector<std::string> witness_words(const Verified& verified, std::string_view language) {
  Words words(language);
  for (const VerifiedSignature& witness : verified.cosigned) {
    const auto time_ms = static_cast<std::int64_t>(witness.time_s.value_or(0)) * 1000;
    words.say("verify.cosigned", {{"name", witness.name}, {"time", date_time(time_ms)}});
  }
  const bool is_asked_for = !verified.quorum.empty() && verified.quorum != "none";
  if (is_asked_for) words.say("verify.quorum", {{"quorum", verified.quorum}});
  return std::move(words).lines();
}

std::vector<std::string> words_of(const Verified& verified, std::string_view language) {
  Words words(language);
  words.say("verify.holds",
            {{"index", std::to_string(verified.index)}, {"origin", verified.origin}});
  words.say("verify.recorded", {{"time", date_time(verified.record_time_ms)},
                                {"outcome", outcome_word(text(verified.verdict.outcome), language)},
                                {"step", verified.verdict.step}});
  for (const std::string& line : signer_words(verified, language)) words.line(line);
  words.say("verify.covered", {{"size", std::to_string(verified.size)}});
  for (const std::string& line : witness_words(verified, language)) words.line(line);
  if (!verified.event.is_null()) words.line(verified.event.dump());
  for (const Disclosure& one : verified.disclosed) {
    const std::string value = one.value.is_string() ? one.value.string() : one.value.dump();
    words.say("verify.disclosed", {{"name", one.name}, {"value", value}});
  }
  say_not_proved(words, verified);
  return std::move(words).lines();
}

}  // namespace nianlun
