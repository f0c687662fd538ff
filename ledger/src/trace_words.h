#pragma once

// Texts of profiles and of the catalogue, as what people see needs them.

#include <string>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/json.h"
#include "ledger/profile.h"
#include "profile_book.h"

namespace nianlun {

Json texts_json(const Texts& texts);
/// The text of an object from language to text in `language`, else in the first there is.
std::string in_language_of(const Json& texts, std::string_view language);

/// The member of a value that people wrote in several languages: {"nianlun:text": {"en": "…"}}.
inline constexpr std::string_view kWrittenText = "nianlun:text";

/// A text with {path}s in it, cut up to be filled from events.
class Sentence {
 public:
  explicit Sentence(std::string_view text);  ///< which must outlive it
  /// The text with each {path} filled from the event, which is canonical JSON. A clause (up to a
  /// comma or the like) whose value the event lacks is left out; "" if none is left.
  /// Values that the profile names are said in `language`.
  std::string filled(Bytes event, const Profile& profile, std::string_view language,
                     const GenesisSettings& genesis) const;

 private:
  struct Clause {
    std::string_view text;
    std::string_view separator;  ///< that follows it
  };
  std::vector<Clause> clauses_;
};

/// What people read when a guard is broken; the guard's id if nobody wrote a text for it.
std::string guard_text(const Profile::Step* step, std::string_view guard,
                       std::string_view language);

/// The name of a registry event's type in every language.
Json registry_name(std::string_view type);

/// An identifier without what every identifier of this ledger begins with.
std::string_view short_name(std::string_view id, const GenesisSettings& genesis);

}  // namespace nianlun
