#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

/// What one evaluation may cost.
struct LogicLimits {
  /// One step per operator, per list item visited, and per 64 bytes or items that are made.
  std::size_t steps_max = 100'000;
  std::size_t depth_max = 64;  ///< of the rule's nesting, and of the lists that it makes
};

/// Facts on demand: the value at a dotted path ("event.quantity"; "" is everything). Null and
/// kNotFound mean that there is none, and `var` then yields its default; other errors end the
/// evaluation. A path is asked for at most once per evaluation.
using Lookup = std::function<Result<Json>(std::string_view path)>;

/// A JsonLogic rule (jsonlogic.com), prepared for repeated evaluation.
///
/// It yields what json-logic-js 2.0 yields, with exact decimals in place of doubles: the same
/// truthiness, the same loose == and <, UTF-16 order of strings, undefined as null in the result.
/// Operators: var missing missing_some if ?: == === != !== ! !! or and > >= < <= max min + - * map
/// reduce filter all none some merge in cat substr.
///
/// It differs from json-logic-js in these points:
/// - "/" and "%" are refused (nothing is divided), and so is "log"; so is an unknown operator in a
///   branch that is not taken;
/// - where JavaScript makes NaN or Infinity out of an operation, or throws, there is an error;
/// - `var` sees members, indexes and `length`, and nothing else that JavaScript's objects inherit;
/// - a number as text has no exponent ("cat" of 0.0000001);
/// - numbers within lists and objects that are passed on unchanged keep the text they had.
///
/// Threads: const members may be called from any thread.
/// Errors:  kInvalidArgument  no such operator, or no result that JSON has
///          kTooLarge         over a limit, or a number that no Decimal holds
class Rule {
 public:
  /// kInvalidArgument for an operator that there is not; the arity is check_rule()'s.
  static Result<Rule> compile(const Json& rule, LogicLimits limits = {});

  Result<Json> evaluate(const Json& data, LogicLimits limits = {}) const;
  Result<Json> evaluate(const Lookup& lookup, LogicLimits limits = {}) const;

  /// truthy(evaluate(...)) without making the result.
  Result<bool> holds(const Json& data, LogicLimits limits = {}) const;
  Result<bool> holds(const Lookup& lookup, LogicLimits limits = {}) const;

  struct Node;  // private to ledger/src/jsonlogic_*.cc

 private:
  explicit Rule(std::shared_ptr<const Node> root) : root_(std::move(root)) {}
  std::shared_ptr<const Node> root_;  // shared, so that a rule is cheap to copy
};

/// Rule::compile() and evaluate() in one. The errors are theirs.
Result<Json> evaluate(const Json& rule, const Json& data, LogicLimits limits = {});
Result<Json> evaluate(const Json& rule, const Lookup& lookup, LogicLimits limits = {});

/// What JsonLogic takes for true: all but false, null, 0, "" and the empty list. A number that no
/// Decimal holds is true, as it is not zero.
bool truthy(const Json& value);

/// The paths that `var`, `missing` and `missing_some` ask the data for, sorted, each once; "" is
/// everything. Names inside the body of map, filter, all, none, some and reduce refer to an item of
/// a list and are left out.
///
/// kInvalidArgument  a path is computed, so that it can't be told; or as for Rule::compile()
Result<std::vector<std::string>> variables_of(const Json& rule);

/// Whether every operator exists and has as many arguments as it can use.
///
/// kInvalidArgument  names the operator in the argument "operator"
/// kTooLarge         nested deeper than LogicLimits::depth_max
Result<void> check_rule(const Json& rule);

}  // namespace nianlun
