#pragma once

// Reading canonical JSON (RFC 8785) without making a tree of it.

#include <cstdint>
#include <string_view>

#include "ledger/bytes.h"

namespace nianlun {

/// Moves over text that is plainly canonical: members in order, names of ASCII, no escapes, plain
/// numbers. A member that says false met something else, which may be canonical all the same; the
/// cursor is of no use then, and the text wants a parser.
///
/// Threads: a value like an int. Errors: none.
class CanonicalCursor {
 public:
  explicit CanonicalCursor(Bytes text) : text_(text) {}

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ == text_.size(); }
  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  /// Exactly these octets.
  bool skip(std::string_view octets) {
    if (!text_.substr(at_).starts_with(octets)) return false;
    at_ += octets.size();
    return true;
  }
  bool skip(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }
  /// A string; `content` is what stands between the quotes.
  bool string(std::string_view& content);
  /// An integer from 0 on, of at most 15 digits.
  bool count(std::uint64_t& value);
  /// Any value, at most `depth_max` deep.
  bool value(unsigned depth_max);

 private:
  bool name(std::string_view& content);
  bool number();
  bool object(unsigned depth_max);
  bool array(unsigned depth_max);
  /// One character beyond ASCII.
  bool wide_character();

  Bytes text_;
  std::size_t at_ = 0;
};

}  // namespace nianlun
