#include "pages_frame.h"

#include <algorithm>

#include "ledger/checkpoint.h"
#include "ledger/encoding.h"
#include "ledger/hash.h"
#include "ledger/messages.h"
#include "ledger/note.h"

namespace nianlun {

std::string_view web_file(std::string_view name);  // made by nianlun_embed()

namespace {

// The tag for the attribute lang: Chinese pages are in simplified characters.
std::string_view html_language(std::string_view language) {
  return language == "zh" ? "zh-Hans" : language;
}

constexpr std::string_view kScript = "text/javascript; charset=utf-8";
struct AssetFile {
  std::string_view name;
  std::string_view content_type;
};
constexpr AssetFile kAssets[] = {{"check.js", kScript},
                                 {"curves.js", kScript},
                                 {"icon.svg", "image/svg+xml"},
                                 {"sm2.js", kScript},
                                 {"style.css", "text/css; charset=utf-8"}};

const std::string& hash_of_assets() {
  static const std::string kHash = [] {
    std::string all;
    for (const AssetFile& file : kAssets) all += web_file(file.name);
    return hex(sha256(all)).substr(0, 16);
  }();
  return kHash;
}

std::string with_language(std::string_view address, std::string_view language) {
  std::string out(address);
  out += out.find('?') == out.npos ? "?lang=" : "&lang=";
  return out += language;
}

// The mark inside the circle of a verdict; the words beside it say the same.
Markup mark_of(std::string_view kind) {
  if (kind == "good") return "<path d=\"M14 25l7 7 14-15\"/>"_html;
  if (kind == "waiting") return "<path d=\"M24 13v12l8 5\"/>"_html;
  if (kind == "closed") return "<path d=\"M15 24h18\"/>"_html;
  if (kind == "unknown") {
    return "<path d=\"M18 19a6 6 0 1 1 8 6c-2 1-2 2-2 4M24 34v1\"/>"_html;
  }
  if (kind == "recalled") return "<path d=\"M16 16l16 16M32 16L16 32\"/>"_html;
  return "<path d=\"M24 12v15M24 33v2\"/>"_html;
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kClear =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (kClear.find(c) != kClear.npos) {
      out.push_back(c);
    } else {
      const auto octet = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kDigits[octet >> 4]);
      out.push_back(kDigits[octet & 15]);
    }
  }
  return out;
}

Html said(std::string_view language, std::string_view message, const Arguments& arguments) {
  Html html;
  html << text(language, message, arguments);
  return html;
}

std::string in_page_language(const Json* texts, std::string_view language) {
  if (texts == nullptr || !texts->is_object() || texts->object().empty()) return {};
  const std::string_view found = texts->text(language);
  return std::string(found.empty() ? texts->text(texts->object().front().name) : found);
}

std::string framed(std::string_view language, std::string_view title, std::string_view here,
                   const Html& main) {
  Html html;
  html << "<!doctype html>\n<html lang=\""_html << html_language(language)
       << "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
          "initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\"><title>"_html
       << title << "</title><link rel=\"stylesheet\" href=\""_html << asset_path("style.css")
       << "\"><link rel=\"icon\" href=\""_html << asset_path("icon.svg")
       << "\"></head>\n<body><header><a class=\"brand\" href=\""_html
       << with_language("/", language) << "\">"_html << said(language, "page.brand")
       << "</a><nav aria-label=\""_html << said(language, "page.language") << "\">"_html;
  for (std::string_view other : languages()) {
    if (other == language) continue;
    html << "<a rel=\"alternate\" lang=\""_html << html_language(other) << "\" hreflang=\""_html
         << html_language(other) << "\" href=\""_html << with_language(here, other) << "\">"_html
         << said(other, "page.this-language") << "</a>"_html;
  }
  html << "</nav></header>\n<main>"_html << main << "</main>\n<footer><a href=\""_html
       << with_language("/", language) << "\">"_html << said(language, "page.another-code")
       << "</a><a href=\"/checkpoint\">"_html << said(language, "page.checkpoint-link")
       << "</a></footer></body></html>\n"_html;
  return std::move(html).take();
}

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

Html verdict_box(const VerdictBox& box) {
  Html html;
  html << "<section class=\"verdict "_html << box.kind
       << "\"><svg viewBox=\"0 0 48 48\" aria-hidden=\"true\" fill=\"none\" "
          "stroke=\"currentColor\" stroke-width=\"4\" stroke-linecap=\"round\" "
          "stroke-linejoin=\"round\"><circle cx=\"24\" cy=\"24\" r=\"21\"/>"_html
       << mark_of(box.kind) << "</svg><h1>"_html << box.headline << "</h1><div>"_html << box.body
       << "</div></section>\n"_html;
  return html;
}

Html code_form(std::string_view language, std::string_view typed) {
  Html html;
  html << "<form action=\"/t\" method=\"get\"><label for=\"code\">"_html
       << said(language, "page.type-code")
       << "</label><div class=\"row-form\"><input id=\"code\" name=\"code\" required "
          "maxlength=\"500\" autocomplete=\"off\" autocapitalize=\"characters\" "
          "spellcheck=\"false\" placeholder=\"XXXX-XXXX-XXXXX\" value=\""_html
       << typed << "\"><input type=\"hidden\" name=\"lang\" value=\""_html << language
       << "\"><button>"_html << said(language, "page.look-up") << "</button></div></form>\n"_html;
  return html;
}

std::string item_address(std::string_view id, std::string_view language) {
  return with_language("/t?code=" + percent_encoded(id), language);
}

std::optional<std::uint64_t> covered_by(std::string_view checkpoint) {
  const auto note = parse_note(checkpoint);
  if (!note) return std::nullopt;
  const auto head = parse_checkpoint(note->text);
  return head ? std::optional(head->size) : std::nullopt;
}

std::optional<Asset> asset(std::string_view hash, std::string_view file) {
  const auto found = std::ranges::find(kAssets, file, &AssetFile::name);
  if (found == std::end(kAssets) || hash != hash_of_assets()) return std::nullopt;
  return Asset{found->content_type, web_file(file)};
}

std::string asset_path(std::string_view file) {
  return "/assets/" + hash_of_assets() + "/" + std::string(file);
}

}  // namespace nianlun
