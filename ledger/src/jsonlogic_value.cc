#include "jsonlogic_value.h"

#include <algorithm>

#include "jsonlogic_text.h"
#include "try.h"

namespace nianlun::logic {
namespace {

bool is_object_like(const Value& value) {
  return value.kind == Kind::kList || value.kind == Kind::kObject;
}

/// Adds the weight of `json` to `weight`, and stops beyond `weight_max`.
std::size_t add_weight(const Json& json, std::size_t weight, std::size_t weight_max) {
  constexpr std::size_t kBytesPerUnit = 64;
  ++weight;
  if (weight > weight_max) return weight;
  if (json.is_string()) return weight + json.string().size() / kBytesPerUnit;
  if (json.is_array()) {
    for (const Json& item : json.array()) weight = add_weight(item, weight, weight_max);
  } else if (json.is_object()) {
    for (const Json::Member& member : json.object()) {
      weight = add_weight(member.value, weight, weight_max);
    }
  }
  return weight;
}

std::uint32_t weight_of(const Value& value, std::size_t weight_max) {
  if (value.json == nullptr) return 1;
  const std::size_t weight = add_weight(*value.json, 0, weight_max);
  return static_cast<std::uint32_t>(std::min<std::size_t>(weight, UINT32_MAX));
}

Order order_of(std::strong_ordering ordering) {
  return ordering < 0 ? Order::kLess : ordering > 0 ? Order::kGreater : Order::kEqual;
}

}  // namespace

Result<Value> Value::item(std::size_t index) const {
  if (items != nullptr) return (*items)[index];
  return view(json->array()[index], keeper);
}

Value text(std::string text) {
  const auto json = std::make_shared<const Json>(std::move(text));
  Value value;
  value.kind = Kind::kText;
  value.json = json.get();
  value.keeper = json;
  return value;
}

Result<Value> list(std::vector<Value> items, ListLimits limits) {
  Value value;
  value.kind = Kind::kList;
  std::size_t weight = 1;
  for (Value& item : items) {
    value.depth = std::max(value.depth, item.depth);
    if (item.weight == 0) item.weight = weight_of(item, limits.weight_max);
    weight += item.weight;
    if (weight > limits.weight_max) {
      return fail(ErrorCode::kTooLarge, "logic.too-many-steps",
                  {{"max", std::to_string(limits.weight_max)}});
    }
  }
  value.weight = static_cast<std::uint32_t>(weight);
  if (++value.depth > limits.depth_max) {
    return fail(ErrorCode::kTooLarge, "logic.too-deep",
                {{"max", std::to_string(limits.depth_max)}});
  }
  const auto kept = std::make_shared<const std::vector<Value>>(std::move(items));
  value.items = kept.get();
  value.keeper = kept;
  return value;
}

Result<Value> view(const Json& json, std::shared_ptr<const void> keeper) {
  if (json.is_null()) return null();
  if (json.is_boolean()) return boolean(json.boolean());
  if (json.is_number()) {
    TRY_ASSIGN(const Decimal decimal, Decimal::parse(json.number_text()));
    return number(decimal);
  }
  Value value;
  value.kind = json.is_string() ? Kind::kText : json.is_array() ? Kind::kList : Kind::kObject;
  value.json = &json;
  value.keeper = std::move(keeper);
  return value;
}

Result<Value> own(Json json) {
  auto kept = std::make_shared<const Json>(std::move(json));
  const Json& there = *kept;
  return view(there, std::move(kept));
}

Json to_json(const Value& value) {
  switch (value.kind) {
    case Kind::kUndefined:
    case Kind::kNull:
      return nullptr;
    case Kind::kBoolean:
      return value.boolean;
    case Kind::kNumber:
      return Json::number(value.number.text());
    case Kind::kText:
    case Kind::kObject:
      return *value.json;
    case Kind::kList:
      break;
  }
  if (value.items == nullptr) return *value.json;
  Json::Array items;
  items.reserve(value.items->size());
  for (const Value& item : *value.items) items.push_back(to_json(item));
  return items;
}

bool truthy(const Value& value) {
  switch (value.kind) {
    case Kind::kUndefined:
    case Kind::kNull:
      return false;
    case Kind::kBoolean:
      return value.boolean;
    case Kind::kNumber:
      return !value.number.is_zero();
    case Kind::kText:
      return !value.text().empty();
    case Kind::kList:
      return value.size() != 0;
    case Kind::kObject:
      return true;
  }
  return false;
}

Result<std::string> to_text(const Value& value) {
  switch (value.kind) {
    case Kind::kUndefined:
      return "undefined";
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return value.boolean ? "true" : "false";
    case Kind::kNumber:
      return value.number.text();
    case Kind::kText:
      return value.text();
    case Kind::kObject:
      return "[object Object]";
    case Kind::kList:
      break;
  }
  std::string joined;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i > 0) joined += ',';
    TRY_ASSIGN(const Value item, value.item(i));
    if (item.kind == Kind::kUndefined || item.kind == Kind::kNull) continue;
    TRY_ASSIGN(const std::string part, to_text(item));
    joined += part;
  }
  return joined;
}

Result<std::optional<Decimal>> to_number(const Value& value) {
  using Outcome = Result<std::optional<Decimal>>;
  switch (value.kind) {
    case Kind::kUndefined:
    case Kind::kObject:
      return Outcome(std::nullopt);
    case Kind::kNull:
      return Outcome(Decimal());
    case Kind::kBoolean:
      return Outcome(Decimal(value.boolean ? 1 : 0));
    case Kind::kNumber:
      return Outcome(value.number);
    case Kind::kText:
      return text_to_number(value.text());
    case Kind::kList:
      break;
  }
  TRY_ASSIGN(const std::string joined, to_text(value));
  return text_to_number(joined);
}

Result<std::optional<Decimal>> parse_float(const Value& value) {
  using Outcome = Result<std::optional<Decimal>>;
  if (value.kind == Kind::kNumber) return Outcome(value.number);
  TRY_ASSIGN(const std::string whole, to_text(value));
  return number_at_front(whole);
}

bool strictly_equal(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::kUndefined:
    case Kind::kNull:
      return true;
    case Kind::kBoolean:
      return a.boolean == b.boolean;
    case Kind::kNumber:
      return a.number == b.number;
    case Kind::kText:
      return a.text() == b.text();
    case Kind::kList:
    case Kind::kObject:
      break;
  }
  return a.json == b.json && a.items == b.items;  // JavaScript compares references
}

Result<bool> loosely_equal(const Value& a, const Value& b) {  // ECMA-262, 7.2.14
  const auto nothing = [](const Value& value) {
    return value.kind == Kind::kUndefined || value.kind == Kind::kNull;
  };
  if (nothing(a) || nothing(b)) return nothing(a) && nothing(b);
  if (a.kind == b.kind || (is_object_like(a) && is_object_like(b))) return strictly_equal(a, b);
  if ((is_object_like(a) && b.kind == Kind::kText) ||
      (is_object_like(b) && a.kind == Kind::kText)) {
    TRY_ASSIGN(const std::string text_a, to_text(a));
    TRY_ASSIGN(const std::string text_b, to_text(b));
    return text_a == text_b;
  }
  TRY_ASSIGN(const std::optional<Decimal> number_a, to_number(a));
  TRY_ASSIGN(const std::optional<Decimal> number_b, to_number(b));
  return number_a && number_b && *number_a == *number_b;
}

Result<Order> compare(const Value& a, const Value& b) {  // ECMA-262, 7.2.13
  if (a.kind == Kind::kNumber && b.kind == Kind::kNumber) return order_of(a.number <=> b.number);
  const auto textual = [](const Value& value) {
    return value.kind == Kind::kText || is_object_like(value);
  };
  if (textual(a) && textual(b)) {
    TRY_ASSIGN(const std::string text_a, to_text(a));
    TRY_ASSIGN(const std::string text_b, to_text(b));
    return order_of(compare_texts(text_a, text_b));
  }
  TRY_ASSIGN(const std::optional<Decimal> number_a, to_number(a));
  TRY_ASSIGN(const std::optional<Decimal> number_b, to_number(b));
  if (!number_a || !number_b) return Order::kNone;
  return order_of(*number_a <=> *number_b);
}

}  // namespace nianlun::logic
