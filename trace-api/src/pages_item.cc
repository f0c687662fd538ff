#include <algorithm>

#include "ledger/messages.h"
#include "ledger/profile.h"
#include "ledger/tag_code.h"
#include "ledger/time.h"
#include "pages_frame.h"
#include "time_zone.h"

namespace nianlun {
namespace {

constexpr std::size_t kLifeMax = 40;  ///< entries shown; a page stays under 30 KB
/// What the sections of one page need.
struct Shown {
  const Json& view;
  const Json& ledger;
  TimeZone zone;
  std::string_view language;
  std::string_view contact;

  std::string words(const Json& json, std::string_view member) const {
    return in_page_language(json.find(member), language);
  }
  std::string time(std::string_view iso) const {
    const auto ms = parse_date_time(iso);
    return ms ? local_time(*ms, zone, language) : std::string(iso);
  }
  std::string short_name(std::string_view id) const {
    for (const std::string& prefix :
         {std::string("https://id.gs1.org/"), std::string(ledger.text("domain")) + "/"}) {
      if (id.starts_with(prefix) && id.size() > prefix.size()) id.remove_prefix(prefix.size());
    }
    if (id.starts_with("t/") && is_tag_code(id.substr(2))) return display_tag_code(id.substr(2));
    return std::string(id);
  }
  bool is_tag(std::string_view id) const {
    return id.starts_with(std::string(ledger.text("domain")) + "/t/");
  }
};

const Json::Array& list(const Json& json, std::string_view member) {
  static const Json::Array kNone;
  const Json* found = json.find(member);
  return found != nullptr && found->is_array() ? found->array() : kNone;
}

bool flag(const Json& json, std::string_view member) {
  const Json* found = json.find(member);
  return found != nullptr && found->is_boolean() && found->boolean();
}

Html paragraph(std::string_view text, Markup open = "<p>"_html) {
  Html html;
  html << open << text << "</p>"_html;
  return html;
}

/// "City Library (librarian)": a party and its role, never a person.
std::string who(const Shown& shown, const Json* by) {
  if (by == nullptr || !by->is_object()) return {};
  std::string name = shown.words(*by, "name");
  if (name.empty()) name = by->text("party");
  std::string roles;
  for (const Json& role : list(*by, "roles")) {
    if (!roles.empty()) roles += text(shown.language, "page.list-comma");
    roles += in_page_language(&role, shown.language);
  }
  if (flag(*by, "gateway")) {
    if (!roles.empty()) roles += text(shown.language, "page.list-comma");
    roles += text(shown.language, "page.by-account");
  }
  if (roles.empty() || roles == name) return name;
  return text(shown.language, "page.party-and-role", {{"party", name}, {"role", roles}});
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
  Html open;
  for (const Json& exception : list(shown.view, "exceptions")) {
    if (flag(exception, "open")) open << "<li>"_html << exception.text("text") << "</li>"_html;
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

Html fact(std::string_view name, const Html& value) {
  Html html;
  return html << "<div><dt>"_html << name << "</dt><dd>"_html << value << "</dd></div>"_html;
}

Html fact(std::string_view name, std::string_view value) {
  Html html;
  return value.empty() ? html : fact(name, html << value);
}

std::string value_text(const Shown& shown, const Json* value) {
  if (value == nullptr) return {};
  if (value->is_number()) return value->number_text();
  if (value->is_boolean()) {
    return text(shown.language, value->boolean() ? "page.yes" : "page.no");
  }
  if (!value->is_string()) return {};  // a ring of positions is for a map
  const std::string& written = value->string();
  if (written.starts_with("geo:")) return written.substr(4);
  return shown.short_name(written);
}

/// What tells a thing from others of its kind, whose name stands before it.
std::string last_part(std::string_view id) { return std::string(id.substr(id.rfind('/') + 1)); }

/// A position opens the map of the phone; everything else is text.
Html value_of(const Shown& shown, const Json* value) {
  Html html;
  const std::string written = value_text(shown, value);
  if (value == nullptr || !value->is_string() || !value->string().starts_with("geo:")) {
    return html << written;
  }
  return html << "<a href=\""_html << value->string() << "\">"_html << written << "</a>"_html;
}

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
