// From a rule's JSON to its nodes, and the table of operators.

#include <algorithm>
#include <array>

#include "jsonlogic_node.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kAny = OperatorRow::kAny;

// "?:" is another name of "if". Argument counts are those that have a meaning; json-logic-js
// ignores what is over, and takes what is missing for undefined.
constexpr std::array kOperators = std::to_array<OperatorRow>({
    {"var", Operator::kVar, 1, 2},
    {"missing", Operator::kMissing, 1, kAny},
    {"missing_some", Operator::kMissingSome, 2, 2},
    {"if", Operator::kIf, 2, kAny},
    {"?:", Operator::kIf, 2, kAny},
    {"==", Operator::kEqual, 2, 2},
    {"===", Operator::kStrictEqual, 2, 2},
    {"!=", Operator::kNotEqual, 2, 2},
    {"!==", Operator::kStrictNotEqual, 2, 2},
    {"!", Operator::kNot, 1, 1},
    {"!!", Operator::kTruth, 1, 1},
    {"or", Operator::kOr, 1, kAny},
    {"and", Operator::kAnd, 1, kAny},
    {">", Operator::kGreater, 2, 2},
    {">=", Operator::kGreaterEqual, 2, 2},
    {"<", Operator::kLess, 2, 3},
    {"<=", Operator::kLessEqual, 2, 3},
    {"max", Operator::kMax, 1, kAny},
    {"min", Operator::kMin, 1, kAny},
    {"+", Operator::kAdd, 1, kAny},
    {"-", Operator::kSubtract, 1, 2},
    {"*", Operator::kMultiply, 1, kAny},
    {"map", Operator::kMap, 2, 2},
    {"reduce", Operator::kReduce, 2, 3},
    {"filter", Operator::kFilter, 2, 2},
    {"all", Operator::kAll, 2, 2},
    {"none", Operator::kNone, 2, 2},
    {"some", Operator::kSome, 2, 2},
    {"merge", Operator::kMerge, 0, kAny},
    {"in", Operator::kIn, 2, 2},
    {"cat", Operator::kCat, 1, kAny},
    {"substr", Operator::kSubstr, 2, 3},
});

using Node = Rule::Node;

Result<Node> constant_node(const Json& json) {
  Node node;
  node.kept = std::make_shared<const Json>(json);
  TRY_ASSIGN(node.constant, logic::view(*node.kept));
  return node;
}

Result<Node> compile_node(const Json& rule, std::size_t depth, std::size_t depth_max) {
  if (depth > depth_max) {
    return fail(ErrorCode::kTooLarge, "logic.too-deep", {{"max", std::to_string(depth_max)}});
  }
  Node node;
  const Json* arguments = &rule;
  if (is_logic(rule)) {
    const Json::Member& call = rule.object().front();
    const OperatorRow* row = find_operator(call.name);
    if (row == nullptr) {
      const bool division = call.name == "/" || call.name == "%";
      return fail(ErrorCode::kInvalidArgument,
                  division ? "logic.division" : "logic.unknown-operator",
                  {{"operator", call.name}});
    }
    node.op = row->op;
    if (!has_body(row->op)) node.used = row->arguments_max;
    arguments = &call.value;
    if (!arguments->is_array()) {  // {"var": "x"} stands for {"var": ["x"]}
      TRY_ASSIGN(Node only, compile_node(*arguments, depth + 1, depth_max));
      node.arguments.push_back(std::move(only));
      return node;
    }
  } else if (rule.is_array()) {
    node.op = Operator::kList;
  } else {
    return constant_node(rule);
  }
  bool constant = node.op == Operator::kList;
  node.arguments.reserve(arguments->array().size());
  for (const Json& argument : arguments->array()) {
    TRY_ASSIGN(Node compiled, compile_node(argument, depth + 1, depth_max));
    constant = constant && compiled.op == Operator::kConstant;
    node.arguments.push_back(std::move(compiled));
  }
  if (constant) return constant_node(rule);
  return node;
}

}  // namespace

const OperatorRow* find_operator(std::string_view name) {
  const auto* found = std::ranges::find(kOperators, name, &OperatorRow::name);
  return found == kOperators.end() ? nullptr : found;
}

const OperatorRow& row_of(Operator op) {
  const auto* found = std::ranges::find(kOperators, op, &OperatorRow::op);
  assert(found != kOperators.end());  // kConstant and kList have no row
  return *found;
}

bool has_body(Operator op) {
  switch (op) {
    case Operator::kMap:
    case Operator::kReduce:
    case Operator::kFilter:
    case Operator::kAll:
    case Operator::kNone:
    case Operator::kSome:
      return true;
    default:
      return false;
  }
}

Result<Rule> Rule::compile(const Json& rule, LogicLimits limits) {
  TRY_ASSIGN(Node root, compile_node(rule, 1, limits.depth_max));
  return Rule(std::make_shared<const Node>(std::move(root)));
}

}  // namespace nianlun
