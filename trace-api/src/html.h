#pragma once

#include <string>
#include <string_view>

namespace nianlun {

/// Markup that stands in our sources: nothing that is known only at run time can become one.
class Markup {
 public:
  consteval Markup(const char* text) : text_(text) {}
  std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};
consteval Markup operator""_html(const char* text, std::size_t) { return Markup(text); }

/// Escaped text of a page. Whatever is written into it is escaped, unless it is markup of our
/// sources or Html already; so a value from an event can't be written in raw.
///
/// Threads: a value like a string. Errors: none.
class Html {
 public:
  Html& operator<<(Markup markup) {
    text_ += markup.view();
    return *this;
  }
  Html& operator<<(const Html& html) {
    text_ += html.text_;
    return *this;
  }
  /// For elements and for quoted attributes alike.
  Html& operator<<(std::string_view text) {
    for (const char c : text) {
      switch (c) {
        case '&':
          text_ += "&amp;";
          break;
        case '<':
          text_ += "&lt;";
          break;
        case '>':
          text_ += "&gt;";
          break;
        case '"':
          text_ += "&quot;";
          break;
        case '\'':
          text_ += "&#39;";
          break;
        default:
          text_ += c;
      }
    }
    return *this;
  }

  bool empty() const { return text_.empty(); }
  std::string take() && { return std::move(text_); }

 private:
  std::string text_;
};

/// A value for a query or a path: everything but letters, digits and -._~ as %XX (RFC 3986, 2.3).
std::string percent_encoded(std::string_view text);

}  // namespace nianlun
