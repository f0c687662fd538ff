#pragma once

// What the sections of an item's page share.

#include <string>
#include <string_view>

#include "ledger/json.h"
#include "ledger/tag_code.h"
#include "ledger/time.h"
#include "pages_frame.h"
#include "time_zone.h"

namespace nianlun {

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

/// A member's elements; none where it is no array.
const Json::Array& list(const Json& json, std::string_view member);
bool flag(const Json& json, std::string_view member);

Html paragraph(std::string_view text, Markup open = "<p>"_html);
/// "City Library (librarian)": a party and its role, never a person.
std::string who(const Shown& shown, const Json* by);
/// A name and what stands for it; nothing of a value that is empty.
Html fact(std::string_view name, const Html& value);
Html fact(std::string_view name, std::string_view value);
std::string value_text(const Shown& shown, const Json* value);
/// A position opens the map of the phone; everything else is text.
Html value_of(const Shown& shown, const Json* value);

/// What happened to it, and what was objected to.
Html life_section(const Shown& shown);

}  // namespace nianlun
