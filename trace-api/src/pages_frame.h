#pragma once

// What all pages share.

#include <optional>
#include <string>
#include <string_view>

#include "html.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "pages.h"

namespace nianlun {

/// A whole page. `here` is the address of this page without its language.
std::string framed(std::string_view language, std::string_view title, std::string_view here,
                   const Html& main);

/// A message of the catalogue, escaped.
Html said(std::string_view language, std::string_view message, const Arguments& arguments = {});
/// The text of an object from language to text.
std::string in_page_language(const Json* texts, std::string_view language);

/// The coloured box at the top: what there is to know, in words, colour and an icon.
struct VerdictBox {
  std::string_view kind;  ///< good, waiting, warning, closed, disputed, recalled, unknown
  std::string headline;
  Html body;
};
Html verdict_box(const VerdictBox& box);

/// Whom to tell, if the server names someone: a link where it is an address that a browser opens.
Html report_to(std::string_view contact, std::string_view language);

/// The field to type a code into.
Html code_form(std::string_view language, std::string_view typed);
/// The address of an item's page.
std::string item_address(std::string_view id, std::string_view language);
/// How many records a checkpoint covers; nothing if it can't be read.
std::optional<std::uint64_t> covered_by(std::string_view checkpoint);

/// The sections of an item's page after its life.
Html ancestors_section(const Json& view, std::string_view language);
Html proof_section(const Json& view, const Json& ledger, std::string_view checkpoint,
                   std::string_view language);

}  // namespace nianlun
