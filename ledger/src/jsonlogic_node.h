#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "jsonlogic_value.h"
#include "ledger/jsonlogic.h"

namespace nianlun {

enum class Operator : std::uint8_t {
  kConstant,  ///< not an operator: the value itself
  kList,      ///< not an operator: a list whose items are evaluated
  kVar,
  kMissing,
  kMissingSome,
  kIf,
  kEqual,
  kStrictEqual,
  kNotEqual,
  kStrictNotEqual,
  kNot,
  kTruth,
  kOr,
  kAnd,
  kGreater,
  kGreaterEqual,
  kLess,
  kLessEqual,
  kMax,
  kMin,
  kAdd,
  kSubtract,
  kMultiply,
  kMap,
  kReduce,
  kFilter,
  kAll,
  kNone,
  kSome,
  kMerge,
  kIn,
  kCat,
  kSubstr,
};

/// One row per operator: its name, and how many arguments it can use.
struct OperatorRow {
  static constexpr std::size_t kAny = 1'000'000;  // no bound of its own
  std::string_view name;
  Operator op;
  std::size_t arguments_min;
  std::size_t arguments_max;
};
const OperatorRow* find_operator(std::string_view name);
const OperatorRow& row_of(Operator op);

/// Whether its second argument is a body, evaluated against items of a list and not the data.
bool has_body(Operator op);

/// A compiled part of a rule. Constants are read once, when it is compiled.
struct Rule::Node {
  static constexpr std::size_t kAll = OperatorRow::kAny;
  Operator op = Operator::kConstant;
  std::vector<Node> arguments;       // a list's items, too
  std::size_t used = kAll;           // arguments beyond have no effect but their errors
  std::shared_ptr<const Json> kept;  // what `constant` borrows from; evaluation never counts it
  logic::Value constant;
};

/// Whether it is an operator's call: an object with exactly one member.
inline bool is_logic(const Json& rule) { return rule.is_object() && rule.object().size() == 1; }

}  // namespace nianlun
