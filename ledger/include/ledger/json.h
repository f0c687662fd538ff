#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/result.h"

namespace nianlun {

/// A JSON value (RFC 8259) that keeps what the text said: numbers as their exact text, members in
/// their order. A value made by parse() has no duplicate members and only well-formed UTF-8, so
/// it is I-JSON (RFC 7493).
///
/// Threads: a value is like an int: share it only while nobody changes it.
/// Errors:  only parse() fails. Asking a value for another kind than it has is a bug (assert).
class Json {
 public:
  struct Member;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  struct Limits {
    std::size_t bytes_max = 16 << 20;
    std::size_t depth_max = 64;
  };

  /// kInvalidArgument  not JSON, a duplicate member, a lone surrogate or malformed UTF-8
  /// kTooLarge         over a limit
  static Result<Json> parse(std::string_view text);
  static Result<Json> parse(std::string_view text, Limits limits);

  /// A number from its JSON text, which the caller vouches for ("12.50", "1e3").
  static Json number(std::string text);

  Json();  ///< null
  Json(std::nullptr_t);
  Json(bool value);
  Json(const char* text);
  Json(std::string text);
  Json(std::string_view text);
  Json(int value);
  Json(std::int64_t value);
  Json(std::uint64_t value);
  Json(Array items);
  Json(Object members);
  Json(double) = delete;  // a number is its text: Json::number()

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_boolean() const { return std::holds_alternative<bool>(value_); }
  bool is_number() const { return std::holds_alternative<Number>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  bool boolean() const { return get<bool>(); }
  const std::string& number_text() const { return get<Number>().text; }
  const std::string& string() const { return get<std::string>(); }
  const Array& array() const { return get<Array>(); }
  Array& array() { return get<Array>(); }
  const Object& object() const { return get<Object>(); }
  Object& object() { return get<Object>(); }

  /// The member of that name, or nullptr if there is none or this is no object.
  const Json* find(std::string_view name) const;
  Json* find(std::string_view name);
  /// The text of the string member of that name, or "" if there is no such string.
  std::string_view text(std::string_view name) const;
  /// The integer member of that name if it is one and fits (plain digits, no exponent).
  Result<std::int64_t> integer(std::string_view name) const;

  /// Adds a member or replaces it; a null value becomes an object first. Returns *this.
  Json& set(std::string_view name, Json value);
  /// Removes a member; whether there was one.
  bool erase(std::string_view name);
  /// Appends to an array; a null value becomes an array first. Returns *this.
  Json& push(Json item);

  /// JSON text without spaces, members in their order.
  std::string dump() const;

  /// The same kinds, texts and members in the same order. Numbers are equal if their texts are.
  bool operator==(const Json& other) const;

 private:
  struct Number {
    std::string text;
    bool operator==(const Number&) const = default;
  };
  template <class T>
  const T& get() const {
    const T* value = std::get_if<T>(&value_);
    assert(value != nullptr);
    return *value;
  }
  template <class T>
  T& get() {
    T* value = std::get_if<T>(&value_);
    assert(value != nullptr);
    return *value;
  }
  std::variant<std::monostate, bool, Number, std::string, Array, Object> value_;
};

struct Json::Member {
  std::string name;
  Json value;
  bool operator==(const Member&) const = default;
};

// Defined here since clang 14 wants Member to be complete where they are.
inline Json::Json() = default;
inline Json::Json(std::nullptr_t) {}
inline Json::Json(bool value) : value_(value) {}
inline Json::Json(const char* text) : value_(std::string(text)) {}
inline Json::Json(std::string text) : value_(std::move(text)) {}
inline Json::Json(std::string_view text) : value_(std::string(text)) {}
inline Json::Json(int value) : Json(static_cast<std::int64_t>(value)) {}
inline Json::Json(std::int64_t value) : value_(Number{std::to_string(value)}) {}
inline Json::Json(std::uint64_t value) : value_(Number{std::to_string(value)}) {}
inline Json::Json(Array items) : value_(std::move(items)) {}
inline Json::Json(Object members) : value_(std::move(members)) {}

/// Appends `text` as a JSON string with its quotes and with minimal escapes (RFC 8785, 3.2.2.2).
void append_json_string(std::string& out, std::string_view text);

/// JSON text in the JSON Canonicalization Scheme (RFC 8785).
///
/// kInvalidArgument  a number that no IEEE 754 double holds (over 1.8e308)
Result<std::string> canonical(const Json& value);

/// Puts the members of all objects into the order of canonical(). If check_numbers_exact() holds,
/// the value is then what parse() makes of the canonical text.
void sort_members(Json& value);

/// Whether every number of `value` is written in canonical form, so that canonical() loses nothing
/// of it; if not, the JSON pointer (RFC 6901) of the first that isn't: 12345678901234567890, 1.0.
/// kInvalidArgument  names the pointer in the argument "pointer"
Result<void> check_numbers_exact(const Json& value);

/// A reference token of a JSON pointer: "~" and "/" escaped (RFC 6901, 3).
std::string pointer_token(std::string_view name);

}  // namespace nianlun
