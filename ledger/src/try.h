#pragma once

// Early return for functions that yield a Result. In .cc files only; not in coroutines.

#define NIANLUN_JOIN2(a, b) a##b
#define NIANLUN_JOIN(a, b) NIANLUN_JOIN2(a, b)

/// TRY(flush());  returns the error of flush() from this function, if there is one.
#define TRY(expression)                                            \
  do {                                                             \
    if (auto try_result = (expression); !try_result) {             \
      return ::nianlun::Unexpected{std::move(try_result).error()}; \
    }                                                              \
  } while (false)

/// TRY_ASSIGN(Hash root, root_at(size));
#define TRY_ASSIGN(declaration, ...) \
  TRY_ASSIGN_NAMED(NIANLUN_JOIN(try_result_, __LINE__), declaration, __VA_ARGS__)
#define TRY_ASSIGN_NAMED(name, declaration, ...)                    \
  auto name = (__VA_ARGS__);                                        \
  if (!name) return ::nianlun::Unexpected{std::move(name).error()}; \
  declaration = *std::move(name)
