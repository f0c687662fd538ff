#include <algorithm>
#include <utility>

#include "labels/label.h"
#include "ledger/src/text.h"
#include "ledger/src/try.h"

namespace nianlun::labels {
namespace {

constexpr std::size_t kRowBytesMax = 16 << 10;
constexpr int kEnd = std::istream::traits_type::eof();

// Whether octets are UTF-8 without control characters, so that they can be set as a line of type.
bool is_line_of_text(std::string_view text) {
  while (!text.empty()) {
    const auto point = next_code_point(text);
    if (!point || *point < 0x20 || (*point >= 0x7f && *point < 0xa0)) return false;
  }
  return true;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

bool is_code_column(std::string_view name) { return name == "code" || name == "uri"; }

}  // namespace

LabelReader::LabelReader(std::istream& in, LabelReaderOptions options)
    : in_(in), options_(std::move(options)) {}

Unexpected LabelReader::at_line(const Error& error) const {
  Error placed = error;
  placed.arguments.emplace_back("line", std::to_string(line_));
  return Unexpected{std::move(placed)};
}

// A record of RFC 4180: fields may be quoted, and quoted ones may hold commas, quotes, line ends.
Result<bool> LabelReader::next_row(Row& row) {
  row.assign(1, {});
  line_ += 1 + std::exchange(lines_ahead_, 0);
  bool quoted = false;
  std::size_t bytes = 0;
  int octet = in_.get();
  if (octet == kEnd) return false;
  for (; octet != kEnd; octet = in_.get()) {
    const char c = static_cast<char>(octet);
    if (++bytes > kRowBytesMax) {
      return fail(ErrorCode::kTooLarge, "labels.row-too-long",
                  {{"max", std::to_string(kRowBytesMax)}});
    }
    if (quoted) {
      if (c == '\n') ++lines_ahead_;
      if (c != '"') {
        row.back().push_back(c);
      } else if (in_.peek() == '"') {
        row.back().push_back(static_cast<char>(in_.get()));
      } else {
        quoted = false;
      }
    } else if (c == '\n') {
      break;
    } else if (c == '"' && row.back().empty()) {
      quoted = true;
    } else if (c == ',' && (csv_ || !started_)) {
      row.emplace_back();
    } else {
      row.back().push_back(c);
    }
  }
  if (quoted) return fail(ErrorCode::kInvalidArgument, "labels.row-unclosed-quote");
  for (std::string& field : row) field = trimmed(field);
  return true;
}

Result<void> LabelReader::read_header(const Row& first) {
  const auto found = std::find_if(first.begin(), first.end(), is_code_column);
  if (found == first.end()) {
    if (options_.text_columns.empty()) return {};
    return fail(ErrorCode::kNotFound, "labels.no-code-column");
  }
  csv_ = true;
  columns_ = first.size();
  code_column_ = static_cast<std::size_t>(found - first.begin());
  const auto add = [&](std::size_t index) {
    const std::string& name = first[index];
    const bool is_ascii = std::none_of(name.begin(), name.end(),
                                       [](char c) { return static_cast<signed char>(c) < 0; });
    // Chinese labels take the wide colon that Chinese type sets.
    text_columns_.push_back(
        {index, name.starts_with("text") ? "" : name + (is_ascii ? ": " : "：")});
  };
  if (options_.text_columns.empty()) {
    for (std::size_t i = 0; i < first.size(); ++i) {
      if (i != code_column_) add(i);
    }
  }
  for (const std::string& name : options_.text_columns) {
    const auto column = std::find(first.begin(), first.end(), name);
    if (column == first.end()) {
      return fail(ErrorCode::kNotFound, "labels.no-such-column", {{"name", name}});
    }
    add(static_cast<std::size_t>(column - first.begin()));
  }
  return {};
}

Result<bool> LabelReader::next(Label& label) {
  Row row;
  for (;;) {
    const auto more = next_row(row);
    if (!more) return at_line(more.error());
    if (!*more) return false;
    if (!started_) {
      if (row[0].starts_with("\xef\xbb\xbf")) row[0] = trimmed(row[0].substr(3));
      if (const auto header = read_header(row); !header) return at_line(header.error());
      started_ = true;
      if (csv_) continue;
      // Not a header after all: the commas belong to the identifier.
      for (std::size_t i = 1; i < row.size(); ++i) row[0] += ',' + row[i];
      row.resize(1);
    }
    if (row.size() > 1 || !row[0].empty()) break;
  }
  if (csv_ && row.size() != columns_) {
    return at_line(
        {ErrorCode::kInvalidArgument,
         "labels.wrong-column-count",
         {{"columns", std::to_string(row.size())}, {"expected", std::to_string(columns_)}}});
  }
  for (const std::string& field : row) {
    if (!is_line_of_text(field)) {
      return at_line({ErrorCode::kInvalidArgument, "labels.not-text", {}});
    }
  }
  auto made = make_label(row[csv_ ? code_column_ : 0], options_.host);
  if (!made) return at_line(made.error());
  label = *std::move(made);
  for (const TextColumn& column : text_columns_) {
    const std::string& value = row[column.index];
    if (!value.empty()) label.lines.push_back(column.prefix + value);
  }
  return true;
}

}  // namespace nianlun::labels
