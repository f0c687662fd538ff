#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ledger/result.h"

namespace nianlun {

/// The languages of the catalogue, as RFC 5646 tags; the first is the default.
std::span<const std::string_view> languages();

/// The best of languages() for a locale ("zh_CN.UTF-8"), a language tag ("zh-Hans") or "".
std::string_view language_for(std::string_view locale);
/// The same from LC_ALL, LC_MESSAGES and LANG, in the order of POSIX.
std::string_view language_of_environment();

/// The catalogue's text for a message id, with {name} filled from `arguments`. An id that the
/// catalogue lacks comes back as the id with its arguments, so that nothing is lost.
///
/// Catalogues are ledger/messages/<language>.json: one flat object from id to text.
/// Threads: any. Errors: none.
std::string text(std::string_view language, std::string_view message,
                 const Arguments& arguments = {});
std::string text(std::string_view language, const Error& error);

}  // namespace nianlun
