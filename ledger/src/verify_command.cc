#include <iostream>

#include "inspect_command.h"
#include "ledger/files.h"
#include "ledger/messages.h"
#include "ledger/receipt.h"
#include "ledger/time.h"
#include "tool.h"
#include "tool_sender.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr int kExitFalse = 5;  ///< the receipt is well-formed, but does not hold

Result<Receipt> load_receipt(const std::string& file) {
  TRY_ASSIGN(const std::string content, read_file(file, kReceiptBytesMax));
  TRY_ASSIGN(const Json json, Json::parse(content));
  return parse_receipt(json);
}

std::string_view signed_message(const std::string& party, const std::optional<std::string>& by) {
  if (!by) return "verify.signed-stranger";
  if (party.empty()) return "verify.signed-authority";
  return by->empty() ? "verify.signed" : "verify.signed-registrar";
}

void print_facts(const VerifyArguments& arguments, const ReceiptFacts& facts) {
  const auto line = [&](std::string_view message, const Arguments& values) {
    std::cout << text(arguments.language, message, values) << '\n';
  };
  line("verify.holds", {{"index", std::to_string(facts.index)}});
  line("verify.recorded",
       {{"time", date_time(facts.record_time_ms)},
        {"outcome", outcome_word(text(facts.verdict.outcome), arguments.language)},
        {"step", facts.verdict.step}});
  for (std::size_t i = 0; i < facts.signers.size(); ++i) {
    const std::optional<std::string>& by = facts.enrolled_by[i];
    const Arguments values = {
        {"key", facts.signers[i]}, {"party", facts.parties[i]}, {"registrar", by.value_or("")}};
    line(signed_message(facts.parties[i], by), values);
  }
  line("verify.covered", {{"size", std::to_string(facts.size)}});
  if (!facts.event.is_null()) std::cout << facts.event.dump() << '\n';
  line("verify.not-proved", {});
}

}  // namespace

int run_verify(const VerifyArguments& arguments) {
  std::vector<NoteVerifier> logs;
  for (const std::string& vkey : arguments.log_keys) {
    auto log = NoteVerifier::parse(vkey);
    if (!log) return complain(arguments.language, log.error());
    logs.push_back(*std::move(log));
  }
  const auto receipt = load_receipt(arguments.receipt_file);
  if (!receipt) return complain(arguments.language, receipt.error());
  const auto facts = verify_receipt(*receipt, logs);
  if (!facts) {
    complain(arguments.language, facts.error());
    say(arguments.language, "verify.does-not-hold");
    return kExitFalse;
  }
  if (!arguments.json) {
    print_facts(arguments, *facts);
    return finish(arguments.language, {});
  }
  Json enrolled_by = Json::Array{};
  for (const auto& by : facts->enrolled_by) enrolled_by.push(by ? Json(*by) : Json());
  Json out;
  out.set("index", facts->index)
      .set("recordTime", date_time(facts->record_time_ms))
      .set("outcome", std::string(text(facts->verdict.outcome)))
      .set("step", facts->verdict.step)
      .set("size", facts->size)
      .set("signers", Json::Array(facts->signers.begin(), facts->signers.end()))
      .set("parties", Json::Array(facts->parties.begin(), facts->parties.end()))
      .set("enrolledBy", std::move(enrolled_by))
      .set("event", facts->event);
  std::cout << out.dump() << '\n';
  return finish(arguments.language, {});
}

}  // namespace nianlun
