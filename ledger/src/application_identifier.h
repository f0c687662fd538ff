#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ledger/result.h"

namespace nianlun {

/// A GS1 application identifier (AI) that can be the primary key of a Digital Link, with the AIs
/// that may qualify it (GS1 Digital Link URI Syntax 1.6.0, 4.2). Each string is one permitted
/// order, AIs separated by commas; any of them may be left out.
struct KeyRule {
  std::string_view ai;
  std::string_view qualifiers;              ///< "22,10,21"
  std::string_view alternative_qualifiers;  ///< "235", or ""
  std::string_view required_qualifier;      ///< "8020", or ""
};

/// The rule of a key, or nullptr if `ai` is none.
const KeyRule* key_rule(std::string_view ai);

/// The shape of the AI's value, or "" for an AI that GS1 General Specifications don't know.
/// Components are separated by spaces, each a character set (N digits, X, Y, Z), its length or
/// range of lengths, and a letter for a further check: c check digit, a check character pair, d
/// date, z zero, p piece of total, g begins with a company prefix.
std::string_view value_shape(std::string_view ai);

/// Whether `value` (decoded) has the length and the characters of `ai`; checks nothing else.
bool has_value_shape(std::string_view ai, std::string_view value);

/// kInvalidArgument  the AI is unknown, or the value has the wrong shape, check digit or date
Result<void> check_value(std::string_view ai, std::string_view value);

/// The last digit of GTIN, SSCC, GLN and the like for the digits before it (General
/// Specifications, 7.9).
char check_digit(std::string_view digits);

}  // namespace nianlun
