// The JSON parser: Boost.JSON's tokenizer with a handler of ours, since its own values misread
// some doubles and keep the last of duplicate members (docs/decisions/0003-json.md).

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <iterator>
#include <span>
#include <unordered_set>

#include "ledger/json.h"

namespace nianlun {
namespace {

namespace bj = boost::json;

/// Builds a Json from the tokenizer's calls. What belongs to containers that are not closed yet
/// lies on two stacks, so that each is made once, in its size.
class Builder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code&) { return open(true, members_.size()); }
  bool on_array_begin(bj::error_code&) { return open(false, items_.size()); }
  bool on_object_end(std::size_t, bj::error_code& error) {
    if (has_duplicate(std::span(members_).subspan(open_.back().first))) {
      error = bj::error::exception;  // any error stops the tokenizer; `duplicate_` says why
      return false;
    }
    return close(members_);
  }
  bool on_array_end(std::size_t, bj::error_code&) { return close(items_); }
  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, bj::error_code&) {
    members_.push_back({whole(part), Json()});
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, bj::error_code&) {
    return put(Json(whole(part)));
  }
  bool on_number_part(bj::string_view part, bj::error_code&) {
    text_.append(part.data(), part.size());
    return true;
  }
  // The value that the tokenizer computed is ignored: only the text counts.
  bool on_int64(std::int64_t, bj::string_view part, bj::error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, bj::string_view part, bj::error_code&) { return number(part); }
  bool on_double(double, bj::string_view part, bj::error_code&) { return number(part); }
  bool on_bool(bool value, bj::error_code&) { return put(Json(value)); }
  bool on_null(bj::error_code&) { return put(Json()); }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

  Json result;
  std::string duplicate;

 private:
  bool number(bj::string_view part) { return put(Json::number(whole(part))); }
  /// A text of which this is the last part.
  std::string whole(bj::string_view part) {
    if (text_.empty()) return {part.data(), part.size()};
    text_.append(part.data(), part.size());
    return std::exchange(text_, {});
  }
  bool open(bool is_object, std::size_t first) {
    open_.push_back({is_object, first});
    return true;
  }
  template <class T>
  bool close(std::vector<T>& stack) {
    const auto first = stack.begin() + static_cast<std::ptrdiff_t>(open_.back().first);
    std::vector<T> own{std::make_move_iterator(first), std::make_move_iterator(stack.end())};
    stack.erase(first, stack.end());
    open_.pop_back();
    return put(Json(std::move(own)));
  }
  bool put(Json value) {
    if (open_.empty()) {
      result = std::move(value);
    } else if (open_.back().is_object) {
      members_.back().value = std::move(value);
    } else {
      items_.push_back(std::move(value));
    }
    return true;
  }
  bool has_duplicate(std::span<const Json::Member> members) {
    constexpr std::size_t kLinearMax = 16;  // members; below, comparing all pairs is quicker
    if (members.size() <= kLinearMax) {
      for (std::size_t i = 1; i < members.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (members[i].name == members[j].name) return duplicate = members[i].name, true;
        }
      }
      return false;
    }
    std::unordered_set<std::string_view> seen;
    for (const Json::Member& member : members) {
      if (!seen.insert(member.name).second) return duplicate = member.name, true;
    }
    return false;
  }

  struct Open {
    bool is_object;
    std::size_t first;  // of what it holds, on its stack
  };
  std::vector<Open> open_;
  Json::Object members_;
  Json::Array items_;
  std::string text_;
};

}  // namespace

Result<Json> Json::parse(std::string_view text) { return parse(text, Limits()); }

Result<Json> Json::parse(std::string_view text, Limits limits) {
  if (text.size() > limits.bytes_max) {
    return fail(
        ErrorCode::kTooLarge, "json.too-large",
        {{"bytes", std::to_string(text.size())}, {"max", std::to_string(limits.bytes_max)}});
  }
  bj::parse_options options;
  options.max_depth = limits.depth_max;
  bj::basic_parser<Builder> parser(options);
  bj::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = bj::error::extra_data;
  if (error && !parser.handler().duplicate.empty()) {
    return fail(ErrorCode::kInvalidArgument, "json.duplicate-member",
                {{"name", parser.handler().duplicate}});
  }
  if (error == bj::error::too_deep) {
    return fail(ErrorCode::kTooLarge, "json.too-deep", {{"max", std::to_string(limits.depth_max)}});
  }
  if (error) {
    return fail(ErrorCode::kInvalidArgument, "json.syntax",
                {{"offset", std::to_string(read)}, {"reason", error.message()}});
  }
  return std::move(parser.handler().result);
}

}  // namespace nianlun
