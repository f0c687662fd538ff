#include "ledger/jsonlogic.h"

#include <algorithm>
#include <climits>

#include "jsonlogic_evaluation.h"
#include "try.h"

namespace nianlun {
namespace logic {
namespace {

Unexpected not_a_number(Operator op, const Value& value) {
  const Result<std::string> text = to_text(value);
  return fail(ErrorCode::kInvalidArgument, "logic.not-a-number",
              {{"operator", std::string(row_of(op).name)},
               {"text", text ? text->substr(0, 64) : std::string()}});
}

Unexpected no_arguments(Operator op) {
  return fail(ErrorCode::kInvalidArgument, "logic.no-arguments",
              {{"operator", std::string(row_of(op).name)}});
}

/// The steps that looking through a value costs beyond one.
std::size_t bulk(const Value& value) {
  constexpr std::size_t kPerStep = 64;  // bytes, or items
  if (value.kind == Kind::kText) return value.text().size() / kPerStep;
  return value.is_list() ? value.size() / kPerStep : 0;
}

Result<bool> ordered(Operator op, const Value& a, const Value& b) {
  TRY_ASSIGN(const Order order, compare(a, b));
  switch (op) {
    case Operator::kLess:
      return order == Order::kLess;
    case Operator::kLessEqual:
      return order == Order::kLess || order == Order::kEqual;
    case Operator::kGreater:
      return order == Order::kGreater;
    default:
      return order == Order::kGreater || order == Order::kEqual;
  }
}

}  // namespace

Result<void> Evaluation::charge(std::size_t steps) {
  steps_ += steps;
  if (steps_ <= limits_.steps_max) return {};
  return fail(ErrorCode::kTooLarge, "logic.too-many-steps",
              {{"max", std::to_string(limits_.steps_max)}});
}

Result<std::vector<Value>> Evaluation::values_of(const std::vector<Rule::Node>& nodes,
                                                 const Scope& scope) {
  std::vector<Value> values;
  values.reserve(nodes.size());
  for (const Rule::Node& node : nodes) {
    TRY_ASSIGN(Value value, value_of(node, scope));
    values.push_back(std::move(value));
  }
  return values;
}

Result<Value> Evaluation::argument(const Rule::Node& node, std::size_t index, const Scope& scope) {
  if (index >= node.arguments.size()) return Value();
  return value_of(node.arguments[index], scope);
}

Result<Value> Evaluation::make_list(std::vector<Value> items) {
  TRY(charge(items.size() / kBytesPerStep));
  // A weight must fit its field, so no limit may lift that bound.
  const std::size_t weight_max = std::min<std::size_t>(limits_.steps_max, INT32_MAX);
  return list(std::move(items), {.depth_max = limits_.depth_max, .weight_max = weight_max});
}

Result<Value> Evaluation::make_text(std::string made) {
  TRY(charge(made.size() / kBytesPerStep));
  return text(std::move(made));
}

Result<Value> Evaluation::value_of(const Rule::Node& node, const Scope& scope) {
  if (node.op == Operator::kConstant) return node.constant;
  TRY(charge(1));
  for (std::size_t i = node.used; i < node.arguments.size(); ++i) {
    TRY(value_of(node.arguments[i], scope));  // json-logic-js evaluates and ignores them
  }
  switch (node.op) {
    case Operator::kVar: {
      if (node.arguments.size() == 1 && node.arguments[0].op == Operator::kConstant) {
        return variable(node.arguments[0].constant, Value(), scope);
      }
      TRY_ASSIGN(const Value name, argument(node, 0, scope));
      TRY_ASSIGN(const Value otherwise, argument(node, 1, scope));
      return variable(name, otherwise, scope);
    }
    case Operator::kIf:
      return choose(node, scope);
    case Operator::kAnd:
    case Operator::kOr:
      return connect(node, scope);
    case Operator::kEqual:
    case Operator::kStrictEqual:
    case Operator::kNotEqual:
    case Operator::kStrictNotEqual:
      return equality(node, scope);
    case Operator::kNot:
    case Operator::kTruth: {
      TRY_ASSIGN(const Value value, argument(node, 0, scope));
      return boolean(truthy(value) == (node.op == Operator::kTruth));
    }
    case Operator::kGreater:
    case Operator::kGreaterEqual:
    case Operator::kLess:
    case Operator::kLessEqual:
      return comparison(node, scope);
    case Operator::kSubtract:
      return subtraction(node, scope);
    case Operator::kAll:
    case Operator::kNone:
    case Operator::kSome:
      return quantify(node, scope);
    case Operator::kMap:
    case Operator::kFilter:
      return map_or_filter(node, scope);
    case Operator::kReduce:
      return reduce(node, scope);
    case Operator::kSubstr:
      return substring(node, scope);
    default:
      return eager(node, scope);
  }
}

/// The operators that take any number of arguments and need them all.
Result<Value> Evaluation::eager(const Rule::Node& node, const Scope& scope) {
  TRY_ASSIGN(std::vector<Value> arguments, values_of(node.arguments, scope));
  switch (node.op) {
    case Operator::kList:
      return make_list(std::move(arguments));
    case Operator::kMissing: {
      TRY_ASSIGN(std::vector<Value> names, missing(arguments, scope));
      return make_list(std::move(names));
    }
    case Operator::kMissingSome:
      return missing_some(arguments, scope);
    case Operator::kMax:
    case Operator::kMin:
      return extreme(node.op, arguments);
    case Operator::kAdd:
    case Operator::kMultiply:
      return accumulate(node.op, arguments);
    case Operator::kMerge:
      return merge(arguments);
    case Operator::kCat:
      return concatenate(arguments);
    case Operator::kIn:
      arguments.resize(2);
      return contained(arguments[0], arguments[1]);
    default:
      break;
  }
  assert(false);  // value_of() has the others
  return Value();
}

Result<Value> Evaluation::choose(const Rule::Node& node, const Scope& scope) {
  std::size_t i = 0;
  for (; i + 1 < node.arguments.size(); i += 2) {
    TRY_ASSIGN(const Value condition, value_of(node.arguments[i], scope));
    if (truthy(condition)) return value_of(node.arguments[i + 1], scope);
  }
  if (i < node.arguments.size()) return value_of(node.arguments[i], scope);
  return null();
}

Result<Value> Evaluation::connect(const Rule::Node& node, const Scope& scope) {
  Value current;
  for (const Rule::Node& part : node.arguments) {
    TRY_ASSIGN(current, value_of(part, scope));
    if (truthy(current) == (node.op == Operator::kOr)) break;
  }
  return current;
}

Result<Value> Evaluation::equality(const Rule::Node& node, const Scope& scope) {
  TRY_ASSIGN(const Value a, argument(node, 0, scope));
  TRY_ASSIGN(const Value b, argument(node, 1, scope));
  TRY(charge(bulk(a) + bulk(b)));
  if (node.op == Operator::kStrictEqual) return boolean(strictly_equal(a, b));
  if (node.op == Operator::kStrictNotEqual) return boolean(!strictly_equal(a, b));
  TRY_ASSIGN(const bool equal, loosely_equal(a, b));
  return boolean(equal == (node.op == Operator::kEqual));
}

Result<Value> Evaluation::comparison(const Rule::Node& node, const Scope& scope) {
  TRY_ASSIGN(const Value a, argument(node, 0, scope));
  TRY_ASSIGN(const Value b, argument(node, 1, scope));
  const bool upward = node.op == Operator::kLess || node.op == Operator::kLessEqual;
  Value c;
  if (upward && node.arguments.size() > 2) {
    TRY_ASSIGN(c, argument(node, 2, scope));
  }
  TRY(charge(bulk(a) + bulk(b)));
  TRY_ASSIGN(const bool first, ordered(node.op, a, b));
  if (!first || c.is_undefined()) return boolean(first);
  TRY_ASSIGN(const bool second, ordered(node.op, b, c));
  return boolean(second);
}

Result<Value> Evaluation::extreme(Operator op, const std::vector<Value>& arguments) {
  if (arguments.empty()) return no_arguments(op);
  std::optional<Decimal> best;
  for (const Value& value : arguments) {
    TRY_ASSIGN(const std::optional<Decimal> decimal, to_number(value));
    if (!decimal) return not_a_number(op, value);
    if (!best || (op == Operator::kMax ? *decimal > *best : *decimal < *best)) best = decimal;
  }
  return number(*best);
}

Result<Value> Evaluation::accumulate(Operator op, const std::vector<Value>& arguments) {
  const bool sum = op == Operator::kAdd;
  if (!sum && arguments.empty()) return no_arguments(op);
  if (!sum && arguments.size() == 1) return arguments[0];  // as it is, as in json-logic-js
  Decimal total = sum ? 0 : 1;
  for (const Value& value : arguments) {
    TRY_ASSIGN(const std::optional<Decimal> decimal, parse_float(value));
    if (!decimal) return not_a_number(op, value);
    TRY_ASSIGN(total, sum ? add(total, *decimal) : multiply(total, *decimal));
  }
  return number(total);
}

Result<Value> Evaluation::subtraction(const Rule::Node& node, const Scope& scope) {
  TRY_ASSIGN(const Value a, argument(node, 0, scope));
  TRY_ASSIGN(const Value b, argument(node, 1, scope));
  TRY_ASSIGN(const std::optional<Decimal> from, to_number(a));
  if (!from) return not_a_number(node.op, a);
  if (b.is_undefined()) return number(-*from);
  TRY_ASSIGN(const std::optional<Decimal> taken, to_number(b));
  if (!taken) return not_a_number(node.op, b);
  TRY_ASSIGN(const Decimal difference, subtract(*from, *taken));
  return number(difference);
}

}  // namespace logic

Result<Json> Rule::evaluate(const Json& data, LogicLimits limits) const {
  logic::Evaluation evaluation(limits, nullptr);
  TRY_ASSIGN(const logic::Value whole, logic::view(data));
  TRY_ASSIGN(const logic::Value value, evaluation.value_of(*root_, {.data = &whole}));
  return logic::to_json(value);
}

Result<Json> Rule::evaluate(const Lookup& lookup, LogicLimits limits) const {
  logic::Evaluation evaluation(limits, &lookup);
  TRY_ASSIGN(const logic::Value value, evaluation.value_of(*root_, {}));
  return logic::to_json(value);
}

Result<bool> Rule::holds(const Json& data, LogicLimits limits) const {
  logic::Evaluation evaluation(limits, nullptr);
  TRY_ASSIGN(const logic::Value whole, logic::view(data));
  TRY_ASSIGN(const logic::Value value, evaluation.value_of(*root_, {.data = &whole}));
  return logic::truthy(value);
}

Result<bool> Rule::holds(const Lookup& lookup, LogicLimits limits) const {
  logic::Evaluation evaluation(limits, &lookup);
  TRY_ASSIGN(const logic::Value value, evaluation.value_of(*root_, {}));
  return logic::truthy(value);
}

Result<Json> evaluate(const Json& rule, const Json& data, LogicLimits limits) {
  TRY_ASSIGN(const Rule compiled, Rule::compile(rule, limits));
  return compiled.evaluate(data, limits);
}

Result<Json> evaluate(const Json& rule, const Lookup& lookup, LogicLimits limits) {
  TRY_ASSIGN(const Rule compiled, Rule::compile(rule, limits));
  return compiled.evaluate(lookup, limits);
}

bool truthy(const Json& value) {
  const Result<logic::Value> viewed = logic::view(value);
  return !viewed || logic::truthy(*viewed);
}

}  // namespace nianlun
