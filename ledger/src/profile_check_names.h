#pragma once

#include <map>
#include <string>
#include <string_view>

#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

/// The short names of a scenario: "@plot" is the text of that name, "@tree:7" fills "7" into the
/// "{}" of the text, and in a list "@tree:1..3" stands for three. "{domain}" is filled in.
///
/// Threads: a value. Errors: kInvalidArgument  a name that there is not, in the argument "what"
class ScenarioNames {
 public:
  /// `names` may be null: no names.
  static Result<ScenarioNames> parse(const Json* names, std::string_view domain);
  /// The value with all short names in it replaced.
  Result<Json> fill(const Json& value) const;
  /// Gives a name to a text.
  void set(std::string_view name, std::string text) {
    names_.insert_or_assign(std::string(name), std::move(text));
  }

 private:
  Result<std::string> one(std::string_view reference) const;
  Result<void> fill_into(const Json& item, Json& list) const;
  std::map<std::string, std::string, std::less<>> names_;
};

}  // namespace nianlun
