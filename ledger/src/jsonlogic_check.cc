// What can be said of a rule without data: its arity and the names that it uses.

#include <algorithm>
#include <set>

#include "jsonlogic_node.h"
#include "try.h"

namespace nianlun {
namespace {

using Names = std::set<std::string, std::less<>>;

std::string_view name_of_call(const Json& rule) { return rule.object().front().name; }

/// The arguments of a call: a single one may stand without brackets.
std::vector<const Json*> arguments_of(const Json& call) {
  const Json& value = call.object().front().value;
  std::vector<const Json*> arguments;
  if (!value.is_array()) return {&value};
  for (const Json& argument : value.array()) arguments.push_back(&argument);
  return arguments;
}

Result<void> check_arity(const Json& rule) {  // of a rule that compiles: so its depth is bounded
  if (rule.is_array()) {
    for (const Json& item : rule.array()) TRY(check_arity(item));
  }
  if (!is_logic(rule)) return {};
  const OperatorRow& row = *find_operator(name_of_call(rule));
  const std::vector<const Json*> arguments = arguments_of(rule);
  if (arguments.size() < row.arguments_min || arguments.size() > row.arguments_max) {
    return fail(ErrorCode::kInvalidArgument, "logic.argument-count",
                {{"operator", std::string(row.name)},
                 {"min", std::to_string(row.arguments_min)},
                 {"max", std::to_string(row.arguments_max)},
                 {"count", std::to_string(arguments.size())}});
  }
  for (const Json* argument : arguments) TRY(check_arity(*argument));
  return {};
}

Result<Names> names_used(const Json& rule);

/// The names that a list of names, as `missing` takes it, may hold: written in place, or chosen by
/// "if" or joined by "merge".
Result<Names> names_listed(const Json& rule, std::string_view for_operator) {
  Names names;
  if (rule.is_string()) {
    names.insert(rule.string());
  } else if (rule.is_number()) {
    names.insert(rule.number_text());
  } else if (rule.is_array()) {
    for (const Json& item : rule.array()) {
      TRY_ASSIGN(Names more, names_listed(item, for_operator));
      names.merge(more);
    }
  } else if (is_logic(rule) && find_operator(name_of_call(rule))->op == Operator::kMerge) {
    for (const Json* argument : arguments_of(rule)) {
      TRY_ASSIGN(Names more, names_listed(*argument, for_operator));
      names.merge(more);
    }
  } else if (is_logic(rule) && find_operator(name_of_call(rule))->op == Operator::kIf) {
    const std::vector<const Json*> arguments = arguments_of(rule);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const bool condition = i % 2 == 0 && i + 1 < arguments.size();
      TRY_ASSIGN(Names more,
                 condition ? names_used(*arguments[i]) : names_listed(*arguments[i], for_operator));
      names.merge(more);
    }
  } else if (is_logic(rule) && find_operator(name_of_call(rule))->op == Operator::kMissing) {
    return names_used(rule);  // what is missing of some names is among them
  } else {
    return fail(ErrorCode::kInvalidArgument, "logic.computed-name",
                {{"operator", std::string(for_operator)}});
  }
  return names;
}

Result<Names> names_of_var(const std::vector<const Json*>& arguments) {
  Names names;
  const Json* path = arguments.empty() ? nullptr : arguments[0];
  if (path == nullptr || path->is_null()) {
    names.insert("");
  } else if (path->is_string()) {
    names.insert(path->string());
  } else if (path->is_number()) {
    names.insert(path->number_text());
  } else {
    return fail(ErrorCode::kInvalidArgument, "logic.computed-name", {{"operator", "var"}});
  }
  if (arguments.size() > 1) {
    TRY_ASSIGN(Names more, names_used(*arguments[1]));
    names.merge(more);
  }
  return names;
}

Result<Names> names_used(const Json& rule) {
  Names names;
  std::vector<const Json*> parts;
  if (rule.is_array()) {
    for (const Json& item : rule.array()) parts.push_back(&item);
  } else if (is_logic(rule)) {
    parts = arguments_of(rule);
    const OperatorRow& row = *find_operator(name_of_call(rule));
    if (row.op == Operator::kVar) return names_of_var(parts);
    if (row.op == Operator::kMissing || row.op == Operator::kMissingSome) {
      const std::size_t first = row.op == Operator::kMissing ? 0 : 1;
      for (std::size_t i = first; i < parts.size(); ++i) {
        TRY_ASSIGN(Names more, names_listed(*parts[i], row.name));
        names.merge(more);
      }
      parts.resize(std::min(parts.size(), first));
    }
    if (has_body(row.op) && parts.size() > 1) parts.erase(parts.begin() + 1);
  }
  for (const Json* part : parts) {
    TRY_ASSIGN(Names more, names_used(*part));
    names.merge(more);
  }
  return names;
}

}  // namespace

Result<std::vector<std::string>> variables_of(const Json& rule) {
  TRY(Rule::compile(rule));
  TRY_ASSIGN(const Names names, names_used(rule));
  return std::vector<std::string>(names.begin(), names.end());
}

Result<void> check_rule(const Json& rule) {
  TRY(Rule::compile(rule));
  return check_arity(rule);
}

}  // namespace nianlun
