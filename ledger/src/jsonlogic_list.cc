// The operators on lists and texts.

#include <algorithm>
#include <climits>

#include "jsonlogic_evaluation.h"
#include "jsonlogic_text.h"
#include "try.h"

namespace nianlun::logic {
namespace {

/// An argument that JavaScript makes an integer of: without its fraction, 0 for NaN, and held
/// within a range that no text reaches.
Result<std::int64_t> to_integer(const Value& value) {
  constexpr std::int64_t kFar = INT64_MAX / 4;
  TRY_ASSIGN(const std::optional<Decimal> decimal, to_number(value));
  if (!decimal) return std::int64_t{0};
  const std::optional<std::int64_t> whole = decimal->truncated().integer();
  if (!whole) return decimal->is_negative() ? -kFar : kFar;
  return std::clamp(*whole, -kFar, kFar);
}

/// String.prototype.substr (ECMA-262, B.2.2.1).
std::u16string_view part_of(std::u16string_view units, std::int64_t start, std::int64_t length) {
  const auto size = static_cast<std::int64_t>(units.size());
  start = start < 0 ? std::max<std::int64_t>(size + start, 0) : std::min(start, size);
  length = std::clamp<std::int64_t>(length, 0, size - start);
  return units.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(length));
}

}  // namespace

Result<Value> Evaluation::quantify(const Rule::Node& node, const Scope& scope) {
  TRY_ASSIGN(const Value items, argument(node, 0, scope));
  const bool if_empty = node.op == Operator::kNone;
  if (!items.is_list() || items.size() == 0) return boolean(if_empty);
  for (std::size_t i = 0; i < items.size(); ++i) {
    TRY(charge(1));
    TRY_ASSIGN(const Value item, items.item(i));
    TRY_ASSIGN(const Value found, argument(node, 1, {.data = &item}));
    const bool decided = truthy(found) != (node.op == Operator::kAll);
    if (decided) return boolean(node.op == Operator::kSome);
  }
  return boolean(node.op != Operator::kSome);
}

Result<Value> Evaluation::map_or_filter(const Rule::Node& node, const Scope& scope) {
  TRY_ASSIGN(const Value items, argument(node, 0, scope));
  std::vector<Value> made;
  const std::size_t count = items.is_list() ? items.size() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(charge(1));
    TRY_ASSIGN(Value item, items.item(i));
    TRY_ASSIGN(Value outcome, argument(node, 1, {.data = &item}));
    if (node.op == Operator::kMap) {
      made.push_back(std::move(outcome));
    } else if (truthy(outcome)) {
      made.push_back(std::move(item));
    }
  }
  return make_list(std::move(made));
}

Result<Value> Evaluation::reduce(const Rule::Node& node, const Scope& scope) {
  TRY_ASSIGN(const Value items, argument(node, 0, scope));
  Value accumulator = null();
  if (node.arguments.size() > 2) {
    TRY_ASSIGN(accumulator, argument(node, 2, scope));
  }
  const std::size_t count = items.is_list() ? items.size() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    TRY(charge(1));
    TRY_ASSIGN(const Value item, items.item(i));
    TRY_ASSIGN(Value next, argument(node, 1, {.current = &item, .accumulator = &accumulator}));
    accumulator = std::move(next);
  }
  return accumulator;
}

Result<Value> Evaluation::merge(const std::vector<Value>& arguments) {
  std::vector<Value> merged;
  for (const Value& part : arguments) {
    if (!part.is_list()) {
      merged.push_back(part);
      continue;
    }
    TRY(charge(part.size() / kBytesPerStep));
    for (std::size_t i = 0; i < part.size(); ++i) {
      TRY_ASSIGN(Value item, part.item(i));
      merged.push_back(std::move(item));
    }
  }
  return make_list(std::move(merged));
}

Result<Value> Evaluation::contained(const Value& part, const Value& whole) {
  if (whole.kind == Kind::kText && !whole.text().empty()) {
    TRY(charge(whole.text().size() / kBytesPerStep));
    TRY_ASSIGN(const std::string searched, to_text(part));
    return boolean(whole.text().find(searched) != std::string::npos);
  }
  if (!whole.is_list()) return boolean(false);
  TRY(charge(whole.size() / kBytesPerStep));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    TRY_ASSIGN(const Value item, whole.item(i));
    if (strictly_equal(item, part)) return boolean(true);
  }
  return boolean(false);
}

Result<Value> Evaluation::concatenate(const std::vector<Value>& arguments) {
  std::string joined;
  for (const Value& part : arguments) {
    if (part.kind == Kind::kNull || part.is_undefined()) continue;
    TRY_ASSIGN(const std::string text, to_text(part));
    TRY(charge(text.size() / kBytesPerStep));
    joined += text;
  }
  return make_text(std::move(joined));
}

Result<Value> Evaluation::substring(const Rule::Node& node, const Scope& scope) {
  TRY_ASSIGN(const Value source, argument(node, 0, scope));
  TRY_ASSIGN(const Value first, argument(node, 1, scope));
  TRY_ASSIGN(const Value last, argument(node, 2, scope));
  TRY_ASSIGN(const std::string text, to_text(source));
  TRY(charge(text.size() / kBytesPerStep));
  const std::u16string units = utf16(text);
  const auto size = static_cast<std::int64_t>(units.size());
  TRY_ASSIGN(const std::int64_t start, to_integer(first));
  std::u16string_view part = part_of(units, start, size);
  if (!last.is_undefined()) {
    TRY_ASSIGN(const Order sign, compare(last, number(0)));
    TRY_ASSIGN(const std::int64_t end, to_integer(last));
    if (sign != Order::kLess) {
      part = part_of(part, 0, end);
    } else if (last.kind != Kind::kNumber) {
      part = {};  // json-logic-js joins the size and the text, which is no number: 5 + "-2"
    } else {      // counts from the end; 5 - 0.5 is cut to 4 only after the subtraction
      const std::int64_t cut = last.number.is_integer() ? 0 : 1;
      part = part_of(part, 0, static_cast<std::int64_t>(part.size()) + end - cut);
    }
  }
  std::optional<std::string> made = utf8(part);
  if (!made) return fail(ErrorCode::kInvalidArgument, "logic.split-character");
  return make_text(*std::move(made));
}

}  // namespace nianlun::logic
