#include "pages_shown.h"

#include "ledger/messages.h"

namespace nianlun {

const Json::Array& list(const Json& json, std::string_view member) {
  static const Json::Array kNone;
  const Json* found = json.find(member);
  return found != nullptr && found->is_array() ? found->array() : kNone;
}

bool flag(const Json& json, std::string_view member) {
  const Json* found = json.find(member);
  return found != nullptr && found->is_boolean() && found->boolean();
}

Html paragraph(std::string_view text, Markup open) {
  Html html;
  html << open << text << "</p>"_html;
  return html;
}

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

Html value_of(const Shown& shown, const Json* value) {
  Html html;
  const std::string written = value_text(shown, value);
  if (value == nullptr || !value->is_string() || !value->string().starts_with("geo:")) {
    return html << written;
  }
  return html << "<a href=\""_html << value->string() << "\">"_html << written << "</a>"_html;
}

}  // namespace nianlun
