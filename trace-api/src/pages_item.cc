#include <algorithm>
#include <utility>
#include <vector>

#include "ledger/messages.h"
#include "ledger/time.h"
#include "pages_shown.h"
#include "time_zone.h"

namespace nianlun {
namespace {

/// Whom to tell, if the server names someone: a link where it is an address that a browser opens.
Html report_to(std::string_view contact, std::string_view language) {
  Html html;
  if (contact.empty()) return html;
  html << "<p>"_html << said(language, "page.report-to") << " "_html;
  constexpr std::string_view kSchemes[] = {"https://", "http://", "mailto:", "tel:"};
  const bool opens = std::ranges::any_of(
      kSchemes, [contact](std::string_view scheme) { return contact.starts_with(scheme); });
  if (!opens) return html << contact << "</p>"_html;
  std::string_view shown = contact;
  if (const std::size_t colon = shown.find(':'); shown.substr(colon, 3) != "://") {
    shown.remove_prefix(colon + 1);
  }
  return html << "<a href=\""_html << contact << "\">"_html << shown << "</a></p>"_html;
}

Html recall_body(const Shown& shown) {
  Html html = paragraph(text(shown.language, "page.about-recalled"));
  const Json* recall = shown.view.find("recall");
  if (recall == nullptr || recall->text("say").empty()) return html;
  html << paragraph(recall->text("say"));
  std::string when = shown.time(recall->text("eventTime"));
  if (const std::string by = who(shown, recall->find("by")); !by.empty()) {
    when += text(shown.language, "page.list-comma") + by;
  }
  return html << paragraph(when);
}

Html disputed_body(const Shown& shown) {
  Html html = paragraph(text(shown.language, "page.about-disputed"));
  std::vector<std::pair<std::string, int>> questions;  // each once, in the order of their records
  for (const Json& exception : list(shown.view, "exceptions")) {
    if (!flag(exception, "open")) continue;
    const std::string question(exception.text("text"));
    const auto asked = std::ranges::find(questions, question, &std::pair<std::string, int>::first);
    if (asked == questions.end()) {
      questions.emplace_back(question, 1);
    } else {
      ++asked->second;
    }
  }
  Html open;
  for (const auto& [question, times] : questions) {
    open << "<li>"_html
         << (times == 1 ? question
                        : text(shown.language, "page.several-times",
                               {{"text", question}, {"count", std::to_string(times)}}))
         << "</li>"_html;
  }
  if (!open.empty()) html << "<ul>"_html << open << "</ul>"_html;
  return html;
}

/// Whether a record of a key that was reported stolen is among them, for which nobody stood up.
bool is_marked(const Shown& shown) {
  return std::ranges::any_of(list(shown.view, "chain"), [](const Json& entry) {
    const Json* mark = entry.find("compromised");
    return mark != nullptr && mark->find("endorsed") == nullptr && !flag(entry, "voided");
  });
}

Html verdict_section(const Shown& shown) {
  const std::string_view language = shown.language;
  std::string state = shown.words(shown.view, "stateName");
  if (state.empty()) state = shown.words(shown.view, "kindName");
  const Arguments arguments{{"state", state}};
  VerdictBox box{shown.view.text("verdict"), {}, {}};
  const bool tag = shown.is_tag(shown.view.text("id"));
  if (box.kind == "recalled") {
    box.headline = text(language, "page.verdict-recalled");
    box.body = recall_body(shown) << report_to(shown.contact, language);
  } else if (box.kind == "disputed") {
    box.headline = text(language, "page.verdict-disputed", arguments);
    box.body = disputed_body(shown) << report_to(shown.contact, language);
  } else if (box.kind == "waiting" && tag) {
    box.headline = text(language, "page.verdict-unused");
    box.body = paragraph(text(language, "page.about-unused"));
  } else if (box.kind == "waiting") {
    box.headline = text(language, "page.verdict-waiting", arguments);
    box.body = paragraph(text(language, "page.about-waiting"));
  } else if (box.kind == "warning" || box.kind == "unknown") {  // of no kind that the rules know
    box.kind = "warning";
    box.headline = text(language, "page.verdict-warning", arguments);
    box.body = paragraph(text(language, "page.about-warning"));
  } else if (box.kind == "closed") {
    box.headline = text(language, "page.verdict-closed", arguments);
    box.body = paragraph(text(language, "page.about-closed"));
  } else {
    box.headline = text(language, "page.verdict-good", arguments);
    box.body = paragraph(text(language, "page.about-good"));
  }
  if (is_marked(shown)) {
    // What is said to be good may not be; what is recalled or disputed stays so.
    if (box.kind != "recalled" && box.kind != "disputed") {
      box.kind = "warning";
      box.headline = text(language, "page.verdict-marked", arguments);
      box.body = {};
    }
    box.body << paragraph(text(language, "page.about-marked"));
  }
  const Json* used = shown.view.find("tag");
  if (used != nullptr && used->text("verdict") == "closed") {
    box.body << paragraph(
        text(language, "page.tag-closed", {{"state", shown.words(*used, "stateName")}}));
  }
  return verdict_box(box);
}

/// What tells a thing from others of its kind, whose name stands before it.
std::string last_part(std::string_view id) { return std::string(id.substr(id.rfind('/') + 1)); }

/// A value in words: the profile's, or those of who wrote it, who may have had another language.
std::string value_words(const Shown& shown, const Json& attribute) {
  const Json* words = attribute.find("valueText");
  return words == nullptr ? std::string() : written_in(*words, shown.language);
}

/// "Released, recalled": whatever the state is, it does not hide that the thing is recalled.
std::string state_words(const Shown& shown) {
  std::string state = shown.words(shown.view, "stateName");
  const Json* recall = shown.view.find("recall");
  const std::string recalled = recall == nullptr ? std::string() : shown.words(*recall, "text");
  if (recalled.empty()) return state;
  if (!state.empty()) state += text(shown.language, "page.list-comma");
  return state + recalled;
}

/// "3 of 4 (75 %)": how many of the parties that were asked have answered.
std::string answers(const Shown& shown) {
  const Json* counted = shown.view.find("answers");
  if (counted == nullptr || !counted->is_object()) return {};
  const std::int64_t asked = counted->integer("asked").value_or(0);
  const std::int64_t answered = counted->integer("answered").value_or(0);
  if (asked <= 0) return {};
  return text(shown.language, "page.answered-of",
              {{"answered", std::to_string(answered)},
               {"asked", std::to_string(asked)},
               {"percent", std::to_string(answered * 100 / asked)}});
}

Html facts_section(const Shown& shown) {
  const Json& view = shown.view;
  const std::string_view language = shown.language;
  Html html;
  html << "<dl>"_html << fact(text(language, "page.kind"), shown.words(view, "kindName"));
  for (const Json& attribute : list(view, "attributes")) {
    std::string name = shown.words(attribute, "text");
    if (name.empty()) name = attribute.text("name");
    const Json* value = attribute.find("value");
    if (const std::string said = value_words(shown, attribute); !said.empty()) {
      html << fact(name, said);
      continue;
    }
    if (!value_text(shown, value).empty()) html << fact(name, value_of(shown, value));
  }
  html << fact(text(language, "page.answers"), answers(shown));
  html << fact(text(language, "page.state"), state_words(shown));
  if (flag(view, "baseline")) {
    html << fact(text(language, "page.origin"), text(language, "page.baseline"));
  }
  const Json* holder = view.find("holder");
  html << fact(text(language, "page.holder"), who(shown, holder));
  for (const Json& container : list(view, "containers")) {
    html << fact(text(language, "page.inside"), text(language, "page.kind-and-name",
                                                     {{"kind", shown.words(container, "kindName")},
                                                      {"name", last_part(container.text("id"))}}));
  }
  html << fact(text(language, "page.identifier"), shown.short_name(view.text("id")));
  if (const Json* tag = view.find("tag")) {
    html << fact(text(language, "page.tag"), shown.short_name(tag->text("id")));
  }
  return html << "</dl>\n"_html;
}

Page unknown_page(std::string_view typed, std::string_view language, std::string_view contact) {
  Html body = paragraph(text(language, "page.about-unknown"));
  body << paragraph(text(language, "page.report")) << report_to(contact, language);
  Html main = verdict_box({"unknown", text(language, "page.verdict-unknown"), std::move(body)});
  main << code_form(language, typed);
  return {404, framed(language, text(language, "page.verdict-unknown"),
                      "/t?code=" + percent_encoded(typed), main)};
}

Page mistyped_page(std::string_view typed, const Error& error, std::string_view language) {
  Html body = paragraph(text(language, error));
  body << paragraph(text(language, "page.about-mistyped"));
  Html main = verdict_box({"warning", text(language, "page.verdict-mistyped"), std::move(body)});
  main << code_form(language, typed);
  return {404, framed(language, text(language, "page.verdict-mistyped"),
                      "/t?code=" + percent_encoded(typed), main)};
}

Page failed_page(std::string_view language) {
  const Html main = verdict_box(
      {"closed", text(language, "page.failed"), paragraph(text(language, "page.about-failed"))});
  return {500, framed(language, text(language, "page.failed"), "/", main)};
}

}  // namespace

Page item_page(const Reading& reading, std::string_view code_or_id, const Viewer& viewer,
               std::string_view checkpoint, std::string_view report_contact) {
  const std::string_view language = viewer.language;
  const auto view = item_view(reading, code_or_id, viewer);
  if (!view && view.error().code == ErrorCode::kNotFound) {
    return unknown_page(code_or_id, language, report_contact);
  }
  if (!view && view.error().code == ErrorCode::kInvalidArgument) {
    return mistyped_page(code_or_id, view.error(), language);
  }
  const auto ledger = ledger_view(reading);
  if (!view || !ledger) return failed_page(language);
  const Shown shown{*view, *ledger, TimeZone::named(ledger->text("timeZone")), language,
                    report_contact};
  Html main = verdict_section(shown);
  main << facts_section(shown) << life_section(shown) << ancestors_section(*view, language)
       << proof_section(*view, *ledger, checkpoint, language);
  const std::string title = text(
      language, "page.title",
      {{"kind", shown.words(*view, "kindName")}, {"name", shown.short_name(view->text("id"))}});
  return {200, framed(language, title, "/t?code=" + percent_encoded(code_or_id), main)};
}

}  // namespace nianlun
