#include "ledger/messages.h"
#include "ledger/profile.h"
#include "pages_shown.h"

namespace nianlun {
namespace {

constexpr std::size_t kLifeMax = 40;  ///< entries shown; a page stays under 30 KB

/// What was objected to, put right or voided, said plainly under the entry that it concerns.
Html flags(const Shown& shown, const Json& entry) {
  Html html;
  constexpr Markup kOpen = "<p class=\"flag\">"_html;
  if (flag(entry, "voided")) {
    const Json* by = entry.find("voidedBy");
    if (by == nullptr) {
      html << paragraph(text(shown.language, "page.voided"), kOpen);
    } else {
      html << paragraph(text(shown.language, "page.voided-by",
                             {{"party", who(shown, by->find("by"))},
                              {"time", shown.time(by->text("recordTime"))}}),
                        kOpen);
    }
    return html;
  }
  if (const Json* mark = entry.find("compromised")) {
    const bool endorsed = mark->find("endorsed") != nullptr;
    html << paragraph(
        text(shown.language, endorsed ? "page.compromised-endorsed" : "page.compromised",
             {{"time", shown.time(mark->text("since"))}}),
        kOpen);
  }
  const auto index = entry.integer("index");
  for (const Json& exception : list(shown.view, "exceptions")) {
    const auto record = exception.integer("record");
    if (!index || !record || *record != *index) continue;
    const std::string why(exception.text("text"));
    html << paragraph(flag(exception, "open")
                          ? text(shown.language, "page.disputed", {{"text", why}})
                          : text(shown.language, "page.settled", {{"text", why}}),
                      kOpen);
  }
  if (!flag(entry, "fits") && html.empty()) {
    html << paragraph(text(shown.language, "page.does-not-fit"), kOpen);
  }
  return html;
}

/// The private values of an entry: those that the viewer may see, and how many there are beside.
Html private_values(const Shown& shown, const Json& entry) {
  Html html;
  Html seen;
  const Json* of_entry = entry.find("private");
  const Json* event = entry.find("event");
  if (of_entry == nullptr || event == nullptr) return html;
  for (const Json& one : list(*of_entry, "shown")) {
    std::string name = shown.words(one, "text");
    if (name.empty()) name = one.text("member");
    seen << fact(name, value_of(shown, at_path(*event, one.text("member"))));
  }
  if (!seen.empty()) html << "<dl>"_html << seen << "</dl>"_html;
  const auto say = [&](std::string_view message, std::int64_t count) {
    const std::string words = text(shown.language, message, {{"count", std::to_string(count)}});
    if (count > 0) html << paragraph(words, "<p class=\"note\">"_html);
  };
  say("page.withheld", of_entry->integer("withheld").value_or(0));
  say("page.erased", std::ssize(list(*of_entry, "erased")));
  say("page.unsent", std::ssize(list(*of_entry, "unsent")));
  return html;
}

Html life_entry(const Shown& shown, const Json& entry) {
  Html html;
  const Html raised = flags(shown, entry);
  const bool voided = flag(entry, "voided");
  html << "<li data-record=\""_html << std::to_string(entry.integer("index").value_or(0))
       << "\" data-step=\""_html << entry.text("step") << "\""_html
       << (voided           ? " class=\"void\">"_html
           : raised.empty() ? ">"_html
                            : " class=\"odd\">"_html);
  html << "<p class=\"say\">"_html << entry.text("say") << "</p><p><time datetime=\""_html
       << entry.text("eventTime") << "\">"_html << shown.time(entry.text("eventTime"))
       << "</time>"_html;
  if (const std::string by = who(shown, entry.find("by")); !by.empty()) {
    html << "<span class=\"who\"> · "_html << by << "</span>"_html;
  }
  return html << "</p>"_html << raised << private_values(shown, entry) << "</li>\n"_html;
}

}  // namespace

Html life_section(const Shown& shown) {
  Html html;
  const Json::Array& chain = list(shown.view, "chain");
  if (chain.empty()) return html;
  html << "<section><h2>"_html << said(shown.language, "page.life")
       << "</h2><ol class=\"life\">"_html;
  for (std::size_t i = 0; i < chain.size() && i < kLifeMax; ++i) {
    html << life_entry(shown, chain[i]);
  }
  html << "</ol>"_html;
  const Json* next = shown.view.find("chainNext");
  if (chain.size() > kLifeMax || (next != nullptr && next->is_number())) {
    html << "<p><a class=\"button\" href=\"/items/"_html << percent_encoded(shown.view.text("id"))
         << "\">"_html << said(shown.language, "page.whole-life") << "</a></p>"_html;
  }
  return html << paragraph(text(shown.language, "page.time-zone", {{"zone", shown.zone.name()}}),
                           "<p class=\"note\">"_html)
              << "</section>\n"_html;
}

}  // namespace nianlun
