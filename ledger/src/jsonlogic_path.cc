// var, missing and missing_some: how a rule reaches its data.

#include <charconv>

#include "jsonlogic_evaluation.h"
#include "jsonlogic_text.h"
#include "try.h"

namespace nianlun::logic {
namespace {

/// The index that a path's segment is, written as JavaScript writes it: "0", "12", not "01".
std::optional<std::size_t> index_of(std::string_view segment) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
  const bool whole = error == std::errc() && end == segment.data() + segment.size();
  if (!whole || (segment.size() > 1 && segment[0] == '0')) return {};
  return index;
}

/// data[segment]; undefined if there is none.
Result<Value> member(const Value& data, std::string_view segment) {
  if (data.kind == Kind::kObject) {
    const Json* found = data.json->find(segment);
    if (found == nullptr) return Value();
    return view(*found, data.keeper);
  }
  if (data.is_list()) {
    if (segment == "length") return number(static_cast<std::int64_t>(data.size()));
    const auto index = index_of(segment);
    if (!index || *index >= data.size()) return Value();
    return data.item(*index);
  }
  if (data.kind == Kind::kText) {
    const bool length = segment == "length";
    const auto index = index_of(segment);
    if (!length && !index) return Value();
    const std::u16string units = utf16(data.text());
    if (length) return number(static_cast<std::int64_t>(units.size()));
    if (*index >= units.size()) return Value();
    auto unit = utf8(std::u16string_view(units).substr(*index, 1));
    if (!unit) return fail(ErrorCode::kInvalidArgument, "logic.split-character");
    return text(*std::move(unit));
  }
  return Value();
}

/// What the dotted `path` leads to from `data`; undefined if it leads nowhere.
Result<Value> descend(Value data, std::string_view path) {
  for (bool more = true; more;) {
    const std::size_t dot = path.find('.');
    more = dot != std::string_view::npos;
    TRY_ASSIGN(data, member(data, path.substr(0, dot)));
    path.remove_prefix(more ? dot + 1 : path.size());
    if (more && (data.kind == Kind::kNull || data.is_undefined())) return Value();
  }
  return data;
}

/// The object that "" names within the body of a reduce.
Result<Value> pair_of(const Scope& scope) {
  Json both;
  both.set("current", to_json(*scope.current));
  both.set("accumulator", to_json(*scope.accumulator));
  return own(std::move(both));
}

}  // namespace

Result<Value> Evaluation::look_up(std::string_view path) {
  for (const auto& [known, value] : looked_up_) {
    if (known == path) return value;
  }
  Result<Json> found = (*lookup_)(path);
  if (!found && found.error().code != ErrorCode::kNotFound) {
    return Unexpected{std::move(found).error()};
  }
  Value value;
  if (found && !found->is_null()) {
    TRY_ASSIGN(value, own(*std::move(found)));
  }
  looked_up_.emplace_back(path, value);
  return value;
}

Result<Value> Evaluation::at_path(std::string_view path, const Scope& scope) {
  TRY(charge(1 + path.size() / kBytesPerStep));
  if (scope.data != nullptr) {
    if (path.empty()) return *scope.data;
    return descend(*scope.data, path);
  }
  if (scope.current == nullptr) return look_up(path);
  if (path.empty()) return pair_of(scope);
  const std::size_t dot = path.find('.');
  const std::string_view first = path.substr(0, dot);
  const Value* data = first == "current"       ? scope.current
                      : first == "accumulator" ? scope.accumulator
                                               : nullptr;
  if (data == nullptr) return Value();
  if (dot == std::string_view::npos) return *data;
  return descend(*data, path.substr(dot + 1));
}

Result<Value> Evaluation::variable(const Value& name, const Value& otherwise, const Scope& scope) {
  const bool whole = name.is_undefined() || name.kind == Kind::kNull ||
                     (name.kind == Kind::kText && name.text().empty());
  if (whole) return at_path("", scope);  // as it is, even if it is undefined
  Result<Value> found = Value();
  if (name.kind == Kind::kText) {
    found = at_path(name.text(), scope);
  } else {
    TRY_ASSIGN(const std::string path, to_text(name));
    if (path.empty()) {  // the empty list: a member without a name, not the whole data
      found = scope.data != nullptr ? member(*scope.data, "") : Value();
    } else {
      found = at_path(path, scope);
    }
  }
  if (!found || !found->is_undefined()) return found;
  return otherwise.is_undefined() ? null() : otherwise;
}

Result<std::vector<Value>> Evaluation::missing(const std::vector<Value>& arguments,
                                               const Scope& scope) {
  const bool listed = !arguments.empty() && arguments[0].is_list();
  const std::size_t count = listed ? arguments[0].size() : arguments.size();
  std::vector<Value> result;
  for (std::size_t i = 0; i < count; ++i) {
    TRY_ASSIGN(Value name, listed ? arguments[0].item(i) : arguments[i]);
    if (name.is_list() || name.kind == Kind::kObject) {  // would be evaluated as a rule
      return fail(ErrorCode::kInvalidArgument, "logic.not-a-list", {{"operator", "missing"}});
    }
    TRY_ASSIGN(const Value value, variable(name, Value(), scope));
    const bool absent =
        value.kind == Kind::kNull || (value.kind == Kind::kText && value.text().empty());
    if (absent) result.push_back(std::move(name));
  }
  return result;
}

Result<Value> Evaluation::missing_some(const std::vector<Value>& arguments, const Scope& scope) {
  if (arguments.size() < 2 || !arguments[1].is_list()) {
    return fail(ErrorCode::kInvalidArgument, "logic.not-a-list", {{"operator", "missing_some"}});
  }
  TRY_ASSIGN(std::vector<Value> absent, missing({arguments[1]}, scope));
  const std::size_t present = arguments[1].size() - absent.size();
  TRY_ASSIGN(const Order order, compare(number(static_cast<std::int64_t>(present)), arguments[0]));
  if (order == Order::kGreater || order == Order::kEqual) absent.clear();
  return make_list(std::move(absent));
}

}  // namespace nianlun::logic
