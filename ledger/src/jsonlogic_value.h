#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/decimal.h"
#include "ledger/json.h"

/// The values that a rule computes with, and JavaScript's conversions between them (ECMA-262, 7.1
/// and 7.2), so far as they have a decimal outcome.
namespace nianlun::logic {

enum class Kind : std::uint8_t { kUndefined, kNull, kBoolean, kNumber, kText, kList, kObject };

/// A value that borrows what it can: texts, lists and objects point into the data or the rule, or
/// into `keeper` if they were made on the way.
struct Value {
  Kind kind = Kind::kUndefined;
  bool boolean = false;
  std::uint16_t depth = 0;   // of lists made on the way: 1 + the deepest item's
  std::uint32_t weight = 0;  // values within and each 64 bytes of text; 0 while nobody has counted
  Decimal number;
  const Json* json = nullptr;                 // kText, kObject, and a kList that is not `items`
  const std::vector<Value>* items = nullptr;  // a kList made on the way
  std::shared_ptr<const void> keeper;

  bool is_undefined() const { return kind == Kind::kUndefined; }
  bool is_list() const { return kind == Kind::kList; }
  const std::string& text() const { return json->string(); }
  std::size_t size() const { return items != nullptr ? items->size() : json->array().size(); }
  Result<Value> item(std::size_t index) const;
};

inline Value null() {
  Value value;
  value.kind = Kind::kNull;
  return value;
}
inline Value boolean(bool truth) {
  Value value;
  value.kind = Kind::kBoolean;
  value.boolean = truth;
  return value;
}
inline Value number(Decimal decimal) {
  Value value;
  value.kind = Kind::kNumber;
  value.number = decimal;
  return value;
}
Value text(std::string text);
/// A list made on the way. Its items may stand in several places, so its size is bounded by what it
/// would be if written out: `weight_max` values.
/// kTooLarge  over that bound, or nested deeper than `depth_max`
struct ListLimits {
  std::size_t depth_max;
  std::size_t weight_max;
};
Result<Value> list(std::vector<Value> items, ListLimits limits);

/// A view of `json`, which must outlive the value unless `keeper` holds it.
/// kTooLarge  a number that no Decimal holds
Result<Value> view(const Json& json, std::shared_ptr<const void> keeper = nullptr);
/// The same of a value that is kept alive by whoever holds the result.
Result<Value> own(Json json);
Json to_json(const Value& value);

bool truthy(const Value& value);
/// String(value). kTooLarge: a list within holds a number that no Decimal holds.
Result<std::string> to_text(const Value& value);
/// Number(value); nothing for NaN. kInvalidArgument for "Infinity", kTooLarge beyond decimals.
Result<std::optional<Decimal>> to_number(const Value& value);
/// parseFloat(value): the number that its text begins with; nothing for NaN.
Result<std::optional<Decimal>> parse_float(const Value& value);

bool strictly_equal(const Value& a, const Value& b);
Result<bool> loosely_equal(const Value& a, const Value& b);

enum class Order : std::uint8_t { kLess, kEqual, kGreater, kNone };
/// How < sees a and b: texts by UTF-16 code units, all else by number; kNone if one is NaN.
Result<Order> compare(const Value& a, const Value& b);

}  // namespace nianlun::logic
