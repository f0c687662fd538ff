#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jsonlogic_node.h"

namespace nianlun::logic {

/// What `var` refers to: a value; or the pair of a reduce; or, with neither, the caller's lookup.
struct Scope {
  const Value* data = nullptr;
  const Value* current = nullptr;
  const Value* accumulator = nullptr;
};

/// One run of a rule over its data. It lives as long as the values that it yields are used.
class Evaluation {
 public:
  Evaluation(LogicLimits limits, const Lookup* lookup) : limits_(limits), lookup_(lookup) {}

  Result<Value> value_of(const Rule::Node& node, const Scope& scope);

 private:
  static constexpr std::size_t kBytesPerStep = 64;  // also list items that are copied per step

  Result<void> charge(std::size_t steps);
  Result<std::vector<Value>> values_of(const std::vector<Rule::Node>& nodes, const Scope& scope);
  /// The value of argument `index`, undefined if there is none.
  Result<Value> argument(const Rule::Node& node, std::size_t index, const Scope& scope);
  Result<Value> make_list(std::vector<Value> items);
  Result<Value> make_text(std::string text);

  // jsonlogic.cc: control and arithmetic
  Result<Value> eager(const Rule::Node& node, const Scope& scope);
  Result<Value> choose(const Rule::Node& node, const Scope& scope);
  Result<Value> connect(const Rule::Node& node, const Scope& scope);
  Result<Value> equality(const Rule::Node& node, const Scope& scope);
  Result<Value> comparison(const Rule::Node& node, const Scope& scope);
  Result<Value> extreme(Operator op, const std::vector<Value>& arguments);
  Result<Value> accumulate(Operator op, const std::vector<Value>& arguments);
  Result<Value> subtraction(const Rule::Node& node, const Scope& scope);

  // jsonlogic_list.cc: lists and texts
  Result<Value> quantify(const Rule::Node& node, const Scope& scope);
  Result<Value> map_or_filter(const Rule::Node& node, const Scope& scope);
  Result<Value> reduce(const Rule::Node& node, const Scope& scope);
  Result<Value> merge(const std::vector<Value>& arguments);
  Result<Value> contained(const Value& part, const Value& whole);
  Result<Value> concatenate(const std::vector<Value>& arguments);
  Result<Value> substring(const Rule::Node& node, const Scope& scope);

  // jsonlogic_path.cc: data
  Result<Value> look_up(std::string_view path);
  Result<Value> at_path(std::string_view path, const Scope& scope);
  Result<Value> variable(const Value& name, const Value& otherwise, const Scope& scope);
  Result<std::vector<Value>> missing(const std::vector<Value>& arguments, const Scope& scope);
  Result<Value> missing_some(const std::vector<Value>& arguments, const Scope& scope);

  LogicLimits limits_;
  std::size_t steps_ = 0;
  const Lookup* lookup_;
  std::vector<std::pair<std::string, Value>> looked_up_;
};

}  // namespace nianlun::logic
