#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace nianlun {

/// What a caller can do about an error; a new code needs a caller that branches on it.
enum class ErrorCode {
  kInvalidArgument,  ///< the input is wrong: change it
  kNotFound,         ///< what was asked for does not exist
  kConflict,         ///< it contradicts what is there already
  kTooLarge,         ///< a named limit is exceeded
  kForbidden,        ///< the caller is not entitled
  kBusy,             ///< try again later
  kCorrupted,        ///< stored bytes disagree with what proves them
  kIo,               ///< the machine failed: disk, network, memory
};

/// The values that fill the {placeholders} of a message, by name.
using Arguments = std::vector<std::pair<std::string, std::string>>;

/// Why something failed: the code is for code, the message for people.
///
/// `message` is an id of the catalogue (ledger/messages/*.json); `arguments` fill it. Text is made
/// only where a person reads it, by text() in messages.h.
struct Error {
  ErrorCode code = ErrorCode::kInvalidArgument;
  std::string message;
  Arguments arguments;
};

/// The error side of a Result, under the name of std::unexpected (C++23).
struct Unexpected {
  Error error;
};

/// return fail(ErrorCode::kNotFound, "ledger.no-such-record", {{"index", "7"}});
inline Unexpected fail(ErrorCode code, std::string_view message, Arguments arguments = {}) {
  return Unexpected{Error{code, std::string(message), std::move(arguments)}};
}

/// A T, or why there is none: the part of std::expected<T, Error> (C++23) that we use, under the
/// same names. A dropped Result does not compile.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  template <class U = T>
  requires(std::is_constructible_v<T, U> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
           !std::is_same_v<std::remove_cvref_t<U>, Unexpected>)
      Result(U&& value)  // NOLINT(bugprone-forwarding-reference-overload): constrained above
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(Unexpected unexpected) : state_(std::in_place_index<1>, std::move(unexpected.error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & { return check(), std::get<0>(state_); }
  const T& value() const& { return check(), std::get<0>(state_); }
  T&& value() && { return check(), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return assert(!has_value()), std::get<1>(state_); }
  Error&& error() && { return assert(!has_value()), std::get<1>(std::move(state_)); }

  T value_or(T other) const& { return has_value() ? value() : std::move(other); }

 private:
  void check() const { assert(has_value()); }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Unexpected unexpected) : error_(std::move(unexpected.error)) {}

  bool has_value() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return has_value(); }
  void value() const { assert(has_value()); }
  const Error& error() const& { return assert(error_), *error_; }
  Error&& error() && { return assert(error_), *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace nianlun
