#include "pages.h"

#include "ledger/encoding.h"
#include "ledger/messages.h"
#include "pages_frame.h"

namespace nianlun {

Page home_page(const Reading& reading, const Viewer& viewer, std::string_view checkpoint) {
  const std::string_view language = viewer.language;
  const auto ledger = ledger_view(reading);
  const std::string origin = ledger ? std::string(ledger->text("origin")) : std::string();
  Html main;
  main << "<h1>"_html << said(language, "page.home-title") << "</h1><p>"_html
       << said(language, "page.home-about") << "</p>"_html << code_form(language, "")
       << "<section class=\"proof\"><h2>"_html << said(language, "page.home-proof")
       << "</h2><p>"_html << said(language, "page.home-proof-about") << "</p><dl><div><dt>"_html
       << said(language, "page.ledger") << "</dt><dd>"_html << origin << "</dd></div><div><dt>"_html
       << said(language, "page.records") << "</dt><dd>"_html
       << std::to_string(covered_by(checkpoint).value_or(reading.size()))
       << "</dd></div></dl><pre><code>"_html << checkpoint << "</code></pre></section>"_html;
  return {200, framed(language, text(language, "page.home-title"), "/", main)};
}

Page not_found_page(const Viewer& viewer) {
  const std::string_view language = viewer.language;
  Html main;
  main << "<h1>"_html << said(language, "page.no-page") << "</h1><p>"_html
       << said(language, "page.about-no-page") << "</p>"_html << code_form(language, "");
  return {404, framed(language, text(language, "page.no-page"), "/", main)};
}

}  // namespace nianlun
