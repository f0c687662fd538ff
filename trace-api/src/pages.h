#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/ledger.h"
#include "ledger/trace.h"

namespace nianlun {

/// The public pages, made on the server: they are whole without script and load nothing from
/// another host. The script of an item's page checks its receipts (trace-api/web/check.js).
///
/// Threads: any. Errors: none; what cannot be read becomes a page that says so.
struct Page {
  int status = 200;  ///< of HTTP: 200, 404 for an unknown code, 500
  std::string html;
};

/// For the header Content-Security-Policy of every page: styles and scripts of our own, nothing
/// else.
inline constexpr std::string_view kPagePolicy =
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a tag's address opens: the verdict in words, the facts, the life, the proof. `code_or_id`
/// is a tag code as somebody typed it, or an identifier in any form. Where something is wrong, the
/// page says whom to tell: `report_contact`, a text or an address (https:, mailto:, tel:), or "".
Page item_page(const Reading& reading, std::string_view code_or_id, const Viewer& viewer,
               std::string_view checkpoint, std::string_view report_contact = {});
/// The entry page: type a code. An answer to its form is `/t?code=...`.
Page home_page(const Reading& reading, const Viewer& viewer, std::string_view checkpoint);
/// For a path that leads nowhere.
Page not_found_page(const Viewer& viewer);

/// A file under /assets/<hash>/<file>: immutable, for a year.
struct Asset {
  std::string_view content_type;
  std::string_view bytes;
};
std::optional<Asset> asset(std::string_view hash, std::string_view file);
/// The path of an asset, with the hash of all of them: so a script finds those that it imports.
std::string asset_path(std::string_view file);

}  // namespace nianlun
