#include "ledger/messages.h"
#include "pages_frame.h"

namespace nianlun {
namespace {

std::uint64_t number(const Json& json, std::string_view member) {
  const auto value = json.integer(member);
  return value && *value > 0 ? static_cast<std::uint64_t>(*value) : 0;
}

bool is_true(const Json* json) { return json != nullptr && json->is_boolean() && json->boolean(); }

/// What the script has to say, in the page's language: it fills in the names in braces.
Html check_words(std::string_view language) {
  static constexpr std::string_view kWords[] = {"page.check-alarm",
                                                "page.check-alarm-about",
                                                "page.check-all-held",
                                                "page.check-checkpoint",
                                                "page.check-failed",
                                                "page.check-failed-checkpoint",
                                                "page.check-failed-enrolment",
                                                "page.check-failed-fork",
                                                "page.check-failed-key",
                                                "page.check-failed-page",
                                                "page.check-failed-record",
                                                "page.check-failed-seal",
                                                "page.check-failed-shrunk",
                                                "page.check-failed-signature",
                                                "page.check-grown",
                                                "page.check-held",
                                                "page.check-key-known",
                                                "page.check-key-new",
                                                "page.check-no-receipt",
                                                "page.check-not-witnessed",
                                                "page.check-not-yet",
                                                "page.check-page",
                                                "page.check-record",
                                                "page.check-running",
                                                "page.check-seal",
                                                "page.check-signature",
                                                "page.check-signature-ledger",
                                                "page.check-unavailable",
                                                "page.check-witnessed"};
  Html html;
  html << "<template id=\"check-words\">"_html;
  for (std::string_view word : kWords) {
    html << "<p data-word=\""_html << word.substr(5) << "\">"_html << said(language, word)
         << "</p>"_html;
  }
  return html << "</template>"_html;
}

/// Where the script shows what it found; hidden until it runs.
Html check_box(const Json& view, const Json& ledger, std::string_view language) {
  Html html;
  html << "<div class=\"check\" id=\"check\" hidden data-item=\""_html << view.text("id")
       << "\" data-origin=\""_html << ledger.text("origin") << "\" data-log-key=\""_html
       << ledger.text("logKey") << "\" data-zone=\""_html << ledger.text("timeZone")
       << "\"><p id=\"check-status\" role=\"status\"></p><ul id=\"check-steps\"></ul>"
          "<button type=\"button\" id=\"check-all\" hidden>"_html
       << said(language, "page.check-all") << "</button>"_html << check_words(language)
       << "</div><script type=\"module\" src=\""_html << asset_path("check.js")
       << "\"></script>"_html;
  return html;
}

}  // namespace

Html ancestors_section(const Json& view, std::string_view language) {
  Html html;
  const Json* ancestors = view.find("ancestors");
  if (ancestors == nullptr || !ancestors->is_array() || ancestors->array().empty()) return html;
  html << "<section><h2>"_html << said(language, "page.comes-from")
       << "</h2><ul class=\"items\">"_html;
  for (const Json& one : ancestors->array()) {
    const std::string_view id = one.text("id");
    html << "<li><a href=\""_html << item_address(id, language) << "\">"_html
         << in_page_language(one.find("kindName"), language) << " "_html
         << id.substr(id.rfind('/') + 1);
    // Of what is recalled nothing else matters to whoever holds a part of it.
    const std::string state = is_true(one.find("recalled"))
                                  ? text(language, "page.verdict-recalled")
                                  : in_page_language(one.find("stateName"), language);
    if (!state.empty()) html << "<span class=\"note\"> · "_html << state << "</span>"_html;
    html << "</a></li>"_html;
  }
  return html << "</ul></section>\n"_html;
}

Html proof_section(const Json& view, const Json& ledger, std::string_view checkpoint,
                   std::string_view language) {
  Html html;
  const Json* chain = view.find("chain");
  if (chain == nullptr || !chain->is_array() || chain->array().empty()) return html;
  const std::uint64_t index = number(chain->array().front(), "index");
  const std::string record = std::to_string(index);
  const auto covered = covered_by(checkpoint);
  html << "<section class=\"proof\"><h2>"_html << said(language, "page.proof") << "</h2><p>"_html
       << said(language, "page.newest-record", {{"index", record}}) << "</p>"_html
       << check_box(view, ledger, language);
  if (covered && *covered > index) {
    html << "<p>"_html << said(language, "page.covered", {{"size", std::to_string(*covered)}})
         << "</p><p><a class=\"button\" href=\"/records/"_html << record
         << "/receipt\" download=\"record-"_html << record << ".receipt.json\">"_html
         << said(language, "page.receipt") << "</a></p><p>"_html
         << said(language, "page.how-to-verify") << "</p><pre><code>ledger verify record-"_html
         << record << ".receipt.json --log "_html << ledger.text("logKey") << "</code></pre>"_html;
  } else {
    html << "<p>"_html << said(language, "page.not-covered") << "</p>"_html;
  }
  html << "<dl><div><dt>"_html << said(language, "page.ledger") << "</dt><dd>"_html
       << ledger.text("origin") << "</dd></div></dl><ul><li>"_html << said(language, "page.proves")
       << "</li><li>"_html << said(language, "page.does-not-prove-newest") << "</li><li>"_html
       << said(language, "page.does-not-prove-thing") << "</li></ul></section>\n"_html;
  return html;
}

}  // namespace nianlun
